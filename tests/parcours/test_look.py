"""The frame and the administration in a real browser: axe, keyboard, phone, without JavaScript."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from structures.models import Agent, Mairie
from tests import factories

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]
REGLES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
PAGES = {
    "administration": [
        *("accueil", "structures:comptes", "structures:compte_nouveau", "structures:structures"),
        *("structures:structure_nouvelle", "structures:mairies", "structures:gestionnaires"),
        *("structures:quartiers", "structures:reglages", "structures:ville", "compte"),
    ],
    "agent": ["accueil", "dossiers:liste_colonnes"],
    "coordination": ["accueil", "dossiers:semaine", "dossiers:urgences", "commissions:delais"],
    "direction": [
        *("accueil", "dossiers:places", "dossiers:presents", "dossiers:rentrees", "dossiers:semaine"),
    ],
    "dpo": [
        *("accueil", "dossiers:journal", "dossiers:conservation", "dossiers:registre"),
        "dossiers:acces_famille",
    ],
    "membre": ["accueil", "dossiers:reponse"],
}
PETITE_CIBLE = """() => [...document.querySelectorAll('a, button, input, select, summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, .visually-hidden, .resume-erreurs')
    && !['hidden', 'checkbox', 'radio'].includes(e.type))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, r]) => r.width > 2 && Math.round(r.height) < 34).map(([html]) => html)"""


def violations(page: Any) -> list[str]:
    """What axe finds once the page is there, readable: rule, then the first place."""
    page.wait_for_load_state()
    trouvees = Axe().run(page, options=REGLES).response["violations"]
    return [f"{v['id']} : {v['nodes'][0]['html'][:140]}" for v in trouvees]


def verifier(page: Any) -> None:
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"déborde : {page.url}"
    assert page.evaluate(PETITE_CIBLE) == [], page.url


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
@pytest.mark.parametrize("profil", PAGES)
def test_les_pages_sont_accessibles(profil: str, taille: str, page_de: PageDe, live_server: Any) -> None:
    capacite = factories.creer_capacite()
    factories.creer_convention(capacite.section.structure.gestionnaire)
    factories.creer_dossier(etat="incomplet")
    depart = {"fin": date(2030, 1, 1), "depart_le": date(2030, 1, 1), "motif_depart": "ecole"}
    factories.creer_admission(capacite.section, depart_constate_le=timezone.now(), **depart)
    present = factories.creer_admission(capacite.section, fin=None)
    portee = {"structure": capacite.section.structure} if profil == "direction" else {}
    page = page_de(profil, taille=taille, **portee)
    for route in PAGES[profil]:
        page.goto(live_server.url + reverse(route))
        verifier(page)
    if profil in ("coordination", "direction"):
        lieux = ["dossiers:places_structure", "dossiers:rentree"]
        lieux += ["dossiers:places_perdues"] if profil == "coordination" else []
        for route in lieux:
            page.goto(live_server.url + reverse(route, args=[capacite.section.structure_id]))
            verifier(page)
        page.goto(live_server.url + reverse("dossiers:jours", args=[present.pk]))
        verifier(page)
    if profil == "administration":
        for route, cle in (
            ("structures:compte_detail", Agent.objects.get().pk),
            ("structures:structure_detail", capacite.section.structure_id),
            ("structures:section_detail", capacite.section_id),
            ("structures:capacite_modifier", capacite.pk),
            ("structures:reglage_detail", "delai_offre"),
            ("structures:gestionnaire_detail", capacite.section.structure.gestionnaire_id),
        ):
            page.goto(live_server.url + reverse(route, args=[cle]))
            verifier(page)


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_la_connexion_et_les_refus_sont_accessibles(
    taille: str, page_de: PageDe, live_server: Any, page: Any
) -> None:
    page.goto(live_server.url + reverse("connexion"))
    verifier(page)
    page.get_by_role("button", name="Se connecter").click()
    assert page.get_by_role("alert").is_visible()
    verifier(page)
    agent = page_de("agent", taille=taille)
    for adresse in (reverse("structures:comptes"), "/nulle-part/"):
        agent.goto(live_server.url + adresse)
        verifier(agent)


def test_se_connecter_au_clavier_et_suivre_le_lien_d_une_erreur(page: Any, live_server: Any) -> None:
    factories.creer_agent("agent", identifiant="amel", prenom="Amel")
    page.goto(live_server.url + reverse("compte"))
    page.keyboard.type("amel")
    page.keyboard.press("Enter")
    page.locator("[data-resume-erreurs]:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_password"
    page.keyboard.type(factories.MOT_DE_PASSE)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Mon compte").wait_for()


def test_le_lien_d_evitement_mene_au_contenu(page_de: PageDe, live_server: Any) -> None:
    page = page_de("agent")
    page.goto(live_server.url + reverse("accueil"))
    page.keyboard.press("Tab")
    lien = page.get_by_role("link", name="Aller au contenu")
    assert lien.evaluate("e => e === document.activeElement && e.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header') === null")


def test_le_menu_du_telephone_s_ouvre_sans_javascript(
    browser: Any, browser_context_args: dict[str, Any], client_de: Any, live_server: Any
) -> None:
    contexte = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}}, java_script_enabled=False
    )
    session = client_de("administration").cookies["sessionid"].value
    contexte.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = contexte.new_page()
    page.goto(live_server.url + reverse("accueil"))
    entree = page.locator(".barre-repli").get_by_role("link", name="Comptes")
    assert not entree.is_visible()
    page.locator(".barre-repli > summary").click()
    entree.click()
    assert page.get_by_role("heading", name="Comptes").is_visible()
    page.locator(".barre-compte > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    assert page.get_by_role("heading", name="Connexion").is_visible()
    contexte.close()


def test_rien_n_est_bloque_par_la_politique_de_contenu(page_de: PageDe, live_server: Any) -> None:
    page = page_de("administration")
    plaintes: list[str] = []
    page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
    for route in ("accueil", "structures:ville", "compte"):
        page.goto(live_server.url + reverse(route))
    assert plaintes == []


def test_un_double_clic_n_ouvre_qu_un_compte(page_de: PageDe, live_server: Any) -> None:
    page = page_de("administration")
    page.goto(live_server.url + reverse("structures:compte_nouveau"))
    for libelle, valeur in (("Prénom", "Inès"), ("Identifiant", "ines")):
        page.get_by_label(libelle).fill(valeur)
    page.locator("#id_nom").fill("Ferrand")
    page.get_by_role("button", name="Ouvrir le compte").dblclick()
    page.wait_for_selector(".secret")
    assert Agent.objects.filter(identifiant="ines").count() == 1
    verifier(page)


def test_une_session_finie_pendant_la_saisie_ne_perd_rien(page_de: PageDe, live_server: Any) -> None:
    page = page_de("administration")
    factories.creer_agent("administration", identifiant="luc")
    page.goto(live_server.url + reverse("structures:mairie_nouvelle"))
    page.get_by_label("Nom").fill("Mairie de l’Étivallière")
    page.get_by_label("Horaires").fill("8 h 30 à 17 h")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Votre session a expiré").wait_for()
    verifier(page)
    with page.context.expect_page() as onglet:
        page.get_by_role("link", name="ouvrir la connexion").click()
    connexion = onglet.value
    connexion.get_by_label("Identifiant").fill("luc")
    connexion.get_by_label("Mot de passe").fill(factories.MOT_DE_PASSE)
    connexion.get_by_role("button", name="Se connecter").click()
    connexion.get_by_role("heading", name="Bonjour").wait_for()
    # Signing in changed the token: the first try is given back once more, with the new one.
    page.get_by_role("button", name="Renvoyer").click()
    page.get_by_role("heading", name="Encore un geste").wait_for()
    page.get_by_role("button", name="Renvoyer").click()
    page.get_by_role("heading", name="Mairies de proximité").wait_for()
    assert Mairie.objects.get().horaires == "8 h 30 à 17 h"


def test_alt_et_une_lettre_suivent_le_lien_qui_l_annonce(page_de: PageDe, live_server: Any) -> None:
    page = page_de("agent", mairie=factories.creer_mairie())
    for touche, route in (("n", "dossiers:nouveau"), ("r", "dossiers:renseignement_nouveau")):
        page.goto(live_server.url + reverse("accueil"))
        page.keyboard.press(f"Alt+{touche}")
        page.wait_for_url(f"**{reverse(route)}")


def test_la_barre_oblique_cherche_et_se_coupe(page_de: PageDe, live_server: Any) -> None:
    mairie = factories.creer_mairie()
    agent = factories.creer_agent("agent", mairie=mairie)
    enfant = factories.creer_enfant(nom="Ferrand", prenom="Lino")
    factories.creer_dossier(mairie=mairie, enfant=enfant)
    page = page_de(agent)
    page.goto(live_server.url + reverse("accueil"))
    page.keyboard.press("/")
    page.keyboard.type("ferrand")
    page.locator("#recherche-resultats").get_by_role("link").first.wait_for()
    assert "Lino Ferrand" in page.locator("#recherche-resultats").inner_text()
    verifier(page)
    page.keyboard.press("Escape")
    assert page.locator("#recherche-resultats").inner_text() == ""
    agent.raccourcis = False
    agent.save(update_fields=["raccourcis"])
    page.goto(live_server.url + reverse("accueil"))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.body")
