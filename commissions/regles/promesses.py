"""What other séances and offers already promise of a section's free places. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promesse:
    """Places of one section promised from a day, by créneau; until `au` when it is set."""

    section: int
    du: date
    places: Sequence[int]
    au: date | None = None

    def tient(self, jour: date) -> bool:
        """Vrai si la place promise est prise ce jour-là."""
        return self.du <= jour and (self.au is None or jour <= self.au)


def promises_ailleurs(
    promesses: Iterable[Promesse], jour: date, libres: Mapping[date, Sequence[int]]
) -> tuple[int, ...]:
    """Combien des places libres ce jour-là sont déjà promises ailleurs, créneau par créneau.

    `promesses` are those of one section; `libres` its free places on `jour` and on each later day a promise
    begins. One that begins later takes first what came free in between, then a place of `jour`: the child
    who would enter on `jour` would still be there.
    """
    siennes, vides = list(promesses), libres[jour]
    prises = [0] * len(vides)
    for t in sorted(t for t in libres if t >= jour):
        for k, vide in enumerate(vides):
            demandees = sum(p.places[k] for p in siennes if p.tient(t))
            prises[k] = max(prises[k], demandees - max(0, libres[t][k] - vide))
    return tuple(min(n, max(0, m)) for n, m in zip(vides, prises, strict=True))
