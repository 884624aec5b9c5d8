"""The grid in a real browser: read by an elected member, drafted, tried and published by the coordination."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Cotation, EtatGrille, GrilleCriteres
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import executer_publication, publier_maintenant
from structures.models import Tache
from tests import factories
from tests.dossiers.cotation_type import document
from tests.factories import INSTANT
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]
# Where to leave pictures of the pages, for a look; nowhere by default.
IMAGES = os.environ.get("IMAGES_GRILLE", "")


def photographier(page: Any, nom: str) -> None:
    if IMAGES:
        page.screenshot(path=str(Path(IMAGES) / f"{nom}.png"), full_page=True)


def en_vigueur(nom: str = "demonstration") -> GrilleCriteres:
    version = charger_grille(document(nom), par=None, maintenant=INSTANT)
    publier_maintenant(version, par=None, maintenant=INSTANT)
    return version


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_every_page_of_the_grid_is_accessible(taille: str, page_de: PageDe, live_server: Any) -> None:
    publiee = en_vigueur()
    brouillon = charger_grille(document("pessac-2022"), par=None, maintenant=INSTANT)
    niveaux = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)
    page = page_de("coordination", taille=taille)
    essai = "?essayer=1&f_residence_commune=oui&v_residence_commune=on&f_quotient_familial=beaucoup"
    juste = "?essayer=1&f_residence_commune=oui&v_residence_commune=on&f_quotient_familial=650"
    for route, arguments, suite in (
        ("grilles", [], ""),
        ("grille_importer", [], ""),
        ("grille_detail", [publiee.pk], ""),
        ("grille_detail", [brouillon.pk], ""),
        ("grille_copier", [publiee.pk], ""),
        ("grille_cadre", [brouillon.pk], ""),
        ("grille_json", [brouillon.pk], ""),
        ("grille_publier", [brouillon.pk], ""),
        ("grille_essai", [publiee.pk], ""),
        ("grille_essai", [publiee.pk], essai),
        ("grille_essai", [publiee.pk], juste),
        ("critere_modifier", [niveaux.pk, "quotient"], ""),
        ("critere_modifier", [brouillon.pk, "sans_mode"], ""),
        ("critere_nouveau", [brouillon.pk], "?mode=par"),
        ("critere_nouveau", [brouillon.pk], "?mode=manuel"),
    ):
        page.goto(live_server.url + reverse(f"dossiers:{route}", args=arguments) + suite)
        photographier(page, f"{taille}-{route}-{len(suite)}-{'-'.join(map(str, arguments[1:]))}")
        verifier(page)


def test_a_faulty_criterion_leads_to_its_field(page_de: PageDe, live_server: Any) -> None:
    brouillon = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)
    page = page_de("coordination")
    page.goto(live_server.url + reverse("dossiers:critere_nouveau", args=[brouillon.pk]))
    page.locator("#id_libelle").fill("Petit revenu")
    page.locator("#id_points").fill("trente")
    page.get_by_role("button", name="Enregistrer").click()
    verifier(page)
    resume = page.get_by_role("alert")
    resume.get_by_role("link", name="Points").click()
    assert page.evaluate("document.activeElement.name") == "points"
    assert page.locator("#id_points").input_value() == "trente"


def test_the_coordination_drafts_and_publishes_a_version(page_de: PageDe, live_server: Any) -> None:
    en_vigueur("villiers-le-bel")
    dossier = factories.creer_dossier()
    page = page_de("coordination")
    page.goto(live_server.url + reverse("dossiers:grilles"))
    page.get_by_role("link", name="Villiers-le-Bel").click()
    page.get_by_role("link", name="Copier").click()
    page.get_by_label("Nom de la nouvelle version").fill("Grille 2026 bis")
    page.get_by_label("À partir du").fill("2026-01-01")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Ajouter un critère").click()
    page.locator("#id_libelle").fill("Bébé à l’entrée")
    page.locator("#id_points").fill("15")
    page.get_by_label("Fait, condition 1").select_option("age_entree_mois")
    page.get_by_label("Comparaison, condition 1").select_option("au plus")
    page.get_by_label("Valeur, condition 1").fill("24")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Monter Bébé à l’entrée").click()
    page.locator("#critere-bebe_a_l_entree + #critere-handicap_foyer").wait_for()
    page.get_by_role("link", name="Publier…").click()
    page.get_by_role("button", name="Publier maintenant").click()
    page.wait_for_url("**/taches/**")
    version = GrilleCriteres.objects.get(nom="Grille 2026 bis")
    tache = Tache.objects.get(nature="publication_grille")
    executer_publication(str(tache.pk), grille_id=version.pk, par=tache.demandee_par, maintenant=INSTANT)
    page.get_by_role("link", name="Voir la grille").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Grille 2026 bis"
    version.refresh_from_db()
    assert version.etat == EtatGrille.EN_VIGUEUR
    cotation = Cotation.objects.get(dossier=dossier, grille=version)
    assert "bebe_a_l_entree" in {ligne["critere"] for ligne in cotation.lignes}
