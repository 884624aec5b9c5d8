"""The links declared: one's own, and for the coordination those it may lift."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from dossiers.acces import regard
from dossiers.models import Dossier, Lien
from guichet.acces import Personne

LIMITE = 100


@dataclass(frozen=True)
class LienDeclare:
    """A declaration, with the numbers its reader may know."""

    lien: Lien
    numeros: Sequence[str]


def mes_liens(qui: Personne) -> list[Lien]:
    """One's own declarations in force; a person linked to a family reads nothing of it, not even a number."""
    return list(qui.agent.liens.filter(leve_le=None))


def liens_a_lever(qui: Personne) -> QuerySet[Lien]:
    """Those of the others; never on a family the reader is linked to."""
    return (
        Lien.objects.filter(leve_le=None)
        .exclude(agent=qui.agent)
        .exclude(famille__in=qui.familles_liees)
        .select_related("agent")
    )


def liens_declares(qui: Personne) -> list[LienDeclare]:
    """The last declarations of the house: two queries."""
    dossiers = Prefetch("famille__dossiers", Dossier.objects.select_related("famille").order_by("-pk"))
    return [
        LienDeclare(
            lien,
            [d.numero for d in lien.famille.dossiers.all() if regard(qui, d, ()).choix],
        )
        for lien in liens_a_lever(qui).select_related("agent", "famille").prefetch_related(dossiers)[:LIMITE]
    ]
