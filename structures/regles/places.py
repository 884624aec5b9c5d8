"""How many places a section has on a day, half-day by half-day."""

from collections.abc import Iterable
from dataclasses import dataclass

from structures.regles.semaine import NB_CRENEAUX


def places_du_jour(
    ordinaire: Iterable[int] | None, plafonds: Iterable[Iterable[int]] = (), *, ouverture: Iterable[int]
) -> tuple[int, ...]:
    """La capacité ordinaire du jour, abaissée par chaque fermeture, travaux ou manque de personnel.

    Vectors of ten places; without an ordinary capacity the section has none, and none on a half-day its
    structure does not open (`ouverture`: the half-days it opens).
    """
    ouverts = set(ouverture)
    declarees = tuple(ordinaire) if ordinaire is not None else (0,) * NB_CRENEAUX
    places = tuple(n if creneau in ouverts else 0 for creneau, n in enumerate(declarees))
    for plafond in plafonds:
        places = tuple(min(p, q) for p, q in zip(places, plafond, strict=True))
    return places


def ordinaires(toutes: Iterable[int], reservees: Iterable[int]) -> tuple[int, ...]:
    """Ce qui reste à tous une fois ôté ce qu’un employeur réserve, demi-journée par demi-journée."""
    return tuple(max(0, n - r) for n, r in zip(toutes, reservees, strict=True))


def plafond(places: int, taux: int) -> int:
    """Le nombre d’enfants présents en même temps : 115 % des places, à l’entier inférieur (R2324-27).

    `taux` in percent; 12 places at 115 give 13.
    """
    return places * taux // 100


@dataclass(frozen=True)
class SemaineHeures:
    """Minutes of a week: those the children take, those that are open."""

    prises: int
    ouvertes: int

    @property
    def heures_prises(self) -> int:
        """Les heures prises, entières."""
        return self.prises // 60

    @property
    def heures_ouvertes(self) -> int:
        """Les heures ouvertes, entières."""
        return self.ouvertes // 60

    @property
    def taux(self) -> int | None:
        """L’occupation de la semaine en pour cent, à l’entier supérieur : 100 ne cache jamais plus."""
        return -(-self.prises * 100 // self.ouvertes) if self.ouvertes else None


def semaine_heures(
    occupees: Iterable[int], capacite: Iterable[int], *, matin: int, apres_midi: int
) -> SemaineHeures:
    """Les heures prises et ouvertes d’une semaine, que la loi compare (R2324-27 : 100 % au plus).

    Vectors of places; `matin` and `apres_midi` are how long a half-day lasts, in minutes.
    """
    durees = [matin, apres_midi] * (NB_CRENEAUX // 2)
    return SemaineHeures(
        sum(n * duree for n, duree in zip(occupees, durees, strict=True)),
        sum(n * duree for n, duree in zip(capacite, durees, strict=True)),
    )


def places_insertion(places: int, tranche: int) -> int:
    """Une place d’insertion par tranche entière de 20 places, tous les lieux d’un gestionnaire ensemble."""
    return places // tranche
