"""What is opened to a séance, against what is really free at its date, and what the directors signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commissions.models import PlaceOfferte, Seance
from commissions.queries.candidats import places_de
from commissions.queries.promesses import places_disponibles
from dossiers.models import SignatureRentree
from dossiers.queries.places import Vecteur
from dossiers.regles.rentree import dernier_passage
from structures.models import Structure
from structures.regles.semaine import NB_CRENEAUX


@dataclass(frozen=True)
class Ouverte:
    """The places of one section put to the séance; `libres` empty once the séance is frozen.

    `ailleurs` are free places another séance opened or an offer not answered holds: they are not in `libres`.
    """

    place: PlaceOfferte
    libres: Vecteur = ()
    ailleurs: Vecteur = ()

    @property
    def promises(self) -> int:
        """The most places promised elsewhere, on one half-day."""
        return max([0, *self.ailleurs])

    @property
    def manquent(self) -> int:
        """The most places opened that are not free any more, on one half-day."""
        return max([0, *(n - m for n, m in zip(self.place.places, self.libres, strict=False))])

    @property
    def en_plus(self) -> int:
        """The most free places not opened, on one half-day."""
        return max([0, *(m - n for n, m in zip(self.place.places, self.libres, strict=False))])


def ouvertes(seance: Seance) -> list[Ouverte]:
    """The sections of the séance; a few queries before the freeze, one after."""
    places = places_de(seance)
    if seance.gelee:
        return [Ouverte(place) for place in places]
    comptees = places_disponibles([place.section for place in places], seance.date_effet, sauf=seance)
    return [Ouverte(place, c.libres, c.ailleurs) for place, c in zip(places, comptees, strict=True)]


@dataclass(frozen=True)
class Total:
    """All that is opened; `places` are as many whole weeks, the half-days that make none left out."""

    demi_journees: int

    @property
    def places(self) -> int:
        return self.demi_journees // NB_CRENEAUX


def total(sections: Iterable[Ouverte]) -> Total:
    return Total(sum(sum(ouverte.place.places) for ouverte in sections))


def signatures_au(jour: date) -> dict[str, SignatureRentree]:
    """By name of structure, the movements signed for the last passage date before `jour`: two queries."""
    passages = {
        s.pk: dernier_passage(s.passage_mois, s.passage_jour, au=jour) for s in Structure.objects.all()
    }
    tenues = SignatureRentree.objects.filter(rouverte_le__isnull=True, passage_le__in=set(passages.values()))
    return {
        s.structure.nom: s
        for s in tenues.select_related("structure", "signee_par")
        if passages.get(s.structure_id) == s.passage_le
    }
