"""A dossier in a real browser: at both sizes, by keyboard, for each profil that opens it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Dossier, GroupeNaissance, Journal
from tests import factories
from tests.dossiers.scene import ADRESSE, NOM, un_dossier_complet, une_grille
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]
TAILLES = pytest.mark.parametrize("taille", ["bureau", "telephone"])


def jumeaux(**champs: Any) -> Dossier:
    groupe = GroupeNaissance.objects.create()
    dossier = un_dossier_complet(
        grille=une_grille(),
        enfant_dit={"groupe": groupe, "prenom": "Lino"},
        mairie=factories.creer_mairie(nom="Mairie Tarentaize", horaires="lundi au vendredi"),
        a_renouveler_le=date(2026, 11, 1),
        **champs,
    )
    sol = factories.creer_enfant(dossier.famille, nom=NOM, prenom="Sol", groupe=groupe)
    factories.creer_dossier(enfant=sol, mairie=dossier.mairie, etat="incomplet")
    return dossier


def voir(page: Any, nom: str, capture: Path | None = None) -> None:
    verifier(page)
    if capture:
        page.screenshot(path=capture / f"{nom}.png", full_page=True)


@pytest.fixture
def capture(request: pytest.FixtureRequest) -> Path | None:
    """Where to leave pictures of the pages, when asked: pytest --captures=DOSSIER."""
    dossier = request.config.getoption("--captures", default=None)
    return Path(dossier) if dossier else None


@TAILLES
def test_le_guichet_lit_agit_et_imprime(
    taille: str, page_de: PageDe, live_server: Any, capture: Path | None
) -> None:
    dossier = jumeaux(etat="incomplet")
    page = page_de("agent", taille=taille, mairie=dossier.mairie)
    page.goto(live_server.url + reverse("dossiers:index"))
    voir(page, f"index-{taille}", capture)
    page.get_by_role("link", name=NOM).first.click()
    page.goto(live_server.url + reverse("dossiers:fiche", args=[dossier.numero]))
    voir(page, f"fiche-{taille}", capture)
    for piece, document in (
        ("Identité ou grossesse", "livret de famille"),
        ("Autorité parentale", "jugement"),
    ):
        page.get_by_text(f"Noter vue : {piece}").click()
        voir(page, f"fiche-piece-{taille}", capture)
        formulaire = page.locator("form", has=page.get_by_role("button", name=f"Vue : {piece}"))
        formulaire.get_by_label("Document vu").select_option(document)
        formulaire.get_by_role("button").click()
    dossier.refresh_from_db()
    assert dossier.etat == "actif"
    page.get_by_role("link", name="Récépissé").click()
    voir(page, f"recepisse-{taille}", capture)
    page.get_by_role("button", name="L’afficher ici").click()
    assert page.get_by_role("heading", name="Votre code secret").is_visible()
    voir(page, f"recepisse-code-{taille}", capture)


@TAILLES
def test_une_faute_se_lit_et_se_corrige(taille: str, page_de: PageDe, live_server: Any) -> None:
    dossier = jumeaux()
    page = page_de("agent", taille=taille, mairie=dossier.mairie)
    page.goto(live_server.url + reverse("dossiers:fiche", args=[dossier.numero]))
    page.get_by_text("Clore…").click()
    page.get_by_role("button", name="Clore le dossier").click()
    assert page.get_by_role("alert").is_visible()
    verifier(page)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "id_clore-motif"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("est maintenant « Clos »").wait_for()
    verifier(page)


@TAILLES
def test_une_direction_lit_avec_ou_sans_identite(
    taille: str, page_de: PageDe, live_server: Any, capture: Path | None
) -> None:
    structure = factories.creer_structure(nom="Câlin-Doudou")
    sienne, autre = un_dossier_complet(structure=structure, grille=une_grille()), jumeaux_sans_grille()
    page = page_de("direction", taille=taille, structure=structure)
    page.goto(live_server.url + reverse("dossiers:fiche", args=[sienne.numero]))
    assert page.get_by_role("heading", name=NOM).is_visible()
    voir(page, f"fiche-direction-{taille}", capture)
    page.goto(live_server.url + reverse("dossiers:fiche", args=[autre.numero]))
    assert NOM not in page.content()
    voir(page, f"fiche-masquee-{taille}", capture)


def jumeaux_sans_grille() -> Dossier:
    return un_dossier_complet(enfant_dit={"groupe": GroupeNaissance.objects.create()})


@TAILLES
def test_un_dossier_protege_s_ouvre_avec_une_raison(
    taille: str, page_de: PageDe, live_server: Any, capture: Path | None
) -> None:
    dossier = un_dossier_complet(foyer={"protegee": True}, grille=une_grille())
    page = page_de("agent", taille=taille)
    page.goto(live_server.url + reverse("dossiers:fiche", args=[dossier.numero]))
    assert ADRESSE not in page.content()
    voir(page, f"fiche-protegee-{taille}", capture)
    page.get_by_label("Pourquoi ouvrez-vous ce dossier").select_option("urgence")
    page.get_by_role("button", name="Ouvrir avec ce motif").click()
    page.get_by_text(ADRESSE).wait_for()
    verifier(page)
    assert Journal.objects.filter(action="acces_motive").count() == 1


@TAILLES
def test_chercher_au_clavier(taille: str, page_de: PageDe, live_server: Any, capture: Path | None) -> None:
    dossier = jumeaux()
    page = page_de("agent", taille=taille, mairie=dossier.mairie)
    page.goto(live_server.url + reverse("accueil"))
    page.keyboard.press("/")
    page.keyboard.type("zintharel")
    page.locator("#recherche-resultats").get_by_role("link", name=NOM).first.wait_for()
    voir(page, f"barre-{taille}", capture)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=NOM).first.wait_for()
    voir(page, f"recherche-{taille}", capture)
    page.get_by_label("Nom d’un enfant ou d’un parent").fill("98 77 66")
    page.get_by_text("trouvé par : téléphone").first.wait_for()
    page.get_by_label("Nom d’un enfant ou d’un parent").fill("zzzzzz")
    page.get_by_text("Aucun dossier ne correspond").wait_for()
    verifier(page)
    page.keyboard.press("Control+a")
    page.keyboard.type(dossier.numero)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=NOM).wait_for()


def test_sans_javascript(browser: Any, client_de: Callable[..., Any], live_server: Any) -> None:
    dossier = jumeaux()
    contexte = browser.new_context(java_script_enabled=False, locale="fr-FR")
    session = client_de("agent", mairie=dossier.mairie).cookies["sessionid"].value
    contexte.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = contexte.new_page()
    page.goto(live_server.url + reverse("dossiers:recherche") + "?q=zintharel")
    page.get_by_role("link", name=NOM).first.click()
    page.get_by_role("button", name="Renouveler").click()
    assert page.get_by_text("Dossier renouvelé jusqu’au").is_visible()
    contexte.close()
