"""A protection in real browsers: marked, opened by another with a reason, told, shared, lifted."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from dossiers.models import Dossier, Famille, Journal, Ouverture
from structures.models import Agent
from tests import factories
from tests.conftest import TAILLES
from tests.parcours.test_look import verifier
from tests.parcours.test_saisie import PATIENCE, ville

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
__all__ = ["ville"]
NOM = "Zyntharel"


class Poste:
    """One person's browser, kept open through the whole walk."""

    def __init__(self, browser: Browser, session: str, base: str, taille: str, images: Path | None) -> None:
        contexte = browser.new_context(viewport=TAILLES[taille], locale="fr-FR")
        contexte.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        self.page: Page = contexte.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.base, self.taille, self.images = base, taille, images

    def aller(self, route: str, *args: Any) -> Page:
        self.page.goto(self.base + reverse(route, args=args))
        return self.page

    def voir(self, nom: str) -> None:
        verifier(self.page)
        if self.images:
            self.page.screenshot(path=self.images / f"protection-{nom}-{self.taille}.png", full_page=True)


@pytest.fixture
def dossier(ville: dict[str, Any]) -> Dossier:
    famille = factories.creer_famille(responsable={"nom": NOM, "telephone": "06 39 98 41 07"})
    jour = timezone.localdate()
    enfant = factories.creer_enfant(famille, nom=NOM, date_naissance=jour - timedelta(days=70))
    besoin = {"entree_le": jour + timedelta(days=200), "demi_journees": [0, 1, 2, 3]}
    return factories.creer_dossier(
        enfant=enfant, mairie=ville["mairie"], voeux=ville["structures"][:1], besoin=besoin
    )


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_de_la_marque_a_la_levee(
    taille: str,
    browser: Browser,
    client_de: Callable[..., Any],
    live_server: Any,
    ville: dict[str, Any],
    dossier: Dossier,
    request: pytest.FixtureRequest,
) -> None:
    captures = request.config.getoption("--captures", default=None)
    voisine: Agent = factories.creer_agent("agent", nom="Roche", prenom="Inès")

    def poste(profil: Any, **portee: Any) -> Poste:
        session = client_de(profil, **portee).cookies["sessionid"].value
        return Poste(browser, session, live_server.url, taille, Path(captures) if captures else None)

    guichet, autre, coordination = (
        poste("agent", mairie=ville["mairie"]),
        poste(voisine),
        poste("coordination"),
    )
    numero = dossier.numero
    _marquer(guichet, numero)
    _ouvrir(autre, numero)
    _etre_averti(guichet, coordination, numero)
    # What was opened for a while closes by itself: only the name on the list of persons opens it then.
    Ouverture.objects.update(
        le=timezone.now() - timedelta(hours=9), fin_le=timezone.now() - timedelta(hours=1)
    )
    expect(
        autre.aller("dossiers:fiche", numero).get_by_role("heading", name="Dossier protégé")
    ).to_be_visible()
    _nommer(guichet, voisine, numero)
    expect(autre.aller("dossiers:fiche", numero).get_by_role("heading", name=NOM, level=1)).to_be_visible()
    _retirer(guichet, numero)
    assert NOM not in autre.aller("dossiers:fiche", numero).content()
    _lever(guichet, numero)
    expect(autre.aller("dossiers:fiche", numero).get_by_role("heading", name=NOM, level=1)).to_be_visible()
    objets = Journal.objects.filter(dossier=dossier, action="protection").order_by("pk")
    assert list(objets.values_list("objet", flat=True)) == ["nommee", "retiree", "levee"]
    for un in (guichet, autre, coordination):
        un.page.context.close()


def _marquer(guichet: Poste, numero: str) -> None:
    page = guichet.aller("dossiers:modifier", numero)
    page.check("#id_protegee")
    guichet.voir("saisie")
    page.click("#enregistrer")
    page.wait_for_url("**" + reverse("dossiers:fiche", args=[numero]))
    expect(page.get_by_role("heading", name=NOM, level=1)).to_be_visible()
    expect(page.get_by_text("adresse à protéger désormais")).to_be_visible()
    guichet.voir("fiche-guichet")
    assert Famille.objects.get(dossiers__numero=numero).protegee


def _ouvrir(autre: Poste, numero: str) -> None:
    page = autre.aller("dossiers:fiche", numero)
    assert NOM not in page.content()
    autre.voir("fermee")
    page.get_by_role("button", name="Ouvrir avec ce motif").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une raison")
    assert NOM not in page.content()
    autre.voir("sans-raison")
    page.get_by_label("Pourquoi ouvrez-vous ce dossier").select_option("urgence")
    page.get_by_role("button", name="Ouvrir avec ce motif").click()
    expect(page.get_by_role("heading", name=NOM, level=1)).to_be_visible()
    autre.voir("ouverte")


def _etre_averti(guichet: Poste, coordination: Poste, numero: str) -> None:
    """Both sides find the opening on their home page, and say they saw it."""
    for un, nom in ((guichet, "guichet"), (coordination, "coordination")):
        page = un.aller("accueil")
        alerte = page.get_by_role("region", name="Dossiers protégés ouverts par d’autres")
        expect(alerte).to_contain_text("Inès Roche")
        un.voir(f"accueil-{nom}")
        assert NOM not in page.content() or un is guichet
        alerte.get_by_role("button", name=f"ouverture du dossier {numero}").click()
        expect(alerte).to_have_count(0)


def _nommer(guichet: Poste, voisine: Agent, numero: str) -> None:
    page = guichet.aller("dossiers:fiche", numero)
    page.get_by_role("link", name="Protection", exact=True).click()
    expect(page.get_by_text("vue par la coordination")).to_be_visible()
    page.get_by_role("button", name="Nommer cette personne").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une personne")
    guichet.voir("sans-personne")
    page.locator("#id_nommer-agent").select_option(str(voisine.pk))
    page.get_by_role("button", name="Nommer cette personne").click()
    expect(page.get_by_text("Inès Roche voit maintenant ce dossier")).to_be_visible()
    guichet.voir("nommee")


def _retirer(guichet: Poste, numero: str) -> None:
    page = guichet.aller("dossiers:protection", numero)
    page.get_by_role("button", name="Retirer Inès Roche").click()
    expect(page.get_by_text("ne voit plus ce dossier")).to_be_visible()


def _lever(guichet: Poste, numero: str) -> None:
    page = guichet.aller("dossiers:protection", numero)
    page.get_by_text("Lever…").click()
    page.get_by_role("button", name="Lever la protection").click()
    expect(page.get_by_role("alert")).to_be_visible()
    guichet.voir("levee-sans-raison")
    page.get_by_label("Pourquoi lever la protection").select_option("fin_mesure")
    page.get_by_role("button", name="Lever la protection").click()
    expect(page.get_by_text(f"La protection du dossier {numero} est levée")).to_be_visible()
    guichet.voir("levee")
