"""Two agents on one dossier, two browsers: told, compared, nothing lost; and a twin added from the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from dossiers.models import Dossier
from tests import factories
from tests.conftest import TAILLES
from tests.parcours.test_look import verifier
from tests.parcours.test_saisie import PATIENCE, ville

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
__all__ = ["ville"]


def poste(browser: Browser, client_de: Callable[..., Any], base: str, mairie: Any, taille: str) -> Page:
    """A browser of its own, where another agent of the counter is signed in."""
    contexte = browser.new_context(viewport=TAILLES[taille], locale="fr-FR")
    session = client_de("agent", mairie=mairie).cookies["sessionid"].value
    contexte.add_cookies([{"name": "sessionid", "value": session, "url": base}])
    page = contexte.new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_deux_agents_comparent_puis_un_jumeau_rejoint_le_foyer(
    browser: Browser,
    client_de: Callable[..., Any],
    live_server: Any,
    ville: dict[str, Any],
    taille: str,
) -> None:
    famille = factories.creer_famille(responsable={"nom": "Ferrand", "telephone": "06 39 98 41 07"})
    naissance = timezone.localdate() - timedelta(days=70)
    enfant = factories.creer_enfant(famille, nom="Ferrand", prenom="Lino", date_naissance=naissance)
    entree = {"entree_le": timezone.localdate() + timedelta(days=200), "demi_journees": [0, 1, 2, 3]}
    dossier = factories.creer_dossier(
        enfant=enfant, mairie=ville["mairie"], voeux=ville["structures"][:1], besoin=entree
    )
    url = live_server.url + reverse("dossiers:modifier", args=[dossier.numero])
    anne, paul = (poste(browser, client_de, live_server.url, ville["mairie"], taille) for _ in range(2))
    anne.goto(url)
    paul.goto(url)
    paul.select_option("#id_solution", "conge_parental")
    paul.fill("#id_r1-telephone", "06 39 98 41 99")
    paul.click("#enregistrer")
    paul.wait_for_url("**" + reverse("dossiers:fiche", args=[dossier.numero]))
    anne.select_option("#id_solution", "famille")
    anne.fill("#id_r1-courriel", "maud@exemple.invalid")
    anne.click("#enregistrer")
    expect(anne.locator("#comparaison")).to_be_focused()
    rangees = anne.locator("#comparaison tbody tr")
    expect(rangees).to_have_count(3)
    expect(rangees.nth(0)).to_contain_text("à choisir")
    expect(rangees.nth(0).locator("input:checked")).to_have_count(0)
    verifier(anne)
    anne.click("text=Reprendre avec ces choix")
    expect(anne.locator("#comparaison")).to_contain_text("Choisissez une version pour chaque ligne")
    anne.check("[name='version-de-solution'][value=mien]")
    anne.click("text=Reprendre avec ces choix")
    expect(anne.locator("#comparaison")).to_have_count(0)
    anne.click("#enregistrer")
    anne.wait_for_url("**" + reverse("dossiers:fiche", args=[dossier.numero]))
    dossier.refresh_from_db()
    adulte = dossier.famille.responsables.get()
    assert (dossier.solution, adulte.telephone_cle, adulte.courriel) == (
        *("famille", "0639984199"),
        "maud@exemple.invalid",
    )
    verifier(anne)
    anne.click("text=Ajouter un jumeau")
    expect(anne.locator("#id_e1-prenom")).to_be_focused()
    anne.keyboard.type("Sol")
    verifier(anne)
    anne.click("#enregistrer")
    anne.wait_for_url("**/recepisse/")
    jumeau = Dossier.objects.latest("pk").enfant
    enfant.refresh_from_db()
    assert (jumeau.groupe, jumeau.famille, jumeau.date_naissance) == (enfant.groupe, famille, naissance)
    for page in (anne, paul):
        page.context.close()
