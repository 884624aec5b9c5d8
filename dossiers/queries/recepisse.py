"""What a receipt says: the dossiers of one birth, what was asked, what is missing, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dossiers.acces import TOUT
from dossiers.models import Dossier, Responsable
from dossiers.queries.fiche import Fiche, fiche, jumeaux_de
from dossiers.queries.fiche_pieces import LignePiece
from dossiers.queries.grilles import version_en_vigueur
from dossiers.regles.besoin import texte_besoin
from dossiers.regles.description import SUITE_DEPARTAGE
from dossiers.regles.pieces import PIECES_DOSSIER
from structures.models import Mairie
from structures.queries import reglages
from structures.regles.ages import ajouter_mois


@dataclass(frozen=True)
class PieceAttendue:
    """A piece to bring, and for which of the twins when it is one child's."""

    piece: LignePiece
    enfants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recepisse:
    """One sheet for one birth: twins share the sheet and the code, each keeps a number and points.

    No address is ever in it: whoever finds the paper must not find the family.
    """

    fiches: Sequence[Fiche]
    mairie: Mairie
    destinataires: Sequence[Responsable]
    le: date
    delai_offre: int
    renouvellement: int
    preuve_naissance: int
    silence: int
    relais: str
    departage: str = ""
    # The only one this copy is for; None: one sheet for all of them.
    pour: Responsable | None = None

    @property
    def deux_contrats(self) -> bool:
        return any(besoin.deux_contrats for f in self.fiches for besoin in f.besoins)

    @property
    def exemplaires(self) -> "list[Recepisse]":
        """One sheet for the household, or one for each of its informed adults when they hold two contracts.

        Each is told its own part and its own telephone only: the other's are never on its paper.
        """
        if not self.deux_contrats:
            return [self]
        voulus = [self.pour] if self.pour else self.destinataires
        return [replace(self, destinataires=[r], pour=r) for r in voulus]

    @property
    def dossiers(self) -> list[Dossier]:
        return [f.dossier for f in self.fiches]

    @property
    def commun(self) -> Fiche:
        """What twins share is said once: need, choices, household."""
        return self.fiches[0]

    @property
    def choix_communs(self) -> bool:
        return len({_demande(f) for f in self.fiches}) == 1

    @property
    def manquantes(self) -> list[PieceAttendue]:
        """The compulsory pieces any of the children still waits for."""
        return self._attendues([(f, p) for f in self.fiches for p in f.manquantes])

    @property
    def a_prouver(self) -> list[PieceAttendue]:
        """The pieces whose points do not count yet."""
        return self._attendues([(f, p) for f in self.fiches for p in f.preuves if p.points and not p.vue])

    def _attendues(self, trouvees: Sequence[tuple[Fiche, LignePiece]]) -> list[PieceAttendue]:
        """A household's piece is named once; a child's, with the children it is wanted for."""
        par_code: dict[str, PieceAttendue] = {}
        for f, piece in trouvees:
            connue = par_code.get(piece.code)
            noms = connue.enfants if connue else ()
            if piece.code in PIECES_DOSSIER and len(self.fiches) > 1:
                noms = (*noms, f.dossier.enfant.prenom or f"l’enfant à naître {f.dossier.numero}")
            par_code[piece.code] = PieceAttendue(piece, noms)
        return list(par_code.values())

    @property
    def a_naitre(self) -> bool:
        return any(d.enfant.a_naitre for d in self.dossiers)

    @property
    def silence_le(self) -> date | None:
        """The day silence means refusal, once every dossier is complete."""
        jours = [d.complet_le for d in self.dossiers]
        if any(jour is None for jour in jours):
            return None
        return ajouter_mois(max(jour for jour in jours if jour), self.silence)


def dossiers_du_recepisse(dossier: Dossier) -> list[Dossier]:
    """This dossier and its pending twins at the same counter, in the order of their numbers."""
    jumeaux = (
        [d for d in jumeaux_de(dossier) if d.mairie_id == dossier.mairie_id] if dossier.en_attente else []
    )
    return sorted([dossier, *jumeaux], key=lambda d: d.numero)


def recepisse(dossiers: Sequence[Dossier], *, le: date, pour: str = "") -> Recepisse:
    """The receipt of these dossiers on `le`, for the adult of rank `pour` alone when one is named.

    The queries grow with the twins only.
    """
    valeurs = reglages(
        "delai_offre", "renouvellement", "preuve_naissance", "silence_mois", "relais_contact", le=le
    )
    version = version_en_vigueur()
    fiches = [fiche(d, TOUT, le=le) for d in dossiers]
    destinataires = [r for r in fiches[0].responsables if not r.ecarte]
    return Recepisse(
        fiches,
        dossiers[0].mairie,
        destinataires,
        le,
        valeurs["delai_offre"],
        valeurs["renouvellement"],
        valeurs["preuve_naissance"],
        valeurs["silence_mois"],
        valeurs["relais_contact"],
        SUITE_DEPARTAGE[version.departage] if version else "",
        next((r for r in destinataires if str(r.rang) == pour), None),
    )


def _demande(f: Fiche) -> tuple[object, ...]:
    besoins = tuple(
        (b.type, b.entree_le, texte_besoin(b), tuple(b.titulaires), tuple(b.titulaires_b)) for b in f.besoins
    )
    return (besoins, tuple(ligne.voeu.structure_id for ligne in f.voeux))
