"""An information contact in a real browser: a dozen presses at most from the counter's home, no mouse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dossiers.models import Renseignement
from tests import factories
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def test_le_plus_petit_renseignement_tient_en_douze_touches(page_de: PageDe, live_server: Any) -> None:
    page = page_de("agent")
    page.goto(live_server.url + reverse("accueil"))
    # Alt and R; Playwright does not play access keys, so the link that bears it is followed.
    presses = 2
    page.locator("a[accesskey=r]").press("Enter")
    expect(page.locator("#id_enfant")).to_be_focused()
    for touche in ("8", "Tab", "r", "Tab", "c", "Enter"):
        page.keyboard.press(touche)
        presses += 1
    page.wait_for_url("**/renseignements/")
    pris = Renseignement.objects.get()
    assert (pris.age_mois, pris.besoin, pris.orientation) == (8, "regulier", "caf")
    assert presses <= 12


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_les_pages_des_renseignements_sont_accessibles(
    taille: str, page_de: PageDe, live_server: Any
) -> None:
    factories.creer_renseignement(nom="Ferrand", telephone="0639981234", jours_semaine=3)
    page = page_de("coordination", taille=taille)
    for route in ("renseignement_nouveau", "renseignements", "renseignements_comptes"):
        page.goto(live_server.url + reverse(f"dossiers:{route}"))
        verifier(page)
    page.goto(live_server.url + reverse("dossiers:renseignement_nouveau"))
    page.get_by_role("button", name="Noter").click()
    assert page.get_by_role("alert").is_visible()
    verifier(page)
