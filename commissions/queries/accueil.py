"""The sessions that wait for someone, on the home page."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from commissions.models import EtatSeance, Seance
from structures.models import Agent

LIGNES = 5


def prochaines_seances(*, maintenant: datetime) -> QuerySet[Seance]:
    """Sessions not closed yet, the nearest first."""
    return Seance.objects.exclude(etat=EtatSeance.CLOSE).order_by("tenue_prevue_le", "pk")[:LIGNES]


def mes_seances(agent: Agent, *, maintenant: datetime) -> QuerySet[Seance]:
    """The sessions this person sits in, those of the last six months and those to come."""
    return Seance.objects.filter(
        presences__agent=agent, tenue_prevue_le__gte=maintenant - timedelta(days=183)
    ).order_by("-tenue_prevue_le", "pk")[:LIGNES]
