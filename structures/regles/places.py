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


def plafond(places: int, taux: int) -> int:
    """Le nombre d’enfants présents en même temps : 115 % des places, à l’entier inférieur (R2324-27).

    `taux` in percent; 12 places at 115 give 13.
    """
    return places * taux // 100


def taux_semaine(occupees: Iterable[int], capacite: Iterable[int]) -> int | None:
    """L’occupation de la semaine en pour cent, demi-journées prises sur demi-journées ouvertes.

    Rounded up, so that 100 is never shown for more; None when nothing is open. The law counts hours: the
    half-days of a structure last the same, so the ratio is theirs.
    """
    ouvertes = sum(capacite)
    return -(-sum(occupees) * 100 // ouvertes) if ouvertes else None


def places_insertion(places: int, tranche: int) -> int:
    """Une place d’insertion par tranche entière de 20 places, tous les lieux d’un gestionnaire ensemble."""
    return places // tranche
