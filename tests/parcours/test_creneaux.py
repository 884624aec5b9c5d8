"""A director limits an opening in a real browser; the coordination reads it at the séance; axe both ways."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.commissions.monde import monde_a_geler
from tests.commissions.test_creneaux import LUNDI_TOT, preparee
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_limiter_l_ouverture_puis_la_lire_a_la_seance(
    taille: str, page_de: PageDe, live_server: Any, pytestconfig: pytest.Config
) -> None:
    def capturer(page: Any, nom: str) -> None:
        verifier(page)
        if dossier := pytestconfig.getoption("--captures"):
            page.screenshot(path=f"{dossier}/creneaux-{nom}-{taille}.png", full_page=True)

    monde = monde_a_geler()
    factories.creer_capacite(monde.bebes, places=[3] * 10)
    for points in (100, 90):
        monde.dossier(points, besoin=LUNDI_TOT)
    directrice = factories.creer_agent("direction", structure=monde.creche)
    page = page_de(directrice, taille=taille)
    page.goto(live_server.url + reverse("structures:section_detail", args=[monde.bebes.pk]))
    page.get_by_role("link", name="Limiter un créneau").click()
    page.get_by_label("Nature").select_option(label="Ouverture")
    page.get_by_label("Enfants à la fois").fill("1")
    page.get_by_label("Du").fill("2026-01-01")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Dites à partir de quelle heure ce créneau compte.").first.wait_for()
    assert page.get_by_label("Enfants à la fois").input_value() == "1"
    capturer(page, "refuse")
    page.get_by_label("Heure").fill("08:00")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Ouverture, avant 8").first.wait_for()
    capturer(page, "section")
    page.goto(live_server.url + reverse("dossiers:places"))
    page.get_by_text("Ouverture, avant 8").first.wait_for()
    capturer(page, "places")

    page.context.clear_cookies()
    seance = preparee(monde, monde.bebes)
    page = page_de(monde.coordination, taille=taille)
    page.goto(live_server.url + reverse("commissions:seance_detail", args=[seance.pk]))
    assert page.locator("tr", has_text="Ouverture, avant 8").locator("td").all_inner_texts() == ["1"] * 5
    capturer(page, "seance")
    page.get_by_role("link", name="Corriger").click()
    page.get_by_role("heading", name="Ouverture, fermeture et lits").wait_for()
    capturer(page, "corriger")
