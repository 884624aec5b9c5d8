"""What is left of a section once its offers are counted. Pure."""

from collections.abc import Iterable, Sequence


def places_libres(
    ouvertes: Sequence[int], tenues: Iterable[Sequence[int]], rendues: Iterable[Sequence[int]] = ()
) -> list[int]:
    """Les places encore libres par demi-journée : ouvertes, plus celles rendues, moins celles tenues."""
    libres = list(ouvertes)
    for semaine in rendues:
        for k in semaine:
            libres[k] += 1
    for semaine in tenues:
        for k in semaine:
            libres[k] -= 1
    return [max(0, n) for n in libres]
