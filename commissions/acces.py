"""Which séances a person may open, and which version of their agenda."""

from django.db.models import QuerySet

from commissions.models import Seance, VersionOrdreDuJour
from guichet.acces import Personne
from structures.models import Profil

SIEGENT = (Profil.MEMBRE, Profil.PRESIDENCE)
COMMISSION = (Profil.COORDINATION, *SIEGENT)


def seances_visibles(qui: Personne) -> QuerySet[Seance]:
    """Every séance for the coordination; the ones they sit in for members and presidence."""
    if qui.est(Profil.COORDINATION):
        return Seance.objects.all()
    if qui.est(*SIEGENT):
        return Seance.objects.filter(presences__agent=qui.agent).distinct()
    return Seance.objects.none()


def versions_visibles(qui: Personne) -> tuple[VersionOrdreDuJour, ...]:
    """Names are for the coordination only; members and presidence read the version without names."""
    if qui.est(Profil.COORDINATION):
        return (VersionOrdreDuJour.SANS_NOMS, VersionOrdreDuJour.NOMINATIVE)
    return (VersionOrdreDuJour.SANS_NOMS,) if qui.est(*SIEGENT) else ()
