"""The crèche familiale in a real browser: assign, move, fail; axe at both sizes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Affectation, EtatDossier
from tests import factories
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def capturer(page: Any, nom: str, taille: str, pytestconfig: pytest.Config) -> None:
    if dossier := pytestconfig.getoption("--captures"):
        page.screenshot(path=f"{dossier}/familiale-{nom}-{taille}.png", full_page=True)


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_affecter_puis_perdre_une_place(
    taille: str, page_de: PageDe, live_server: Any, pytestconfig: pytest.Config
) -> None:
    section = factories.creer_familiale()
    service = section.structure
    quartier = factories.creer_quartier(nom="Côte-Chaude")
    pres = factories.creer_assistante(service, places=3, nom="Collet", quartier=quartier)
    factories.creer_agrement(factories.creer_assistante(service, nom="Aubert"), age_min_mois=18)
    places = []
    for prenom in ("Lino", "Salma"):
        dossier = factories.creer_dossier(
            etat=EtatDossier.ADMIS,
            quartier=quartier,
            voeux=[service],
            enfant=factories.creer_enfant(prenom=prenom, nom="Ferrand"),
        )
        debut = date(2027, 9, 1)
        places.append(
            factories.creer_admission(section, enfant=dossier.enfant, dossier=dossier, debut=debut, fin=None)
        )
    page = page_de("direction", structure=service, taille=taille)
    page.goto(live_server.url + reverse("accueil"))
    page.get_by_role("link", name="2 enfants attendent une assistante maternelle").click()
    verifier(page)
    capturer(page, "service", taille, pytestconfig)
    page.get_by_role("link", name="Affecter Lino Ferrand").click()
    verifier(page)
    capturer(page, "enfant", taille, pytestconfig)
    page.get_by_label("Sylvie Collet, Côte-Chaude").check()
    page.get_by_role("button", name="Affecter").click()
    assert Affectation.objects.get().assistante == pres
    capturer(page, "affecte", taille, pytestconfig)
    page.get_by_role("link", name="Affecter Salma Ferrand").click()
    page.get_by_role("link", name="Aucune ne convient").click()
    verifier(page)
    page.get_by_label("La seule possible est trop loin pour la famille").check()
    capturer(page, "echec", taille, pytestconfig)
    page.get_by_role("button", name="Rendre le dossier à la liste").click()
    page.get_by_text("La coordination est prévenue").wait_for()
    for route, args in (
        ("structures:assistantes", [service.pk]),
        ("structures:assistante", [pres.pk]),
        ("structures:agrement", [pres.agrements.get().pk]),
        ("dossiers:places_structure", [service.pk]),
    ):
        page.goto(live_server.url + reverse(route, args=args))
        verifier(page)
        capturer(page, route.split(":")[1], taille, pytestconfig)
    page = page_de("coordination", taille=taille)
    page.goto(live_server.url + reverse("accueil"))
    verifier(page)
    capturer(page, "accueil", taille, pytestconfig)
    page.get_by_role("button", name="Vu").click()
    page.get_by_text("Sans assistante maternelle").wait_for(state="detached")
