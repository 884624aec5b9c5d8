"""A published grid in force and a dossier scored under it, for the tests of points."""

import json
from pathlib import Path
from typing import Any

from dossiers.models import Cotation, Dossier, EtatGrille, GrilleCriteres, PieceJustificative
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import (
    publier_maintenant,
)
from tests import factories
from tests.factories import INSTANT, JOUR

GRILLES = Path(__file__).resolve().parents[2] / "fixtures" / "grilles"


def document(nom: str = "demonstration") -> dict[str, Any]:
    lu: dict[str, Any] = json.loads((GRILLES / f"{nom}.json").read_text(encoding="utf-8"))
    return lu


def en_vigueur(nom: str = "demonstration") -> GrilleCriteres:
    version = charger_grille(document(nom), par=None, maintenant=INSTANT)
    publier_maintenant(version, par=None, maintenant=INSTANT)
    version.refresh_from_db()
    return version


def vue(code: str, **porteur: Any) -> None:
    PieceJustificative.objects.create(code=code, etat="vue", vue_le=JOUR, **porteur)


def dossier_type(**champs: Any) -> Dossier:
    """A lone working parent of the city, income known, residence proved."""
    famille = factories.creer_famille(
        situation="isole", quotient_familial=650, responsable={"activite": "salarie"}
    )
    vue("domicile", famille=famille)
    return factories.creer_dossier(famille=famille, **champs)


def courante(dossier: Dossier) -> Cotation:
    return Cotation.objects.get(dossier=dossier, courante=True, grille__etat=EtatGrille.EN_VIGUEUR)
