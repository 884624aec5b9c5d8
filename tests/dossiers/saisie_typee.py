"""What a counter types: a structure, the demonstration's grid, a complete entry to change."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dossiers.forms.feuille import Feuille
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from structures.models import Structure
from tests import factories
from tests.conftest import ClientStrict

GRILLE = Path(__file__).parents[2] / "fixtures" / "grilles" / "demonstration.json"
NOUVEAU = "/dossiers/nouveau/"
ClientDe = Callable[..., ClientStrict]


@pytest.fixture
def structure() -> Structure:
    structure = factories.creer_structure(nom="Câlin-Doudou")
    factories.creer_section(structure, nom="Bébés")
    return structure


@pytest.fixture
def grille() -> None:
    version = charger_grille(json.loads(GRILLE.read_text("utf-8")), par=None, maintenant=factories.INSTANT)
    publier_maintenant(version, par=None, maintenant=factories.INSTANT)


def tape(structure: Structure, **champs: Any) -> dict[str, Any]:
    """What a complete entry sends; keys with `__` for « - »."""
    jour = timezone.localdate()
    defauts: dict[str, Any] = {
        "geste": "enregistrer",
        "jeton": "a" * 32,
        "nombre": "1",
        "statut": "ne",
        "naissance": (jour - timedelta(days=70)).isoformat(),
        "e1-nom": "Ferrand",
        "e1-prenom": "Lino",
        "r1-nom": "Ferrand",
        "r1-prenom": "Maud",
        "r1-telephone": "06 39 98 41 07",
        "r1-commune": "Saint-Étienne",
        "r1-code_postal": "42100",
        "r1-activite": "salarie",
        "r1-autorite_parentale": "on",
        "foyer-situation": "isole",
        "regulier-demande": "on",
        "regulier-entree_le": (jour + timedelta(days=200)).isoformat(),
        "regulier-tolerance": "30",
        "regulier-semaine": ["0", "1", "2", "3"],
        "voeux": [str(structure.pk)],
        "piece-identite": "on",
        "piece-domicile": "on",
        "piece-autorite_parentale": "on",
        "depose_le": jour.isoformat(),
        "engagements": "on",
    }
    changes = {nom.replace("__", "-"): valeur for nom, valeur in champs.items()}
    return {nom: v for nom, v in {**defauts, **changes}.items() if v is not None}


def envoi_de(page: Any) -> dict[str, Any]:
    """What the page shown would send back, were nothing touched."""
    feuille: Feuille = page.context["page"].feuille
    cache = {"depart": [page.context["atelier"].depart_signe()], "geste": ["enregistrer"]}
    return {nom: feuille.mots(nom) for nom in feuille.noms()} | cache
