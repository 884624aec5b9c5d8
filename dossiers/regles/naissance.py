"""The birth of an expected child: which days are possible, and what becomes of each dossier of the birth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guichet.erreurs import ErreurMetier
from guichet.texte import date_longue
from structures.regles.ages import Age

# From 22 weeks (the due day is at 41) to four weeks late: outside, one of the two dates is wrong.
TOT, TARD = timedelta(weeks=19), timedelta(weeks=4)
# Rare enough to be read twice, never refused.
PREMATURE, DEPASSE = timedelta(weeks=8), timedelta(days=12)

NE, DECES, RETIRE = "ne", "deces", "retire_famille"
ISSUES = (
    (NE, "Est né"),
    (DECES, "Est décédé\u202f: clore sa demande, sans autre démarche"),
    (RETIRE, "N’est pas attendu\u202f: clore sa demande"),
)


@dataclass(frozen=True)
class Annonce:
    """What the family says of one child of the birth; `dossier` is its key.

    `jour` only when it is not the day of the others: twins may be born on both sides of midnight.
    """

    dossier: int
    issue: str = NE
    nom: str = ""
    prenom: str = ""
    sexe: str = ""
    jour: date | None = None


def controler_jour(jour: date, prevue_le: date, aujourd_hui: date, *, champ: str = "naissance") -> None:
    """Le jour de naissance n’est ni à venir, ni hors de ce qu’une grossesse permet.

    Raises ErreurMetier on the field `champ`.
    """
    if jour > aujourd_hui:
        raise ErreurMetier("naissance_future", "Cette naissance est à venir.", champ=champ)
    if jour < prevue_le - TOT or jour > prevue_le + TARD:
        message = (
            f"La naissance était prévue le {date_longue(prevue_le)}\u202f: l’une des deux dates est fausse."
            " Si c’est la date prévue, corrigez-la d’abord par «\u00a0Modifier\u00a0»."
        )
        raise ErreurMetier("naissance_impossible", message, champ=champ)


def jour_a_relire(jour: date, prevue_le: date) -> bool:
    """Vrai quand le jour est rare sans être impossible : la page le fait relire, elle ne refuse pas."""
    return jour < prevue_le - PREMATURE or jour > prevue_le + DEPASSE


def controler_annonces(annonces: Sequence[Annonce], attendus: Sequence[int]) -> None:
    """Chaque enfant attendu a sa réponse, et chaque enfant né a un prénom qui le distingue des autres.

    Raises ErreurMetier; its field is « e<dossier>-<column> ».
    """
    if sorted(a.dossier for a in annonces) != sorted(attendus):
        message = "Un dossier de cette naissance a changé\u202f: rouvrez la page."
        raise ErreurMetier("naissance_changee", message)
    prenoms: set[str] = set()
    for annonce in annonces:
        if annonce.issue not in dict(ISSUES):
            raise _faute(annonce, "issue", "Choisissez une réponse.")
        if annonce.issue != NE:
            continue
        if not annonce.prenom:
            raise _faute(annonce, "prenom", "Indiquez le prénom.")
        if not annonce.nom:
            raise _faute(annonce, "nom", "Indiquez le nom.")
        if annonce.prenom.casefold() in prenoms:
            raise _faute(annonce, "prenom", "Deux enfants de la même naissance ont le même prénom.")
        prenoms.add(annonce.prenom.casefold())


def controler_admission(*, ne: bool, etait_attendu: bool, acte_vu: bool) -> None:
    """L’admission d’un enfant attendu attend qu’il soit né, et que son acte de naissance soit vu.

    Raises ErreurMetier `naissance_attendue` or `acte_attendu`.
    """
    if not ne:
        message = (
            "Cet enfant n’est pas encore né\u202f: son admission attend l’acte de naissance."
            " Déclarez d’abord la naissance."
        )
        raise ErreurMetier("naissance_attendue", message)
    if etait_attendu and not acte_vu:
        message = (
            "L’acte de naissance ou le livret de famille n’a pas été vu\u202f: son admission l’attend."
            " Notez-le sur la page du dossier, puis admettez l’enfant."
        )
        raise ErreurMetier("acte_attendu", message)


def entree_possible(entree: date, naissance: date, minimum: Age) -> date:
    """Une naissance tardive décale l’entrée jusqu’au jour où l’enfant a l’âge de la section."""
    return max(entree, minimum.atteint_le(naissance))


def encore_multiple(nes: int, autres: int) -> bool:
    """Une naissance reste multiple tant que deux enfants au moins en sont."""
    return nes + autres > 1


def _faute(annonce: Annonce, champ: str, message: str) -> ErreurMetier:
    return ErreurMetier(f"annonce_{champ}", message, champ=f"e{annonce.dossier}-{champ}")
