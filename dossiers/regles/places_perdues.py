"""Half-days nobody comes to, and the waiting families another week of whom would fill them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Semaine = tuple[int, ...]


@dataclass(frozen=True)
class DemandeSouple:
    """One waiting family: its id, the section of its age, the week it wants, the others it would take."""

    dossier: int
    section: int
    voulue: Semaine
    autres: tuple[Semaine, ...]


@dataclass(frozen=True)
class Remplissage:
    """The first alternative of a family that fits in what is free."""

    dossier: int
    section: int
    semaine: Semaine


def remplissages(libres: Mapping[int, Sequence[int]], demandes: Iterable[DemandeSouple]) -> list[Remplissage]:
    """Les familles dont la semaine voulue ne tient pas, mais dont une autre remplirait des places vides.

    `libres` by section id, ten places each. The first alternative that fits is kept, in the family's order;
    those who fill the most come first, the order of `demandes` deciding between equals.
    """
    trouves = []
    for demande in demandes:
        places = libres.get(demande.section)
        if places is None or _tient(places, demande.voulue):
            continue
        semaine = next((autre for autre in demande.autres if autre and _tient(places, autre)), None)
        if semaine:
            trouves.append(Remplissage(demande.dossier, demande.section, semaine))
    return sorted(trouves, key=lambda r: -len(r.semaine))


def _tient(places: Sequence[int], semaine: Semaine) -> bool:
    return all(places[creneau] > 0 for creneau in semaine)
