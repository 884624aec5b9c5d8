"""From the cells of a line to its fields, once the columns are known."""

from collections.abc import Sequence

from .colonnes import Colonnes
from .lignes import Rangee


def ranger(
    numero: int, cellules: Sequence[str], titres: Sequence[str], colonnes: Colonnes, decalee: str = ""
) -> Rangee:
    """Les cellules d’une ligne par champ ; ce qui dépasse le dernier titre est un débord, jamais perdu."""
    surplus = [c for c in cellules[len(titres) :] if c.strip()]
    return Rangee(
        ligne=numero,
        cellules={
            champ: tuple(cellules[p] if p < len(cellules) else "" for p in positions)
            for champ, positions in colonnes.positions.items()
        },
        titres={champ: titres[positions[0]] for champ, positions in colonnes.positions.items()},
        debord=decalee or " ; ".join(surplus),
    )
