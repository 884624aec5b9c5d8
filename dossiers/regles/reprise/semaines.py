"""The week asked: a letter a day, a column a half-day, or a sentence."""

import re

from structures.regles.semaine import JOURS, JOURS_COURTS, SEMAINE_PLEINE, semaine
from structures.regles.texte import cle_mots

from .constats import FauteValeur
from .valeurs import NON, OUI, est_vide

_JOURNEE = {
    "j",
    "journee",
    "jour",
    "jc",
    "journee complete",
    "journee entiere",
    "ma",
    "mam",
    "m am",
    "m a",
    "m apm",
}
_JOURNEE |= {
    "matin apres midi",
    "matin et apres midi",
    "matin apm",
    "toute la journee",
    "complet",
    "entiere",
    "je",
}
_MATIN = {"m", "matin", "mat", "matinee", "mt"}
_APRES_MIDI = {"a", "ap", "apm", "apres midi", "am", "pm", "aprem", "apresmidi", "a midi"}
_REMEDE = "Écrivez J (journée), M (matin) ou A (après-midi), ou laissez la case vide."
_PLAGE = re.compile(r"(\d{1,2})(?:[h:](\d{2})?)?\s*(?:-|–|à|a|/)\s*(\d{1,2})(?:[h:](\d{2})?)?")


def lire_jour(texte: str) -> tuple[bool, bool]:
    """Le matin et l’après-midi que demande une case : « J », « M », « A », « journée », « 8h30-17h ».

    Raises FauteValeur for a code nobody can tell.
    """
    mot = cle_mots(texte)
    if not mot and texte.strip() in {"✓", "✔", "☑"}:
        return True, True
    if est_vide(texte) or mot in NON:
        return False, False
    if mot in OUI or mot in _JOURNEE:
        return True, True
    if mot in _MATIN:
        return True, False
    if mot in _APRES_MIDI:
        return False, True
    if plage := _PLAGE.fullmatch(texte.strip().lower().replace(" ", "")):
        debut = int(plage[1]) * 60 + int(plage[2] or 0)
        fin = int(plage[3]) * 60 + int(plage[4] or 0)
        if 0 < debut < fin <= 24 * 60:
            return debut < 12 * 60, fin > 13 * 60 + 30
    raise FauteValeur("Ce code ne dit pas quelle demi-journée est demandée.", _REMEDE)


def lire_phrase(texte: str) -> tuple[int, ...]:
    """La semaine écrite en une case : « lundi, mardi matin et jeudi », « du lundi au mercredi », « LMJV »."""
    dit = cle_mots(texte)
    if dit in {
        "temps plein",
        "temps complet",
        "toute la semaine",
        "5 jours",
        "5j",
        "tous les jours",
        "semaine",
    }:
        return SEMAINE_PLEINE
    rangs = {j: i for i, jour in enumerate(JOURS) for j in (jour, jour + "s", JOURS_COURTS[i], jour[:2])}
    if plage := re.fullmatch(r"(?:du )?([a-z]+) au ([a-z]+)", dit):
        debut, fin = rangs.get(plage[1]), rangs.get(plage[2])
        if debut is not None and fin is not None and debut <= fin:
            return semaine(range(2 * debut, 2 * fin + 2))
    if re.fullmatch(r"[LMJV]{1,5}", texte.strip()):
        return _initiales(texte.strip())
    creneaux: set[int] = set()
    mots = [
        m for m in dit.replace("apres midi", "apm").split() if m not in {"et", "le", "les", "la", "journee"}
    ]
    for place, mot in enumerate(mots):
        suivant = mots[place + 1] if place + 1 < len(mots) else ""
        if mot in rangs:
            matin, apres_midi = lire_jour(suivant) if suivant in _MATIN | _APRES_MIDI else (True, True)
            creneaux |= {2 * rangs[mot]} if matin else set()
            creneaux |= {2 * rangs[mot] + 1} if apres_midi else set()
        elif mot not in _MATIN | _APRES_MIDI:
            raise FauteValeur("Cette semaine est illisible.", "Nommez les jours : lundi, mardi matin, jeudi…")
    return semaine(creneaux)


def _initiales(lettres: str) -> tuple[int, ...]:
    """« LMJV » : un M seul avant le J est mardi, deux sont mardi et mercredi."""
    jours = {"L": [0], "J": [3], "V": [4], "M": [1] if lettres.count("M") == 1 else [1, 2]}
    return semaine(c for lettre in set(lettres) for j in jours[lettre] for c in (2 * j, 2 * j + 1))
