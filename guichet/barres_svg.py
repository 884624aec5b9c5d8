"""Horizontal stacked bars, drawn by a template of ours: never without the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

LARGEUR, MARGE, HAUT, ECART = 640, 210, 16, 10
_VALEUR = 46


@dataclass(frozen=True)
class Morceau:
    """One piece of a bar: where, how wide, which of the series (1, 2…)."""

    x: float
    largeur: float
    serie: int


@dataclass(frozen=True)
class Barre:
    libelle: str
    y: int
    morceaux: Sequence[Morceau]
    total: int
    fin: float


@dataclass(frozen=True)
class Barres:
    """A chart: `titre` and `description` are read aloud in its place."""

    titre: str
    description: str
    series: Sequence[str]
    barres: Sequence[Barre]
    largeur: int = LARGEUR
    marge: int = MARGE - 8
    haut: int = HAUT

    @property
    def hauteur(self) -> int:
        return len(self.barres) * (HAUT + ECART)


def barres(
    titre: str, series: Sequence[str], lignes: Sequence[tuple[str, Sequence[int]]], *, unite: str
) -> Barres:
    """Bars of these (label, one value per series), the longest filling the width."""
    maximum = max((sum(valeurs) for _, valeurs in lignes), default=0) or 1
    echelle = (LARGEUR - MARGE - _VALEUR) / maximum
    dessinees = []
    for rang, (libelle, valeurs) in enumerate(lignes):
        x, morceaux = float(MARGE), []
        for serie, valeur in enumerate(valeurs, 1):
            morceaux.append(Morceau(round(x, 1), round(valeur * echelle, 1), serie))
            x += valeur * echelle
        dessinees.append(Barre(libelle, rang * (HAUT + ECART), morceaux, sum(valeurs), round(x + 6, 1)))
    plus = max(dessinees, key=lambda b: b.total, default=None)
    description = f"Le plus haut\u00a0: {plus.libelle}, {plus.total} {unite}." if plus else "Rien à montrer."
    return Barres(titre, f"{description} Le tableau qui suit donne chaque valeur.", series, dessinees)
