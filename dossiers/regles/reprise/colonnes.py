"""Which column of a file feeds which field: recognised by its heading, then confirmed by a person."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from structures.regles.texte import sans_accents

from .champs import CHAMPS, OBLIGATOIRES, SENSIBLES, Champ

_MOTS_VIDES = {
    "de", "du", "des", "d", "l", "la", "le", "les", "a", "au", "aux", "en", "et", "ou", "e", "pour", "par",
    "votre", "vos", "son", "sa", "un", "une", "dans", "legal", "legale", "legaux", "ses", "s", "qu",
}  # fmt: skip
_SYNONYMES = {
    "no": "numero", "num": "numero", "nr": "numero", "nro": "numero", "n": "numero",
    "tel": "telephone", "tél": "telephone", "tph": "telephone", "port": "portable",
    "resp": "responsable", "responsables": "responsable", "rl": "responsable", "rep": "representant",
    "representants": "representant", "maman": "mere", "papa": "pere", "madame": "mere", "monsieur": "pere",
    "premier": "1", "premiere": "1", "1er": "1", "1ere": "1", "second": "2", "seconde": "2",
    "deuxieme": "2",
    "2e": "2", "2eme": "2", "2nd": "2", "2nde": "2", "3e": "3", "3eme": "3",
    "troisieme": "3", "4e": "4", "4eme": "4",
    "quatrieme": "4", "5e": "5", "5eme": "5", "cinquieme": "5", "nee": "ne", "naiss": "naissance",
    "prev": "prevue", "prevu": "prevue", "nb": "nombre", "nbre": "nombre", "acc": "accueil",
    "i": "1", "ii": "2",
}  # fmt: skip


# Little words that are a whole heading: « Du », « Au ».
_SEULS = {"du": "debut contrat", "depuis le": "debut contrat", "au": "fin contrat", "jusqu’au": "fin contrat"}
_SEULS |= {"jusqu'au": "fin contrat"}


def titre_normalise(titre: str) -> str:
    """Un titre aplati : « N° dossier » donne « numero dossier », « 1er choix » donne « 1 choix »."""
    if (seul := titre.strip().lower()) in _SEULS:
        return _SEULS[seul]
    plat = sans_accents(re.sub(r"[°º]", "o ", titre.replace("n°", "no ").replace("N°", "no ")))
    plat = re.sub(r"\(s\)|\(e\)|\(es\)", "", plat)
    mots = re.findall(r"\d+(?:ere|eme|er|nde|nd|e)?(?![a-z])|[a-z]+|\d+", plat)
    lus = [_SYNONYMES.get(m, m) for m in mots if m not in _MOTS_VIDES]
    return " ".join(lus)


@dataclass(frozen=True)
class Colonnes:
    """For each field the positions of its columns; what is ambiguous, unknown or missing, in words.

    `doubles` maps a field to the rival positions nobody chose between yet.
    """

    positions: Mapping[str, tuple[int, ...]]
    ignorees: tuple[str, ...]
    sensibles: tuple[str, ...]
    doubles: Mapping[str, tuple[int, ...]]
    manquantes: tuple[str, ...]

    @property
    def utilisable(self) -> bool:
        return not self.doubles and not self.manquantes


def _rang_motif(champ: Champ, titre: str) -> int | None:
    return next((i for i, motif in enumerate(champ.motifs) if re.fullmatch(motif, titre)), None)


def reconnaitre(
    titres: Sequence[str], contenu: str, choisies: Mapping[str, Sequence[int]] | None = None
) -> Colonnes:
    """Les colonnes reconnues à leur titre, dans n’importe quel ordre, puis celles qu’une personne a choisies.

    `choisies` maps a field to positions (empty: this field is in no column) and wins over headings.
    Two columns equally good for one field are reported, never drawn.
    """
    champs = CHAMPS[contenu]
    choisies = choisies or {}
    prises = {p for positions in choisies.values() for p in positions}
    candidats: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for position, titre in enumerate(titres):
        plat = titre_normalise(titre)
        if position in prises or not plat:
            continue
        notes = [(r, c.cle) for c in champs.values() if (r := _rang_motif(c, plat)) is not None]
        if notes:
            rang, cle = min(notes, key=lambda note: note[0])
            candidats[cle].append((rang, position))
    positions: dict[str, tuple[int, ...]] = {c: tuple(p) for c, p in choisies.items() if p}
    doubles: dict[str, tuple[int, ...]] = {}
    for cle, trouvees in candidats.items():
        if cle in choisies:
            continue
        meilleures = tuple(p for rang, p in trouvees if rang == min(trouvees)[0])
        if champs[cle].repetable:
            positions[cle] = tuple(p for _, p in sorted(trouvees))
        elif len(meilleures) == 1:
            positions[cle] = meilleures
        else:
            doubles[cle] = meilleures
    return _bilan(titres, contenu, positions, doubles)


def _bilan(
    titres: Sequence[str],
    contenu: str,
    positions: dict[str, tuple[int, ...]],
    doubles: dict[str, tuple[int, ...]],
) -> Colonnes:
    connues = {p for ps in (*positions.values(), *doubles.values()) for p in ps}
    ignorees = [p for p, titre in enumerate(titres) if p not in connues and titre.strip()]
    manquantes = tuple(
        quoi
        for quoi, cles in OBLIGATOIRES[contenu]
        if not any(cle in positions or cle in doubles for cle in cles)
    )
    return Colonnes(
        positions=positions,
        ignorees=tuple(titres[p] for p in ignorees),
        sensibles=tuple(titres[p] for p in ignorees if re.fullmatch(SENSIBLES, titre_normalise(titres[p]))),
        doubles=doubles,
        manquantes=manquantes,
    )


def nombre_reconnues(titres: Sequence[str], contenu: str) -> int:
    """Combien de titres cette ligne porte : pour trouver la ligne des titres sous un titre de page."""
    colonnes = reconnaitre(titres, contenu)
    return len(colonnes.positions) + len(colonnes.doubles)
