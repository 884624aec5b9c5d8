"""Two requests that may be for one and the same child: proposed to a person, never merged alone.

Name and birth date are not an identity, and neither is a telephone: a pair is proposed when the
names, the dates and, where the names are shaky, the family agree. Twins and siblings never are one.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from structures.regles.distance import a_une_faute_pres, cle_son
from structures.regles.texte import cle, telephone_normalise

ECART_TERME = 45
"""Days between an expected date and a birth that may be the same one."""


@dataclass(frozen=True)
class Identite:
    """What a comparison knows of a child; anything may be missing.

    `responsables` are (nom, prénom) pairs in any order; `groupe` is any value shared by linked twins,
    `foyer` by the children of one household as it was entered.
    """

    nom: str
    prenom: str = ""
    naissance: date | None = None
    terme: date | None = None
    responsables: tuple[tuple[str, str], ...] = ()
    telephones: tuple[str, ...] = ()
    numero_caf: str = ""
    multiple: bool = False
    groupe: Hashable = None
    foyer: Hashable = None


@dataclass(frozen=True)
class Ressemblance:
    """Why two requests are shown side by side; `forte` when the family agrees too."""

    forte: bool
    raisons: tuple[str, ...]
    fautes: int = 0

    @property
    def certitude(self) -> int:
        """Out of 100, to review the surest pairs first."""
        return max(5, (95 if self.forte else 70) - 15 * self.fautes)

    def __str__(self) -> str:
        return ", ".join(self.raisons)


@dataclass(frozen=True)
class _Accord:
    """Names or dates that agree; `fautes` counts how far from the letter."""

    fautes: int
    raison: str


@lru_cache(maxsize=200_000)
def _prenoms(prenom: str) -> tuple[str, ...]:
    return tuple(c for mot in re.split(r"[\s,;]+", prenom.strip()) if (c := cle(mot)))


@lru_cache(maxsize=200_000)
def _cle(texte: str) -> str:
    return cle(texte)


def _accord_mot(a: str, b: str, quoi: str) -> _Accord | None:
    ca, cb = _cle(a), _cle(b)
    if ca == cb:
        return _Accord(0, f"même {quoi}")
    if a_une_faute_pres(ca, cb):
        return _Accord(1, f"{quoi} à une lettre près")
    if min(len(ca), len(cb)) >= 4 and len(cle_son(a)) >= 3 and cle_son(a) == cle_son(b):
        return _Accord(1, f"{quoi} qui se prononce de même")
    return None


def _accord_prenom(a: str, b: str) -> _Accord | None:
    if accord := _accord_mot(a, b, "prénom"):
        return accord
    premiers_a, premiers_b = _prenoms(a), _prenoms(b)
    if len(premiers_a) == len(premiers_b) or not premiers_a or not premiers_b:
        return None
    if premiers_a[0] == premiers_b[0]:
        return _Accord(0, "même prénom, un second prénom en plus")
    if a_une_faute_pres(premiers_a[0], premiers_b[0]):
        return _Accord(1, "prénom à une lettre près, un second prénom en plus")
    return None


def _accord_nom(a: str, b: str) -> _Accord | None:
    if accord := _accord_mot(a, b, "nom"):
        return accord
    mots_a = {c for mot in re.split(r"[\s-]+", a) if len(c := cle(mot)) > 2}
    mots_b = {c for mot in re.split(r"[\s-]+", b) if len(c := cle(mot)) > 2}
    if mots_a and mots_b and len(mots_a) + len(mots_b) > 2 and (mots_a <= mots_b or mots_b <= mots_a):
        return _Accord(1, "un nom composé contient l’autre")
    return None


def _accord_identite(a: Identite, b: Identite) -> _Accord | None:
    """The names of two children who both have a first name, inverted or not."""
    nom, prenom = _accord_nom(a.nom, b.nom), _accord_prenom(a.prenom, b.prenom)
    if nom and prenom:
        raisons = [x.raison for x in (nom, prenom) if x.raison not in ("même nom", "même prénom")]
        return _Accord(nom.fautes + prenom.fautes, ", ".join(raisons) or "mêmes nom et prénom")
    croise_nom, croise_prenom = _accord_mot(a.nom, b.prenom, "nom"), _accord_prenom(a.prenom, b.nom)
    if not (croise_nom and croise_prenom):
        croise_nom, croise_prenom = _accord_mot(a.prenom, b.nom, "nom"), _accord_prenom(a.nom, b.prenom)
    if croise_nom and croise_prenom:
        return _Accord(croise_nom.fautes + croise_prenom.fautes, "nom et prénom inversés")
    return None


def _accord_naissance(a: date, b: date) -> _Accord | None:
    if a == b:
        return _Accord(0, "même date de naissance")
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return _Accord(1, "jour et mois de naissance inversés")
    if sum(x != y for x, y in zip(f"{a:%Y%m%d}", f"{b:%Y%m%d}", strict=True)) == 1:
        return _Accord(2, "date de naissance à un chiffre près")
    return None


def _accord_dates(a: Identite, b: Identite) -> _Accord | None:
    if a.naissance and b.naissance:
        return _accord_naissance(a.naissance, b.naissance)
    if a.terme and b.terme and not a.naissance and not b.naissance:
        if a.terme == b.terme:
            return _Accord(0, "même terme")
        return _Accord(2, "termes proches") if abs((a.terme - b.terme).days) <= ECART_TERME else None
    naissance, terme = a.naissance or b.naissance, b.terme if a.naissance else a.terme
    if naissance and terme and abs((naissance - terme).days) <= ECART_TERME:
        return _Accord(2, "naissance proche du terme")
    return None


def _raisons_famille(a: Identite, b: Identite) -> list[str]:
    raisons = []
    if any(_meme_personne(x, y) for x in a.responsables for y in b.responsables):
        raisons.append("même responsable")
    if a.numero_caf and a.numero_caf == b.numero_caf:
        raisons.append("même numéro d’allocataire")
    if {t for x in a.telephones if (t := telephone_normalise(x))} & {
        t for x in b.telephones if (t := telephone_normalise(x))
    }:
        raisons.append("même téléphone")
    return raisons


def _meme_personne(x: tuple[str, str], y: tuple[str, str]) -> bool:
    (nom_x, prenom_x), (nom_y, prenom_y) = (tuple(_cle(m) for m in p) for p in (x, y))
    if not (nom_x and prenom_x and nom_y and prenom_y):
        return False
    droit = a_une_faute_pres(nom_x, nom_y) and a_une_faute_pres(prenom_x, prenom_y)
    return droit or (nom_x == prenom_y and prenom_x == nom_y)


def _jumeaux(a: Identite, b: Identite, prenoms: bool, accord: _Accord | None) -> bool:
    """Linked, or of a multiple birth or one household, and unnamed or not namesakes to the ear."""
    if a.groupe is not None and a.groupe == b.groupe:
        return True
    foyer = a.foyer is not None and a.foyer == b.foyer
    if not (a.multiple or b.multiple or foyer):
        return False
    if not prenoms:
        # Which of the two unborn it would be, nobody can tell.
        return not a.prenom and not b.prenom
    if accord is None or "prénom à une lettre" not in accord.raison:
        return False
    return foyer or (a.multiple and b.multiple) or cle_son(a.prenom) != cle_son(b.prenom)


def ressemblance(a: Identite, b: Identite) -> Ressemblance | None:
    """Deux demandes se ressemblent si noms et dates concordent, aux fautes de saisie près.

    Accents, capitals, hyphens, inverted names, a second first name, a mistyped letter, day and month
    swapped are forgiven; two faults or an unborn child need the family (responsable, CAF, telephone)
    to agree. Twins and siblings give None: two first names that differ are two children.
    """
    dates = _accord_dates(a, b)
    if dates is None:
        return None
    prenoms = bool(_prenoms(a.prenom) and _prenoms(b.prenom))
    noms = _accord_identite(a, b) if prenoms else _accord_nom(a.nom, b.nom)
    if noms is None or not _cle(a.nom) or not _cle(b.nom) or _jumeaux(a, b, prenoms, noms):
        return None
    famille = _raisons_famille(a, b)
    fautes = noms.fautes + dates.fautes
    if not famille:
        inconnue = not (a.responsables and b.responsables)
        permises = 1 if prenoms else (0 if inconnue else -1)
        if fautes > permises:
            return None
    elif fautes > 2 and famille == ["même téléphone"]:
        return None
    return Ressemblance(bool(famille), (noms.raison, dates.raison, *famille), fautes)


def cles_de_recherche(identite: Identite) -> Iterator[str]:
    """Les clés que partagent deux demandes à comparer : date, téléphone, numéro CAF, responsables.

    Day and month are sorted in the date's key, so that a swapped date is found too.
    """
    jour = identite.naissance or identite.terme
    if jour:
        petit, grand = sorted((jour.day, jour.month))
        yield f"d{jour.year}-{petit}-{grand}"
    if identite.numero_caf:
        yield f"c{identite.numero_caf}"
    for telephone in identite.telephones:
        if numero := telephone_normalise(telephone):
            yield f"t{numero}"
    for nom, prenom in identite.responsables:
        if _cle(nom) and _cle(prenom):
            yield "r" + "/".join(sorted((_cle(nom), _cle(prenom))))


def ressemblances(
    nouvelles: Sequence[Identite], connues: Iterable[Identite] = ()
) -> list[tuple[int, int, Ressemblance]]:
    """Les paires à proposer : nouvelles entre elles, et nouvelles avec connues.

    Returns (i, j, why) with i an index of `nouvelles`; j too when j < len(nouvelles), else j minus that
    length indexes `connues`. Only identities sharing a key are compared.
    """
    toutes = [*nouvelles, *connues]
    rayons: dict[str, list[int]] = defaultdict(list)
    for rang, identite in enumerate(toutes):
        for nom in set(cles_de_recherche(identite)):
            rayons[nom].append(rang)
    paires = {
        (i, j)
        for rangs in rayons.values()
        for position, i in enumerate(rangs)
        if i < len(nouvelles)
        for j in rangs[position + 1 :]
    }
    return [(i, j, r) for i, j in sorted(paires) if (r := ressemblance(toutes[i], toutes[j]))]
