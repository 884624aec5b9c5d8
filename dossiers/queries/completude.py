"""Is a dossier complete: the compulsory pieces of its child and household, seen, missing or refused."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dossiers.models import Dossier, EtatPiece, MotifRefusPiece, PieceJustificative
from dossiers.regles import cycle
from structures.queries import reglage


@dataclass(frozen=True)
class Completude:
    """`jour` is the day the last compulsory piece was seen, None while one is missing.

    `motif` says why one was refused, `retiree` that one is asked again or refused: a dossier taken over from
    the former software is complete without any.
    """

    jour: date | None
    motif: str = ""
    retiree: bool = False


def completude(dossier: Dossier, *, le: date, obligatoires: tuple[str, ...] | None = None) -> Completude:
    """What the pieces say of this dossier on day `le`, in one query (two without the setting)."""
    voulues = set(reglage("pieces_obligatoires", le=le) if obligatoires is None else obligatoires)
    pieces = PieceJustificative.objects.filter(
        Q(famille=dossier.famille_id) | Q(dossier=dossier), code__in=voulues
    )
    lues = list(pieces.values_list("code", "etat", "vue_le", "motif_refus"))
    jours = {code: jour for code, etat, jour, _ in lues if etat == EtatPiece.VUE and jour}
    if voulues <= jours.keys():
        return Completude(max((dossier.depose_le, *jours.values())))
    refus = {motif for _, etat, _, motif in lues if etat == EtatPiece.REFUSEE}
    return Completude(None, _motif(refus), retiree=any(etat != EtatPiece.VUE for _, etat, _, _ in lues))


def motif_de_reouverture(motif_refus: str) -> str:
    """A piece grown too old was good in its day; any other refusal says it never was."""
    return cycle.PIECE_REDEMANDEE if motif_refus == MotifRefusPiece.PERIMEE else cycle.PIECE_REFUSEE


def _motif(refus: set[str]) -> str:
    raisons = {motif_de_reouverture(motif) for motif in refus}
    return cycle.PIECE_REFUSEE if cycle.PIECE_REFUSEE in raisons else "".join(raisons)
