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


def retenir_promises(reste: Sequence[int], disponibles: Sequence[int], ailleurs: Sequence[int]) -> list[int]:
    """Là où des places sont promises ailleurs, on n’offre que ce qui restera vraiment libre.

    `reste` is what the séance opened and has not given; `disponibles` the free places less those promises
    and what this séance gave and no child holds yet. Without a promise elsewhere the séance's word is enough.
    """
    lus = zip(reste, disponibles, ailleurs, strict=True)
    return [min(n, libres) if promis else n for n, libres, promis in lus]
