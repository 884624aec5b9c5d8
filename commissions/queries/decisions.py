"""The decisions of a séance, as they stand now."""

from django.db.models import Max, QuerySet

from commissions.models import Decision, LigneADiscuter, Seance


def decisions_de(seance: Seance) -> QuerySet[Decision]:
    return Decision.objects.filter(passage__seance=seance)


def dernier_geste(seance: Seance) -> int:
    """The number of the last gesture still standing, 0 when there is none."""
    return decisions_de(seance).aggregate(n=Max("geste"))["n"] or 0


def marques_et_recalculs(seance: Seance) -> tuple[int, int]:
    """How many lines are marked, and how often the rest was proposed again."""
    marques = LigneADiscuter.objects.filter(voeu__passage__seance=seance).count()
    return marques, seance.recalculs.count()
