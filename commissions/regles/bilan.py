"""The figures shown after a séance, each with its definition; small groups are never told. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SEUIL = 5


@dataclass(frozen=True)
class Chiffre:
    """One figure: what it counts, in one sentence an elected member can check."""

    libelle: str
    valeur: str
    definition: str


@dataclass(frozen=True)
class Tableau:
    titre: str
    definition: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


def par_groupe(
    admis: Mapping[str, int], demandes: Mapping[str, int], *, autres: str, seuil: int = SEUIL
) -> list[tuple[str, int, int]]:
    """Les groupes assez nombreux, (nom, admis, demandes) ; le reste sous `autres`, tu s’il est petit.

    A group too small to be told may not be found by subtraction either: it takes the smallest told one with
    it.
    """
    grands = {nom: n for nom, n in demandes.items() if n >= seuil}
    reste = sum(n for nom, n in demandes.items() if nom not in grands)
    if 0 < reste < seuil and grands:
        petit = min(grands, key=lambda nom: (grands[nom], nom))
        reste += grands.pop(petit)
    lignes = [(nom, admis.get(nom, 0), n) for nom, n in sorted(grands.items())]
    if reste >= seuil:
        lignes.append((autres, sum(n for nom, n in admis.items() if nom not in grands), reste))
    return lignes


def demi_journees_vides(
    places: Mapping[int, Iterable[int]], prises: Mapping[int, Iterable[int]]
) -> tuple[int, int]:
    """Combien de demi-journées ouvertes restent vides, et sur combien."""
    ouvertes = sum(sum(vecteur) for vecteur in places.values())
    vides = sum(
        max(0, n - p)
        for section, vecteur in places.items()
        for n, p in zip(vecteur, prises.get(section, [0] * 10), strict=False)
    )
    return vides, ouvertes


def part(nombre: int, total: int) -> str:
    """« 12 (34 %) »."""
    return f"{nombre} ({round(100 * nombre / total)}\u00a0%)" if total else str(nombre)
