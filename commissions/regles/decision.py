"""Which weeks a child may be admitted on. Pure."""

from collections.abc import Iterable, Sequence

Semaine = tuple[int, ...]


def semaines_acceptees(
    demandee: Iterable[int], alternatives: Sequence[Iterable[int]], tenues: Iterable[int] = ()
) -> list[Semaine]:
    """La semaine demandée puis celles que la famille accepte aussi, dans son ordre.

    `tenues` are the half-days a complement has already: it asks them and those it lacks, as one week.
    """
    deja = set(tenues)
    return list(dict.fromkeys(tuple(sorted(deja | set(s))) for s in (demandee, *alternatives)))
