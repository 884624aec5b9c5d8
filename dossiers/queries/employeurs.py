"""The places employers pay: their walls, the children designated, what is left of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from dossiers.acces import dossiers_nominatifs, ouverts
from dossiers.models import Dossier, EnfantDesigne, Occupation
from dossiers.queries.places import Vecteur
from guichet.acces import Personne
from structures.models import PlacesEmployeur, Structure
from structures.regles.places import ordinaires
from structures.regles.semaine import NB_CRENEAUX


@dataclass(frozen=True)
class MursVus:
    """The employers of a structure; `designes` only those this person may open."""

    places: PlacesEmployeur
    libres: Vecteur
    designes: Sequence[EnfantDesigne]
    en_vigueur: bool


def murs_de(qui: Personne, structure: Structure, *, jour: date) -> list[MursVus]:
    """Every employer's places of a structure, those in force first: five queries."""
    lues = list(
        PlacesEmployeur.objects.filter(section__structure=structure).select_related("section__structure")
    )
    prises = _prises(lues, jour)
    designes: dict[int, list[EnfantDesigne]] = defaultdict(list)
    for designe in designes_visibles(qui).filter(places__in=lues):
        designes[designe.places_id].append(designe)
    vus = []
    for places in lues:
        en_vigueur = places.debut <= jour and (places.fin is None or places.fin >= jour)
        vus.append(
            MursVus(places, ordinaires(places.places, prises[places.pk]), designes[places.pk], en_vigueur)
        )
    return sorted(vus, key=lambda m: not m.en_vigueur)


def _prises(murs: Sequence[PlacesEmployeur], jour: date) -> dict[int, list[int]]:
    """The children on each of these places on `jour`, half-day by half-day: one query."""
    prises: dict[int, list[int]] = defaultdict(lambda: [0] * NB_CRENEAUX)
    tenues = Occupation.objects.filter(admission__employeur__in=murs, periode__contains=jour)
    for mur, semaine in tenues.values_list("admission__employeur", "demi_journees"):
        for creneau in semaine:
            prises[mur][creneau] += 1
    return prises


def designes_visibles(qui: Personne) -> QuerySet[EnfantDesigne]:
    """The designations of the dossiers this person may open."""
    permis = ouverts(qui, protegee="dossier__famille__protegee", dossier="dossier__")
    designes = (
        EnfantDesigne.objects.filter(permis)
        .select_related("dossier__enfant", "places__section__structure")
        .prefetch_related("dossier__admissions")
    )
    return designes.exclude(dossier__famille__in=qui.familles_liees)


def dossier_a_designer(qui: Personne, numero: str) -> Dossier | None:
    """The dossier of this number, if this person may read its name."""
    return dossiers_nominatifs(qui).filter(numero=numero.strip()).first()
