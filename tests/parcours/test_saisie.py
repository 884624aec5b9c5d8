"""The counter's page in a real browser: no mouse, no JavaScript, nothing lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from tests import factories

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
GRILLE = Path(__file__).parents[2] / "fixtures" / "grilles" / "demonstration.json"


@pytest.fixture
def ville() -> dict[str, Any]:
    """Three structures, two quartiers, the demonstration's grid in force."""
    version = charger_grille(json.loads(GRILLE.read_text("utf-8")), par=None, maintenant=factories.INSTANT)
    publier_maintenant(version, par=None, maintenant=factories.INSTANT)
    cotonne = factories.creer_quartier(nom="Cotonne")
    montreynaud = factories.creer_quartier(nom="Montreynaud", prioritaire=True)
    calin = factories.creer_structure(nom="Câlin-Doudou", quartier=cotonne)
    saens = factories.creer_structure(nom="Saint-Saëns", quartier=montreynaud, ouverture=list(range(8)))
    parc = factories.creer_structure(
        nom="Jardin d’enfants du Parc de l’Europe", type="jardin_enfants", quartier=cotonne
    )
    for structure in (calin, saens):
        factories.creer_section(structure, nom="Bébés", tranche="bebes", age_max_mois=18)
    factories.creer_section(parc, nom="Grands", tranche="grands", age_min_mois=18, age_min_jours=0)
    return {"mairie": factories.creer_mairie(nom="Mairie Tarentaize"), "structures": [calin, saens, parc]}


def violations(page: Any) -> list[str]:
    trouvees = Axe().run(page).response["violations"]
    return [f"{v['id']} : {n['html'][:160]}" for v in trouvees for n in v["nodes"]]
