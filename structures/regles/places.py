"""How many places a section has on a day, half-day by half-day."""

from collections.abc import Iterable

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
