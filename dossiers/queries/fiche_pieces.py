"""The pieces of a dossier and the lines of points they prove, as its page shows them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dossiers.models import (
    Cotation,
    Dossier,
    PieceJustificative,
)
from dossiers.queries.grilles import grille_pure
from dossiers.regles.grille import Grille
from dossiers.regles.pieces import PREUVES, a_apporter
from structures.queries import reglage


@dataclass(frozen=True)
class LignePiece:
    """A piece wanted: compulsory, or `points` waiting for it."""

    code: str
    obligatoire: bool
    piece: PieceJustificative | None
    points: int = 0
    perimee: bool = False

    @property
    def libelle(self) -> str:
        preuve = PREUVES.get(self.code)
        return preuve.libelle if preuve else self.code

    @property
    def equivalents(self) -> tuple[str, ...]:
        preuve = PREUVES.get(self.code)
        return preuve.equivalents if preuve else ()

    @property
    def a_apporter(self) -> str:
        return a_apporter(self.code) if self.code in PREUVES else ""

    @property
    def vue(self) -> bool:
        return self.piece is not None and self.piece.etat == "vue" and not self.perimee

    @property
    def refusee(self) -> bool:
        return self.piece is not None and self.piece.etat == "refusee"


@dataclass(frozen=True)
class LignePoints:
    """One scored line, with the pieces that would verify it."""

    libelle: str
    points: int
    verifie: bool
    raison: str
    structure: str = ""
    attend: tuple[str, ...] = ()


def lignes_et_pieces(
    dossier: Dossier, cotation: Cotation | None, *, le: date
) -> tuple[list[LignePoints], list[LignePiece]]:
    """The scored lines, and the pieces: compulsory, known, or awaited by a line not yet verified."""
    connues = {p.code: p for p in pieces_de(dossier)}
    obligatoires = reglage("pieces_obligatoires", le=le)
    attendus: dict[str, int] = defaultdict(int)
    lignes = []
    dits = situation_dite(dossier)
    grille = grille_pure(cotation.grille) if cotation else None
    noms = dict(dossier.voeux.values_list("structure_id", "structure__nom")) if cotation else {}
    for brute in cotation.lignes if cotation else []:
        attend = preuves_attendues(brute, grille, connues, dits, le=le)
        for code in attend:
            attendus[code] += brute["points"]
        lignes.append(
            LignePoints(
                brute["libelle"],
                brute["points"],
                brute["verifie"],
                brute["raison"],
                noms.get(brute.get("voeu"), ""),
                tuple(PREUVES[c].libelle for c in attend if c in PREUVES),
            )
        )
    codes = dict.fromkeys((*obligatoires, *attendus, *connues))
    pieces = [
        LignePiece(
            code,
            code in obligatoires,
            connues.get(code),
            attendus.get(code, 0),
            _perimee(connues.get(code), le),
        )
        for code in codes
    ]
    return lignes, pieces


def preuves_attendues(
    brute: dict[str, Any],
    grille: Grille | None,
    connues: Mapping[str, PieceJustificative],
    dits: dict[str, Any],
    *,
    le: date,
) -> list[str]:
    """The pieces a scored line still waits for; `dits` is `situation_dite` of its dossier."""
    critere = grille.critere(brute["critere"]) if grille and not brute["verifie"] else None
    preuves = critere.preuves_pour(dits) if critere else ()
    return [c for c in preuves if not _vue(connues.get(c), le)]


def situation_dite(dossier: Dossier) -> dict[str, Any]:
    """The answers that decide which proofs are of use: a couple is believed, one parent has one activity."""
    situation = dossier.famille.situation
    if not situation:
        return {}
    return {"situation_familiale": situation, "nb_parents": 1 if situation == "isole" else 2}


def pieces_de(dossier: Dossier) -> list[PieceJustificative]:
    """The pieces of the dossier and of its household, one query."""
    toutes = PieceJustificative.objects.filter(Q(dossier=dossier) | Q(famille=dossier.famille_id))
    return list(toutes.select_related("vue_par", "mairie"))


def _perimee(piece: PieceJustificative | None, le: date) -> bool:
    return piece is not None and piece.valide_jusqu_au is not None and piece.valide_jusqu_au < le


def _vue(piece: PieceJustificative | None, le: date) -> bool:
    return piece is not None and piece.etat == "vue" and not _perimee(piece, le)
