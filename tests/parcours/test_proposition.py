"""The coordination asks for the proposal, reads why, tries a change, simulates a grid; a member reads it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from commissions import taches
from structures.models import Tache
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.test_essai_pages import CRITERE
from tests.commissions.test_proposition import geler
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def travailler() -> None:
    """Do the jobs asked so far, as a worker would."""
    corps = {"commissions.taches.proposer": taches.proposer, "commissions.taches.simuler": taches.simuler}
    for travail in ProcrastinateJob.objects.filter(status="todo", task_name__in=corps).order_by("id"):
        if Tache.objects.get(pk=travail.args["tache_id"]).finie_le is None:
            corps[travail.task_name](**travail.args)


def une_ville(monde: Monde) -> None:
    quartier = factories.creer_quartier(nom="Bellevue")
    for n in range(12):
        famille = factories.creer_famille(
            situation="couple" if n >= 6 else "isole", quotient_familial=300 + 100 * n
        )
        besoin = {"demi_journees": [0, 1, 2, 3, 4] if n % 3 else [5, 6, 7, 8, 9]} if n > 5 else {}
        monde.dossier(
            200 - 7 * n, famille=famille, quartier=quartier, besoin=besoin, voeux=[monde.autre, monde.creche]
        )


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_de_la_liste_gelee_a_la_simulation(
    taille: str, page_de: PageDe, live_server: Any, pytestconfig: pytest.Config
) -> None:
    monde = monde_a_geler()
    une_ville(monde)
    elue = factories.creer_agent("membre", nom="Bonnefoy", prenom="Claire")
    seance = monde.seance(places={monde.bebes: [3, 3, 3, 3, 2, 2, 3, 3, 3, 3], monde.ailleurs: 2})
    factories.creer_presence(seance, elue)
    seance = geler(seance)
    factories.creer_version_grille(nom="Grille en projet", criteres=[CRITERE])
    page = page_de("coordination", taille=taille)
    captures = pytestconfig.getoption("--captures")

    def voir(nom: str) -> None:
        verifier(page)
        if captures:
            page.screenshot(path=f"{captures}/proposition-{nom}-{taille}.png", full_page=True)

    page.goto(live_server.url + reverse("commissions:seance_detail", args=[seance.pk]))
    page.get_by_role("link", name="Proposition").click()
    voir("avant")
    page.get_by_role("button", name="Calculer la proposition").click()
    page.get_by_role("heading", name="Proposition pour").wait_for()
    travailler()
    page.reload()
    page.get_by_role("link", name="Lire la proposition").click()
    page.get_by_text("vérifiée par un second programme").wait_for()
    voir("sections")
    page.get_by_role("link", name="Les Galipettes · Bébés").click()
    voir("section")
    entrants = page.locator("tr.ligne-choisie").count()
    assert entrants == 2
    page.get_by_role("link", name="Version nominative").click()
    voir("nominative")
    passage = seance.passages.get(dossier=monde.suite[5])
    page.get_by_role("link", name=passage.numero_ordre).first.click()
    page.get_by_role("heading", name="Vœu par vœu").wait_for()
    voir("pourquoi")
    page.go_back()
    page.get_by_role("link", name="Places qui restent vides").click()
    voir("vides")
    page.get_by_role("link", name="Premier choix d’abord").click()
    voir("habitude")
    page.get_by_role("link", name="Essai").click()
    voir("essai")
    page.get_by_role("button", name="Essayer").click()
    page.get_by_text("Dites ce que vous essayez").first.wait_for()
    page.get_by_label("Section").select_option(label="Les Galipettes, Bébés")
    page.get_by_label("Places en plus ou en moins").fill("1")
    page.get_by_role("button", name="Essayer").click()
    page.get_by_text("Qui gagne", exact=True).wait_for()
    voir("essai-lu")
    page.get_by_role("link", name="Simuler une grille").click()
    page.get_by_label("Grille en projet").select_option(label="Grille en projet")
    voir("simuler")
    page.get_by_role("button", name="Simuler").click()
    page.get_by_role("heading", name="Simulation de").wait_for()
    travailler()
    page.reload()
    page.get_by_role("link", name="Lire la simulation").click()
    page.get_by_role("heading", name="Type de foyer").wait_for()
    voir("simulation")

    page.context.clear_cookies()
    membre = page_de(elue, taille=taille)
    membre.goto(live_server.url + reverse("commissions:proposition", args=[seance.pk]))
    membre.get_by_role("link", name="Les Galipettes · Bébés").click()
    membre.locator("table").first.wait_for()
    assert membre.locator("tr.ligne-choisie").count() == entrants
    verifier(membre)
    assert not [d.numero for d in monde.suite if d.numero in membre.content()]
    membre.goto(live_server.url + reverse("commissions:agenda", args=[seance.pk]))
    verifier(membre)
