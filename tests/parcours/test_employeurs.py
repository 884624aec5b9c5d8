"""An employer's places in a real browser: reserve, designate, admit, release; axe at both sizes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Admission
from structures.models import PlacesEmployeur
from tests import factories
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_reserver_designer_admettre_liberer(
    taille: str, page_de: PageDe, live_server: Any, pytestconfig: pytest.Config
) -> None:
    def capturer(nom: str) -> None:
        verifier(page)
        if dossier := pytestconfig.getoption("--captures"):
            page.screenshot(path=f"{dossier}/employeurs-{nom}-{taille}.png", full_page=True)

    section = factories.creer_section(nom="Les grands")
    factories.creer_capacite(section)
    dossier = factories.creer_dossier()
    page = page_de("coordination", taille=taille)
    page.goto(live_server.url + reverse("dossiers:places_structure", args=[section.structure_id]))
    page.get_by_role("link", name="Employeurs").click()
    page.get_by_role("link", name="Réserver des places, Les grands").click()
    capturer("nouveau")
    page.get_by_label("Employeur").fill("Centre hospitalier")
    page.get_by_label("Du").fill("2026-01-01")
    page.get_by_label("Places à chaque demi-journée d’ouverture").fill("2")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Désigner un enfant").click()
    capturer("designer")
    page.get_by_label("Numéro du dossier").fill(dossier.numero)
    page.get_by_role("button", name="Désigner").click()
    page.get_by_role("link", name=f"Admettre {dossier.enfant}").click()
    capturer("admettre")
    page.get_by_role("button", name="Admettre").click()
    page.get_by_text("Enfant admis aux places de l’employeur.").wait_for()
    assert Admission.objects.get().employeur == PlacesEmployeur.objects.get()
    capturer("liste")
    page.get_by_role("link", name="Libérer les places").click()
    page.get_by_label("Places libérées à partir du").fill("2028-01-03")
    page.get_by_label("Courrier de l’employeur vu, daté du").fill("2026-02-02")
    capturer("liberer")
    page.get_by_role("button", name="Libérer ces places").click()
    page.get_by_text("Libérées", exact=True).wait_for()
