"""What is said of a line: a fault that refuses it, a repair, or something odd to check."""

from dataclasses import dataclass

LONGUEUR_VALEUR = 120


class FauteValeur(Exception):
    """A cell that cannot be read: why, and what to write instead."""

    def __init__(self, motif: str, remede: str) -> None:
        super().__init__(motif)
        self.motif = motif
        self.remede = remede


@dataclass(frozen=True)
class Constat:
    """One remark on one cell; `remede` is what the city should do, empty for a repair."""

    colonne: str
    valeur: str
    motif: str
    remede: str = ""


def constat(colonne: str, valeur: str, motif: str, remede: str = "") -> Constat:
    """Un constat dont la valeur citée reste lisible : une ligne, 120 signes au plus."""
    citee = " ".join("".join(c if c.isprintable() else " " for c in valeur).split())
    if len(citee) > LONGUEUR_VALEUR:
        citee = citee[: LONGUEUR_VALEUR - 1] + "…"
    return Constat(colonne, citee, motif, remede)
