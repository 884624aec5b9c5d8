"""The take-over in a real browser: from the file to the dossiers, at both sizes, without an axe violation."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dossiers import taches
from dossiers.models import Dossier, Reprise
from structures.models import Tache
from tests import factories
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TEMOINS = Path(__file__).parent.parent / "donnees"


@pytest.fixture(autouse=True)
def _ville(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    for nom in ("Ribambelle", "Minouchat", "L’Île aux Enfants"):
        structure = factories.creer_structure(nom=nom)
        factories.creer_section(structure, nom="Bébés", age_min_jours=70, age_max_mois=15)
        factories.creer_section(structure, nom="Grands", age_min_jours=0, age_min_mois=15, age_max_mois=40)
    for nom in ("Fauriel", "Terrenoire"):
        factories.creer_mairie(nom=nom)


def photographier(page: Any, nom: str) -> None:
    """Keep a picture when a person asks for them (CAPTURES=folder)."""
    if dossier := os.environ.get("CAPTURES"):
        page.screenshot(path=f"{dossier}/{nom}.png", full_page=True)


def jouer(corps: Any) -> None:
    tache = Tache.objects.order_by("-demandee_le").first()
    corps(str(tache.pk), Reprise.objects.latest("pk").pk, tache.demandee_par_id)


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
@pytest.mark.parametrize(("contenu", "fichier"), [("dossiers", "reprise.csv"), ("presents", "presents.csv")])
def test_du_fichier_a_la_base(
    taille: str, contenu: str, fichier: str, page_de: Callable[..., Any], live_server: Any
) -> None:
    page = page_de("coordination", taille=taille)
    page.goto(live_server.url + reverse("dossiers:reprises"))
    verifier(page)
    photographier(page, f"{contenu}-1-{taille}")
    page.get_by_role("button", name="Lire ce fichier").click()
    assert page.get_by_role("alert").is_visible()
    verifier(page)
    page.check(f"input[value={contenu}]")
    page.set_input_files("input[type=file]", TEMOINS / fichier)
    page.get_by_role("button", name="Lire ce fichier").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Quelle colonne est laquelle ?"
    verifier(page)
    photographier(page, f"{contenu}-2-{taille}")
    page.get_by_role("button", name="Essayer, sans rien écrire").click()
    verifier(page)
    jouer(taches.essayer_reprise)
    page.get_by_role("link", name="Actualiser").click()
    photographier(page, f"{contenu}-3-{taille}")
    page.get_by_role("link", name="Lire le rapport de l’essai").click()
    verifier(page)
    photographier(page, f"{contenu}-4-{taille}")
    assert not Dossier.objects.exists()
    page.get_by_role("button", name="différences" if contenu == "presents" else "Reprendre 14").click()
    jouer(taches.appliquer_reprise)
    page.get_by_role("link", name="Actualiser").click()
    page.get_by_role("link", name="Voir le résultat").click()
    verifier(page)
    photographier(page, f"{contenu}-5-{taille}")
    assert Dossier.objects.count() == (0 if contenu == "presents" else 14)
