"""When the request was made, when the child enters, which half-days, which structures."""

import re
from datetime import date

from structures.regles.ages import age_en_mois, ajouter_mois
from structures.regles.semaine import semaine
from structures.regles.texte import cle_mots

from .cellules import Cellules
from .champs import JOURS, NB_CHOIX_LUS
from .constats import FauteValeur
from .lignes import Contexte
from .listes import TYPES
from .semaines import lire_jour, lire_phrase
from .valeurs import est_vide, nettoyer

MOIS_GROSSESSE = 9
AGE_SCOLAIRE = 36
AGE_LIMITE = 72


def lire_depot(c: Cellules, contexte: Contexte) -> tuple[date | None, date | None]:
    depot = c.date("depot")
    brut = c.brut("complet")
    if brut and not re.search(r"\d", brut):
        if not est_vide(brut):
            c.reparer("complet", "ce n’est pas une date : le dossier est repris incomplet")
        complet = None
    else:
        complet = c.date("complet")
    if depot is None and not c.refus:
        c.reparer(
            "depot",
            "date de dépôt absente : " + ("celle du dossier complet" if complet else "jour de la reprise"),
        )
    if depot and depot > contexte.aujourd_hui:
        c.signaler("depot", "date de dépôt à venir")
    if complet and complet > contexte.aujourd_hui:
        c.signaler("complet", "dossier complet à une date à venir : repris incomplet")
    if depot and complet and complet < depot:
        c.signaler("complet", "dossier complet avant son dépôt")
    return depot, complet


def lire_naissance(c: Cellules, contexte: Contexte, depot: date | None) -> tuple[date | None, date | None]:
    fautes = len(c.refus)
    naissance, terme = c.date("naissance"), c.date("terme")
    if naissance is None and terme is None:
        if len(c.refus) == fautes:
            c.refuser(
                "naissance",
                "Ni date de naissance ni date prévue d’accouchement.",
                "Complétez l’une des deux dates, d’après le dossier papier.",
            )
        return None, None
    if naissance and naissance > contexte.aujourd_hui and terme is None:
        c.reparer("naissance", "date de naissance à venir : prise comme date prévue d’accouchement")
        naissance, terme = None, naissance
    if naissance and terme and abs((naissance - terme).days) > 60:
        c.signaler("terme", "terme et naissance à plus de deux mois d’écart : la naissance est retenue")
    if terme and not naissance:
        if depot and terme > ajouter_mois(depot, MOIS_GROSSESSE):
            c.signaler("terme", "terme à plus de neuf mois du dépôt")
        if terme < contexte.aujourd_hui:
            c.signaler("terme", "terme passé : naissance à confirmer")
    return naissance, terme


def lire_entree(c: Cellules, contexte: Contexte, naissance: date | None, terme: date | None) -> date | None:
    fautes = len(c.refus)
    entree = c.date("entree")
    jour = naissance or terme
    if entree is None:
        if len(c.refus) == fautes:
            c.refuser("entree", "La date d’entrée souhaitée manque.", "Complétez la date d’entrée souhaitée.")
        return None
    if jour is None:
        return entree
    if entree < jour:
        quoi = "la naissance" if naissance else "le terme"
        c.refuser(
            "entree",
            f"L’entrée est demandée avant {quoi} ({jour:%d/%m/%Y}).",
            "Corrigez la date d’entrée ou celle de la naissance.",
        )
    elif age_en_mois(jour, entree) >= AGE_LIMITE:
        c.refuser(
            "entree",
            f"L’enfant aurait {age_en_mois(jour, entree) // 12} ans à l’entrée : "
            "la crèche accueille avant 6 ans.",
            "Corrigez la date de naissance ou la date d’entrée.",
        )
    elif age_en_mois(jour, entree) >= AGE_SCOLAIRE:
        c.signaler("entree", "l’enfant aura plus de 3 ans à l’entrée")
    if entree < contexte.aujourd_hui:
        c.signaler("entree", "entrée souhaitée déjà passée")
    return entree


def lire_semaine(c: Cellules) -> tuple[int, ...]:
    """The half-days, from day columns, half-day columns and a sentence, united."""
    fautes = len(c.refus)
    creneaux: set[int] = set()
    for rang, jour in enumerate(JOURS):
        try:
            matin, apres_midi = lire_jour(c.brut(jour))
        except FauteValeur as faute:
            c.refuser(jour, faute.motif, faute.remede)
            continue
        for moitie, coche in enumerate((matin, apres_midi)):
            champ = f"{jour}_{('matin', 'apm')[moitie]}"
            if coche or _moitie_cochee(c, champ):
                creneaux.add(2 * rang + moitie)
    if not est_vide(c.brut("semaine")):
        try:
            creneaux |= set(lire_phrase(c.brut("semaine")))
        except FauteValeur as faute:
            if not creneaux:
                c.refuser("semaine", faute.motif, faute.remede)
    if not creneaux and len(c.refus) == fautes:
        premier = next((j for j in (*JOURS, "semaine", "lundi_matin") if c.present(j)), "lundi")
        c.refuser(premier, "Aucune demi-journée n’est demandée.", "Cochez au moins une demi-journée.", "")
    return semaine(creneaux)


def _moitie_cochee(c: Cellules, champ: str) -> bool:
    brut = c.brut(champ)
    if est_vide(brut) or cle_mots(brut) in {"non", "n", "0", "faux", "false"}:
        return False
    return bool(
        re.fullmatch(r"oui|o|x|1|vrai|true|v|j|m|a|am|pm|apm|matin|apres midi|", cle_mots(brut))
    ) or bool(re.search(r"\d", brut))


def lire_voeux(c: Cellules, contexte: Contexte) -> tuple[str, ...]:
    noms = [(f"choix_{n}", nettoyer(c.brut(f"choix_{n}"))) for n in range(1, NB_CHOIX_LUS + 1)]
    noms = [(champ, nom) for champ, nom in noms if not est_vide(nom)]
    if not est_vide(c.brut("choix")):
        trouve = contexte.structures.chercher(nettoyer(c.brut("choix")))
        morceaux = [c.brut("choix")] if trouve else re.split(r"[;,/|\n>]+", c.brut("choix"))
        noms += [
            ("choix", re.sub(r"^\s*\d+\s*[.)°:-]\s*", "", m).strip()) for m in morceaux if not est_vide(m)
        ]
    voeux: list[str] = []
    for champ, nom in noms:
        trouve = contexte.structures.chercher(nom)
        if trouve is None:
            c.reparer(champ, "structure inconnue : choix laissé de côté", nom)
        elif trouve.code in voeux:
            c.reparer(champ, f"« {trouve.nom} » déjà choisie : choix répété laissé de côté", nom)
        elif len(voeux) == contexte.nombre_voeux:
            c.reparer(champ, f"au-delà de {contexte.nombre_voeux} choix : laissé de côté", nom)
        else:
            voeux.append(trouve.code)
            if not trouve.exact:
                c.reparer(champ, f"structure lue « {trouve.nom} »", nom)
    if not voeux:
        champ = noms[0][0] if noms else ("choix_1" if c.present("choix_1") else "choix")
        motif = "Aucune structure choisie n’est connue." if noms else "Aucune structure n’est choisie."
        remede = "Écrivez le nom d’une structure de la ville, tel qu’il est dans Guichet."
        c.refuser(champ, motif, remede, " ; ".join(nom for _, nom in noms))
    return tuple(voeux)


def lire_types(c: Cellules) -> tuple[str, ...]:
    dit = cle_mots(c.brut("type_accueil"))
    types = tuple(code for code, mots in TYPES.items() if any(mot in dit for mot in mots))
    if not types and dit:
        c.reparer("type_accueil", "type d’accueil inconnu : repris comme régulier")
    return types or ("regulier",)
