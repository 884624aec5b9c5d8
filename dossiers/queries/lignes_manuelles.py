"""The points a person gave to a dossier, and the criteria of its grid that take some."""

from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.models import Cotation, Dossier, LigneManuelle
from dossiers.queries.grilles import grille_pure
from dossiers.regles.grille import Critere


@dataclass(frozen=True)
class PointsDonnes:
    """`lignes` are those of the grid in force, each with its criterion's name; `criteres` takes points."""

    criteres: Sequence[Critere] = ()
    lignes: Sequence[tuple[str, LigneManuelle]] = ()


def points_donnes(dossier: Dossier, cotation: Cotation | None) -> PointsDonnes:
    """Nothing to read when the grid has no manual criterion."""
    criteres = [c for c in grille_pure(cotation.grille).criteres if c.manuel] if cotation else []
    if not criteres:
        return PointsDonnes()
    posees = {ligne.critere: ligne for ligne in dossier.lignes_manuelles.select_related("auteur")}
    return PointsDonnes(criteres, [(c.libelle, posees[c.code]) for c in criteres if c.code in posees])
