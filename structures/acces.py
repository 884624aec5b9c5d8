"""Whose structures a person answers for."""

from django.db.models import QuerySet

from guichet.acces import Personne
from structures.models import (
    AssistanteMaternelle,
    Capacite,
    CreneauSupplementaire,
    Profil,
    Section,
    Structure,
    TypeStructure,
)

# Reference data; and the places of each half-day, which a director declares for the structure directed.
REFERENTIEL = (Profil.ADMINISTRATION, Profil.COORDINATION)
PLACES = (Profil.COORDINATION, Profil.DIRECTION)


def structures_tenues(qui: Personne) -> QuerySet[Structure]:
    """Every structure for the coordination and the administration, one's own for a director."""
    if qui.est(*REFERENTIEL):
        return Structure.objects.all()
    return Structure.objects.filter(pk__in=qui.structures)


def familiales_tenues(qui: Personne) -> QuerySet[Structure]:
    """The crèches familiales among them."""
    return structures_tenues(qui).filter(type=TypeStructure.CRECHE_FAMILIALE)


def assistantes_tenues(qui: Personne) -> QuerySet[AssistanteMaternelle]:
    assistantes = AssistanteMaternelle.objects.filter(structure__in=structures_tenues(qui))
    return assistantes.select_related("structure", "quartier")


def sections_tenues(qui: Personne) -> QuerySet[Section]:
    return Section.objects.filter(structure__in=structures_tenues(qui)).select_related("structure")


def capacites_tenues(qui: Personne) -> QuerySet[Capacite]:
    return Capacite.objects.filter(section__in=sections_tenues(qui)).select_related("section__structure")


def creneaux_tenus(qui: Personne) -> QuerySet[CreneauSupplementaire]:
    declares = CreneauSupplementaire.objects.filter(section__in=sections_tenues(qui))
    return declares.select_related("section__structure")
