"""A situation in a real browser, from the coordination to the partner and the director, at both sizes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import SituationPartagee
from tests import factories
from tests.dossiers.scene import NOM, un_dossier_complet
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_une_situation_va_de_la_coordination_au_cercle(
    taille: str, page_de: PageDe, live_server: Any, request: pytest.FixtureRequest
) -> None:
    dossier_images = request.config.getoption("--captures", default=None)

    def voir(page: Any, nom: str) -> None:
        verifier(page)
        if dossier_images:
            page.screenshot(path=Path(dossier_images) / f"cercle-{nom}-{taille}.png", full_page=True)

    structure = factories.creer_structure(nom="Câlin-Doudou")
    dossier = un_dossier_complet(structure=structure)
    partenaire = factories.creer_agent("partenaire", nom="Marchand", prenom="Odile", fonction="Puéricultrice")
    directrice = factories.creer_agent("direction", structure=structure, nom="Vidal", prenom="Claire")
    fiche = live_server.url + reverse("dossiers:fiche", args=[dossier.numero])

    page = page_de("coordination", taille=taille)
    page.goto(fiche)
    page.get_by_text("Écrire une note…").click()
    page.get_by_label("Note, lisible par la famille").fill("Enfant asthmatique")
    page.get_by_role("button", name="Écrire cette note").click()
    page.get_by_label("Pourquoi ces mots restent").wait_for()
    voir(page, "note")
    page.goto(fiche)
    page.get_by_role("link", name="Ouvrir une situation").click()
    voir(page, "nouvelle")
    page.get_by_label("Service qui demande").select_option("pmi")
    page.get_by_label("Fonction de la personne").select_option("puericultrice")
    page.get_by_label("Son compte").select_option(str(partenaire.pk))
    page.get_by_label("Réponse souhaitée dans").select_option("mois")
    page.get_by_role("button", name="Ouvrir la situation").click()
    page.get_by_text("Ajouter une personne…").click()
    page.get_by_label("Personne à ajouter").select_option(str(directrice.pk))
    page.get_by_role("button", name="Ajouter au cercle").click()
    page.get_by_text("La personne voit maintenant").wait_for()
    page.get_by_text("Répondre…").click()
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_role("alert").wait_for()
    voir(page, "faute")
    page.get_by_label("Réponse", exact=False).last.select_option("occasionnel")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_text("Réponse enregistrée").wait_for()
    voir(page, "conduite")
    page.goto(live_server.url)
    voir(page, "accueil-coordination")
    page.goto(live_server.url + reverse("dossiers:liens"))
    voir(page, "liens")

    page = page_de(partenaire, taille=taille)
    page.goto(live_server.url)
    voir(page, "accueil-partenaire")
    page.get_by_role("link", name=NOM).click()
    page.get_by_text("Dire ce qui a changé…").click()
    page.get_by_label("Ce qui a changé").last.select_option("plus_tot")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est noté").wait_for()
    voir(page, "partenaire")

    page = page_de(directrice, taille=taille)
    page.goto(fiche)
    page.get_by_role("link", name="PMI").click()
    page.get_by_text("L’accueil est souhaité plus tôt").first.wait_for()
    assert page.get_by_text("Clore la situation…").count() == 0
    voir(page, "directrice")
    assert SituationPartagee.objects.get().changements.count() == 1
