"""The points of one dossier, line by line, for those who see lines."""

from dataclasses import dataclass
from typing import Any

from dossiers.models import Cotation, Critere, Dossier, EtatGrille


@dataclass(frozen=True)
class Detail:
    """The lines of the grid in force, each with its label."""

    grille: str
    lignes: list[dict[str, Any]]
    verifie: int
    declare: int


def points_de(dossier: Dossier) -> Detail | None:
    """None when the dossier has no points under the grid in force."""
    cotation = (
        Cotation.objects.filter(dossier=dossier, courante=True, grille__etat=EtatGrille.EN_VIGUEUR)
        .select_related("grille")
        .first()
    )
    if cotation is None:
        return None
    libelles = dict(Critere.objects.filter(grille=cotation.grille).values_list("code", "libelle"))
    voeux = {str(v.structure_id): v.structure.nom for v in dossier.voeux.select_related("structure")}
    lignes = [
        {
            "libelle": ligne.get("libelle") or libelles.get(ligne.get("critere"), ligne.get("critere", "")),
            "points": ligne.get("points", 0),
            "verifie": ligne.get("verifie", False),
            "raison": ligne.get("raison", ""),
            "voeu": voeux.get(str(ligne.get("voeu") or ""), ""),
        }
        for ligne in cotation.lignes
    ]
    return Detail(cotation.grille.nom, lignes, cotation.verifie, cotation.declare)
