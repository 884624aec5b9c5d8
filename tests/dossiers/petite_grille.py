"""Grids of a few lines written in a test, and what they give."""

from typing import Any

from dossiers.regles.cotation import Cotation, coter
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import lire_grille
from dossiers.regles.situation import lire_situation


def oui(fait: str, valeur: Any = True) -> dict[str, Any]:
    return {"fait": fait, "est": valeur}


def fixe(code: str, points: int, condition: dict[str, Any], **reste: Any) -> dict[str, Any]:
    return {"code": code, "libelle": code.capitalize(), "points": points, "si": condition, **reste}


def grille(*criteres: dict[str, Any], **reste: Any) -> Grille:
    return lire_grille({"format": 1, "nom": "Essai", "criteres": list(criteres), **reste})


def cote(version: Grille, faits: dict[str, Any], *verifies: str, **reste: Any) -> Cotation:
    return coter(version, lire_situation({"faits": faits, "verifies": list(verifies), **reste}, version))


def lignes(cotation: Cotation) -> list[tuple[str, int, bool]]:
    return [(ligne.critere, ligne.points, ligne.verifie) for ligne in cotation.lignes]


GROUPE = [{"code": "g", "libelle": "Un seul"}]
