"""Urgent admissions asked, as each person may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from dossiers.acces import ferme_par_protection, ouverts
from dossiers.models import DemandeUrgence, Dossier, EtatUrgence
from guichet.acces import Personne
from structures.models import Profil, Section

RECENTES = timedelta(days=30)
LIMITE = 100


@dataclass(frozen=True)
class LigneUrgence:
    """One request; `masquee` when its dossier is protected at another counter: number and delay only."""

    demande: DemandeUrgence
    masquee: bool
    en_retard: bool


def urgences_visibles(qui: Personne) -> QuerySet[DemandeUrgence]:
    """All for the coordination, the counter's own for an agent, a director's structures, nobody else's."""
    toutes = DemandeUrgence.objects.select_related(
        "dossier__enfant", "dossier__famille", "structure", "section", "demandee_par", "repondue_par"
    ).exclude(dossier__famille__in=qui.familles_liees)
    if qui.est(Profil.COORDINATION):
        return toutes
    siennes = Q(structure__in=qui.structures) & ouverts(
        qui, protegee="dossier__famille__protegee", dossier="dossier__"
    )
    return toutes.filter(siennes | Q(dossier__mairie__in=qui.mairies))


def urgences(qui: Personne, *, maintenant: datetime) -> tuple[list[LigneUrgence], list[LigneUrgence]]:
    """Those to answer, the nearest delay first; those answered these last thirty days: two queries."""
    visibles = urgences_visibles(qui)
    ouvertes = visibles.filter(etat=EtatUrgence.DEMANDEE).order_by("repondre_avant_le", "pk")[:LIMITE]
    closes = visibles.filter(repondue_le__gte=maintenant - RECENTES).order_by("-repondue_le", "-pk")[:LIMITE]
    return lignes(qui, ouvertes, maintenant), lignes(qui, closes, maintenant)


def lignes(
    qui: Personne, demandes: QuerySet[DemandeUrgence] | Sequence[DemandeUrgence], maintenant: datetime
) -> list[LigneUrgence]:
    return [
        LigneUrgence(
            demande,
            ferme_par_protection(qui, demande.dossier),
            demande.etat == EtatUrgence.DEMANDEE and demande.repondre_avant_le < maintenant,
        )
        for demande in demandes
    ]


def compter_a_repondre(qui: Personne) -> int:
    return urgences_visibles(qui).filter(etat=EtatUrgence.DEMANDEE).count()


def urgences_du_dossier(dossier: Dossier) -> list[DemandeUrgence]:
    """The last ones, on the dossier's page: one query."""
    return list(dossier.urgences.select_related("structure", "section")[:3])


def sections_possibles(qui: Personne, dossier: Dossier) -> QuerySet[Section]:
    """The sections of the family's choices; for a director, those of the structures directed."""
    sections = Section.objects.filter(structure__voeux__dossier=dossier).select_related("structure")
    if not qui.est(Profil.AGENT, Profil.COORDINATION):
        sections = sections.filter(structure__in=qui.structures)
    return sections.order_by("structure__voeux__rang", "age_min_mois", "pk")
