"""What the page of a birth reads: the children expected together, and the choices they are too young for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dossiers.models import Admission, Dossier, EtatPiece, PieceJustificative
from dossiers.queries.fiche import besoin_principal, voeux_dits
from dossiers.queries.historique import NAISSANCE
from dossiers.regles import cycle
from dossiers.regles.pieces import GROSSESSE

# A closed dossier is restored first; an admitted child's place waits for its birth certificate.
DECLARABLES = (*cycle.EN_ATTENTE, cycle.SUSPENDU, cycle.ADMIS)


@dataclass(frozen=True)
class TropTot:
    """A choice that does not take the child on the day of entry, and the first day it does."""

    structure: str
    entree_le: date
    possible_le: date


def attendus_avec(dossier: Dossier) -> list[Dossier]:
    """The dossiers of the children expected in the same birth, this one included when it is one of them."""
    memes = Q(enfant=dossier.enfant_id)
    if dossier.enfant.groupe_id:
        memes |= Q(enfant__groupe=dossier.enfant.groupe_id)
    attendus = Dossier.objects.filter(memes, famille=dossier.famille_id, etat__in=DECLARABLES)
    attendus = attendus.filter(enfant__date_naissance__isnull=True)
    return list(attendus.select_related("enfant__groupe", "famille", "mairie").order_by("pk"))


def acte_vu(dossier: Dossier) -> bool:
    """Whether the birth itself was proved: a proof of pregnancy, or one kept until its delay, is not."""
    vues = PieceJustificative.objects.filter(dossier=dossier, code="identite", etat=EtatPiece.VUE)
    return vues.filter(valide_jusqu_au=None).exclude(equivalent=GROSSESSE).exists()


def places_gagnees(dossier: Dossier) -> list[Admission]:
    """What this dossier obtained already, its section loaded; none for most."""
    if dossier.etat != cycle.ADMIS:
        return []
    return list(dossier.admissions.select_related("section").order_by("debut"))


def entree_decalee(dossier: Dossier) -> date | None:
    """The new first day of the place this dossier had won, when the birth just declared moved it."""
    dites = dossier.journal.filter(objet=NAISSANCE).order_by("-pk").values_list("details__entree", flat=True)
    dite = dites.first()
    return date.fromisoformat(dite) if dite else None


def choix_trop_tot(dossier: Dossier) -> list[TropTot]:
    """The choices whose youngest section is still too old on the day wished, four queries."""
    besoins = list(dossier.besoins.all())
    besoin = besoin_principal(besoins)
    if besoin is None:
        return []
    return [
        TropTot(choix.voeu.structure.nom, besoin.entree_le, choix.possible_le)
        for choix in voeux_dits(dossier, besoins, None, frozenset())
        if choix.possible_le and choix.possible_le > besoin.entree_le
    ]
