"""What an assistante maternelle may receive, half-day by half-day, and whether a child fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from structures.regles.ages import age_en_mois
from structures.regles.semaine import NB_CRENEAUX

# Four children at once, six with the département's derogation (CASF L421-4).
PLACES_MAXIMUM = 6

AGE, DEMI_JOURNEES, PLEINE, SANS_AGREMENT = "age", "demi_journees", "pleine", "sans_agrement"


@dataclass(frozen=True)
class AgrementLu:
    """One period of an agrément, `fin` included, None for no end; ages [minimum, maximum[ at entry."""

    debut: date
    fin: date | None
    places: int
    demi_journees: frozenset[int]
    age_min_mois: int
    age_max_mois: int

    def couvre(self, jour: date) -> bool:
        """Vrai si l’agrément vaut ce jour-là."""
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


@dataclass(frozen=True)
class Prise:
    """The half-days a child takes at an assistante maternelle's, `fin` included."""

    debut: date
    fin: date | None
    demi_journees: frozenset[int]

    def couvre(self, jour: date) -> bool:
        """Vrai si l’enfant vient ce jour-là."""
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


@dataclass(frozen=True)
class Obstacle:
    """Why a child does not fit, from which day, on which half-days."""

    code: str
    jour: date
    creneaux: tuple[int, ...] = ()


def places_agreees(agrements: Iterable[AgrementLu], jour: date) -> tuple[int, ...]:
    """Les places de l’agrément du jour, demi-journée par demi-journée ; zéro sans agrément."""
    du_jour = next((a for a in agrements if a.couvre(jour)), None)
    return tuple(
        du_jour.places if du_jour and creneau in du_jour.demi_journees else 0
        for creneau in range(NB_CRENEAUX)
    )


def places_restantes(agrements: Iterable[AgrementLu], prises: Iterable[Prise], jour: date) -> tuple[int, ...]:
    """Les places de l’agrément moins les enfants affectés ; négatif quand l’agrément a baissé sous eux."""
    presents = [p for p in prises if p.couvre(jour)]
    return tuple(
        places - sum(creneau in p.demi_journees for p in presents)
        for creneau, places in enumerate(places_agreees(agrements, jour))
    )


def obstacle(
    agrements: Sequence[AgrementLu],
    prises: Sequence[Prise],
    voulu: Prise,
    *,
    naissance: date,
) -> Obstacle | None:
    """Ce qui empêche un enfant d’aller chez cette assistante maternelle, None s’il y va.

    Son âge à l’entrée, ses demi-journées, une place libre chaque jour jusqu’à la fin de sa place. Each day
    where an agrément or another child begins or ends is looked at; the first obstacle is told.
    """
    du_jour = next((a for a in agrements if a.couvre(voulu.debut)), None)
    if du_jour is None:
        return Obstacle(SANS_AGREMENT, voulu.debut)
    age = max(0, age_en_mois(naissance, voulu.debut))
    if not du_jour.age_min_mois <= age < du_jour.age_max_mois:
        return Obstacle(AGE, voulu.debut)
    if manquent := sorted(voulu.demi_journees - du_jour.demi_journees):
        return Obstacle(DEMI_JOURNEES, voulu.debut, tuple(manquent))
    for jour in _jours_utiles(agrements, prises, voulu):
        restantes = places_restantes(agrements, prises, jour)
        if pleines := tuple(c for c in sorted(voulu.demi_journees) if restantes[c] < 1):
            code = PLEINE if any(a.couvre(jour) for a in agrements) else SANS_AGREMENT
            return Obstacle(code, jour, pleines)
    return None


def _jours_utiles(agrements: Iterable[AgrementLu], prises: Iterable[Prise], voulu: Prise) -> list[date]:
    """The days when the remaining places may change while the child comes."""
    jours = {voulu.debut}
    bornes = [(a.debut, a.fin) for a in agrements] + [(p.debut, p.fin) for p in prises]
    for debut, fin in bornes:
        jours |= {debut} if fin is None else {debut, fin + timedelta(days=1)}
    return sorted(j for j in jours if voulu.couvre(j))
