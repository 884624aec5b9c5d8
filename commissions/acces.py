"""Which séances a person may open, and which version of their agenda."""

from django.db.models import QuerySet

from commissions.models import Offre, Seance, VersionOrdreDuJour
from dossiers.acces import GUICHET, LISTE, ouverts
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


def offres_visibles(qui: Personne) -> QuerySet[Offre]:
    """The desk and the coordination see the city's offers, a director those of its structures.

    Never those of a family this person is linked to, nor of a protected one outside its own counter.
    """
    if not qui.est(*LISTE):
        return Offre.objects.none()
    vues = Offre.objects.exclude(dossier__famille__in=qui.familles_liees)
    permis = ouverts(qui, protegee="dossier__famille__protegee", dossier="dossier__")
    if not qui.est(*GUICHET):
        vues = vues.filter(section__structure__in=qui.structures)
    return vues.filter(permis)
