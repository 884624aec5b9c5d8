"""The counter's page in a real browser: no mouse, no JavaScript, nothing lost."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Brouillon, Dossier
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from tests import factories

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
GRILLE = Path(__file__).parents[2] / "fixtures" / "grilles" / "demonstration.json"
NOUVEAU = "/dossiers/nouveau/"
PATIENCE = 60_000

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def ville() -> dict[str, Any]:
    """Three structures, two quartiers, the demonstration's grid in force."""
    version = charger_grille(json.loads(GRILLE.read_text("utf-8")), par=None, maintenant=factories.INSTANT)
    publier_maintenant(version, par=None, maintenant=factories.INSTANT)
    cotonne = factories.creer_quartier(nom="Cotonne")
    montreynaud = factories.creer_quartier(nom="Montreynaud", prioritaire=True)
    calin = factories.creer_structure(nom="Câlin-Doudou", quartier=cotonne)
    saens = factories.creer_structure(nom="Saint-Saëns", quartier=montreynaud, ouverture=list(range(8)))
    parc = factories.creer_structure(
        nom="Jardin d’enfants du Parc de l’Europe", type="jardin_enfants", quartier=cotonne
    )
    for structure in (calin, saens):
        factories.creer_section(structure, nom="Bébés", tranche="bebes", age_max_mois=18)
    factories.creer_section(parc, nom="Grands", tranche="grands", age_min_mois=18, age_min_jours=0)
    return {"mairie": factories.creer_mairie(nom="Mairie Tarentaize"), "structures": [calin, saens, parc]}


def violations(page: Page) -> list[str]:
    trouvees = Axe().run(page).response["violations"]
    return [f"{v['id']} : {n['html'][:160]}" for v in trouvees for n in v["nodes"]]


def jour_double(apres: date) -> date:
    """The next day whose number is its month's: a date picker reads it the same in every language."""
    jour = apres
    while jour.day != jour.month:
        jour += timedelta(days=1)
    return jour


TERME = jour_double(timezone.localdate() + timedelta(days=40))
ENTREE = jour_double(TERME + timedelta(days=150))


def aller(page: Page, ident: str, touche: str = "Tab") -> None:
    """Tab until the field is reached, as somebody without a mouse does."""
    for _ in range(70):
        if page.evaluate("document.activeElement.id") == ident:
            return
        page.keyboard.press(touche)
    raise AssertionError(f"{ident} ne s’atteint pas au clavier")


def partie(page: Page, numero: int, premier: str) -> None:
    """Alt and a number."""
    page.keyboard.press(f"Alt+{numero}")
    expect(page.locator(f"[id='{premier}']")).to_be_focused()


def taper(page: Page, ident: str, texte: str) -> None:
    aller(page, ident)
    page.keyboard.type(texte)


def cocher(page: Page, ident: str) -> None:
    aller(page, ident)
    page.keyboard.press("Space")
    expect(page.locator(f"[id='{ident}']")).to_be_checked()


def date_tapee(jour: date) -> str:
    return f"{jour:%m%d%Y}"


def ajouter(page: Page, nom: str, rang: int) -> None:
    aller(page, "ajout")
    page.keyboard.type(nom)
    page.keyboard.press("Enter")
    expect(page.locator(".choix li")).to_have_count(rang)
    expect(page.locator("#ajout")).to_be_focused()


def attendre_un(page: Page, retenues: list[Any]) -> None:
    """Until the browser has sent what we hold back."""
    for _ in range(100):
        if retenues:
            return
        page.wait_for_timeout(100)
    raise AssertionError("rien n’est parti")


def copies(page: Page) -> list[str]:
    """What the tab keeps of entries nobody confirmed."""
    return page.evaluate("Object.keys(sessionStorage).filter(c => c.startsWith('saisie:'))")


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_des_jumeaux_a_naitre_sans_souris(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any], taille: str
) -> None:
    page = page_de("agent", taille=taille, mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    expect(page.locator("#id_e1-nom")).to_be_focused()
    taper(page, "id_e1-nom", "FERRAND")
    aller(page, "id_statut")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#id_statut")).to_have_value("a_naitre")
    taper(page, "id_naissance", date_tapee(TERME))
    taper(page, "id_nombre", "Jum")
    taper(page, "id_e2-prenom", "Sol")
    partie(page, 2, "id_r1-lien")
    taper(page, "id_r1-nom", "FERRAND")
    taper(page, "id_r1-prenom", "Maud")
    taper(page, "id_r1-telephone", "06 39 98 41 07")
    taper(page, "id_r1-code_postal", "42100")
    taper(page, "id_r1-activite", "Sal")
    partie(page, 3, "id_foyer-situation")
    page.keyboard.type("Parent")
    partie(page, 4, "id_regulier-demande")
    taper(page, "id_regulier-entree_le", date_tapee(ENTREE))
    aller(page, "geste-quatre-regulier")
    page.keyboard.press("Enter")
    expect(page.locator("#id_regulier-semaine_9")).to_be_checked()
    expect(page.locator("#id_regulier-semaine_4")).not_to_be_checked()
    expect(page.locator("#geste-quatre-regulier")).to_be_focused()
    partie(page, 5, "ajout")
    ajouter(page, "parc", 1)
    expect(page.locator(".choix li").first).to_contain_text("Trop jeunes\u202f: possible à partir du")
    ajouter(page, "calin", 2)
    aller(page, "monter-2", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".choix li").first).to_contain_text("Câlin-Doudou")
    expect(page.locator("#descendre-1")).to_be_focused()
    for piece in ("identite", "domicile", "autorite_parentale"):
        cocher(page, f"id_piece-{piece}")
    expect(page.locator("#points")).to_contain_text("Parent seul en emploi")
    expect(page.locator("#points")).to_contain_text("Naissance multiple")
    expect(page.locator("#pieces")).to_contain_text("Complet")
    expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/recepisse/", timeout=PATIENCE)
    premier, second = Dossier.objects.order_by("pk")
    assert premier.enfant.groupe_id == second.enfant.groupe_id is not None
    assert (second.enfant.prenom, second.enfant.nom) == ("Sol", "FERRAND")
    assert premier.enfant.date_prevue_naissance == TERME
    assert premier.besoins.get().demi_journees == [0, 1, 2, 3, 6, 7, 8, 9]
    assert premier.voeux.get(rang=1).structure.nom == "Câlin-Doudou"
    assert (premier.etat, second.etat) == ("actif", "actif")
    assert not Brouillon.objects.exists()


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_les_fautes_se_lisent_et_se_rejoignent(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any], taille: str
) -> None:
    page = page_de("agent", taille=taille, mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    assert violations(page) == []
    page.fill("#id_r1-telephone", "12")
    page.check("#id_occasionnel-demande")
    page.click("#enregistrer")
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("#id_r1-telephone")).to_have_value("12")
    assert violations(page) == []
    page.click("[role=alert] a >> text=Téléphone")
    expect(page.locator("#id_r1-telephone")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_tout_marche_sans_javascript(
    browser: Any, client_de: Callable[..., Any], live_server: Any, ville: dict[str, Any]
) -> None:
    contexte = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    session = client_de("agent", mairie=ville["mairie"]).cookies["sessionid"].value
    contexte.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = contexte.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(live_server.url + NOUVEAU)
    page.fill("#id_e1-nom", "FERRAND")
    page.fill("#id_e1-prenom", "Lino")
    page.fill("#id_naissance", (timezone.localdate() - timedelta(days=60)).isoformat())
    page.fill("#id_r1-nom", "FERRAND")
    page.fill("#id_r1-prenom", "Maud")
    page.fill("#id_r1-telephone", "06 39 98 41 07")
    page.fill("#id_regulier-entree_le", ENTREE.isoformat())
    page.click("#geste-plein-regulier")
    expect(page.locator("#id_regulier-semaine_4")).to_be_checked()
    page.click("#geste-second")
    page.fill("#id_r2-nom", "PETIT")
    page.fill("#id_r2-prenom", "Noé")
    for rang, nom in enumerate(("calin", "saens"), 1):
        page.fill("#ajout", nom)
        page.click("#ajouter")
        expect(page.locator(".choix li")).to_have_count(rang)
    page.click("#monter-2")
    expect(page.locator(".choix li").first).to_contain_text("Saint-Saëns")
    expect(page.locator("#id_e1-nom")).to_have_value("FERRAND")
    page.check("#id_piece-domicile")
    page.click("text=Recalculer")
    expect(page.locator("#points")).to_contain_text("Réside dans la ville")
    page.click("#enregistrer")
    page.wait_for_url("**/recepisse/", timeout=PATIENCE)
    dossier = Dossier.objects.get()
    assert [r.nom for r in dossier.famille.responsables.all()] == ["FERRAND", "PETIT"]
    assert [v.structure.nom for v in dossier.voeux.all()] == ["Saint-Saëns", "Câlin-Doudou"]
    assert dossier.etat == "incomplet"
    contexte.close()


def test_session_finie_puis_reprise_rien_ne_manque(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    agent = factories.creer_agent("agent", mairie=ville["mairie"])
    page = page_de(agent)
    page.goto(live_server.url + NOUVEAU)
    page.fill("#id_e1-nom", "FERRAND")
    expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
    page.wait_for_url("**brouillon=**", timeout=PATIENCE)
    page.reload()
    expect(page.locator("#id_e1-nom")).to_have_value("FERRAND")
    Session.objects.all().delete()
    page.fill("#id_e1-prenom", "Lino")
    expect(page.locator("#brouillon-etat")).to_contain_text("Session terminée")
    with page.context.expect_page() as autre:
        page.click("#brouillon-etat a")
    connexion = autre.value
    connexion.fill("[name=username]", agent.identifiant)
    connexion.fill("[name=password]", factories.MOT_DE_PASSE)
    connexion.click("button[type=submit]")
    connexion.wait_for_url(f"{live_server.url}/", timeout=PATIENCE)
    connexion.close()
    page.fill("#id_r1-nom", "PETIT")
    expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
    brouillon = Brouillon.objects.get()
    assert (brouillon.donnees["e1-prenom"], brouillon.donnees["r1-nom"]) == (["Lino"], ["PETIT"])
    assert copies(page) == []


def test_se_deconnecter_efface_la_copie_de_l_onglet(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    page = page_de("agent", mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    page.route("**/suivi/", lambda route: route.abort())
    page.fill("#id_e1-nom", "FERRAND")
    expect(page.locator("#brouillon-etat")).to_contain_text("Réseau absent")
    assert len(copies(page)) == 1
    page.click(".barre-compte > summary")
    page.click("text=Se déconnecter")
    page.wait_for_url("**/connexion/**", timeout=PATIENCE)
    assert copies(page) == []


def test_une_copie_non_confirmee_revient_apres_la_connexion(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    agent = factories.creer_agent("agent", mairie=ville["mairie"])
    page = page_de(agent)
    page.goto(live_server.url + NOUVEAU)
    Session.objects.all().delete()
    page.fill("#id_e1-nom", "FERRAND")
    page.fill("#id_r1-nom", "PETIT")
    expect(page.locator("#brouillon-etat")).to_contain_text("Session terminée")
    page.goto(live_server.url + NOUVEAU)
    page.fill("[name=username]", agent.identifiant)
    page.fill("[name=password]", factories.MOT_DE_PASSE)
    page.click("button[type=submit]")
    expect(page.locator("#id_r1-nom")).to_have_value("PETIT")
    expect(page.locator("#id_e1-nom")).to_have_value("FERRAND")
    assert Brouillon.objects.get().libelle == "FERRAND"


def test_un_dossier_ressemblant_se_montre_pendant_la_frappe(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    famille = factories.creer_famille(responsable={"nom": "Ferrand", "prenom": "Maud"})
    naissance = timezone.localdate() - timedelta(days=60)
    enfant = factories.creer_enfant(famille, nom="Férand", prenom="Lino", date_naissance=naissance)
    ancien = factories.creer_dossier(enfant=enfant)
    page = page_de("agent", mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    page.fill("#id_e1-nom", "FERRAND")
    page.fill("#id_e1-prenom", "Lino")
    page.fill("#id_naissance", naissance.isoformat())
    page.fill("#id_r1-nom", "FERRAND")
    page.fill("#id_r1-prenom", "Maud")
    expect(page.locator("#ressemblants")).to_contain_text(ancien.numero)
    expect(page.locator("#ressemblants")).to_contain_text("à trancher")
    assert violations(page) == []
    page.select_option("#ressemblants select", "homonyme")
    expect(page.locator("#ressemblants select")).to_have_value("homonyme")


def test_ce_qui_se_coche_pendant_l_envoi_reste_coche(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    page = page_de("agent", mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    taper(page, "id_e1-nom", "FERRAND")
    expect(page.locator("#brouillon-etat")).to_contain_text("Brouillon enregistré à")
    retenues: list[Any] = []
    page.route("**/suivi/", lambda route: route.continue_() if retenues else retenues.append(route))
    page.check("#id_piece-identite")
    attendre_un(page, retenues)
    page.check("#id_piece-domicile")
    with page.expect_response("**/suivi/"):
        retenues[0].continue_()
    expect(page.locator("#id_equivalent-domicile")).to_be_visible()
    expect(page.locator("#id_piece-domicile")).to_be_checked()
    expect(page.locator("#id_piece-identite")).to_be_checked()


def test_une_copie_plus_ancienne_que_la_page_est_oubliee(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    page = page_de("agent", mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    page.route("**/suivi/", lambda route: None)
    page.fill("#id_e1-nom", "FERRAND")
    page.fill("#ajout", "calin")
    assert copies(page)
    # A button the script has not met yet submits the whole page, as it would without JavaScript.
    with page.expect_navigation():
        page.evaluate("saisie.requestSubmit(document.getElementById('ajouter'))")
    expect(page.locator(".choix li")).to_have_count(1)
    expect(page.locator("#id_e1-nom")).to_have_value("FERRAND")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".choix li")).to_have_count(1)


def test_une_reponse_tardive_ne_reprend_ni_le_focus_ni_la_frappe(
    page_de: Callable[..., Page], live_server: Any, ville: dict[str, Any]
) -> None:
    page = page_de("agent", mairie=ville["mairie"])
    page.goto(live_server.url + NOUVEAU)
    retenues: list[Any] = []
    page.route("**" + NOUVEAU, lambda route: retenues.append(route))
    aller(page, "geste-second")
    page.keyboard.press("Enter")
    page.fill("#id_r1-nom", "PETIT")
    partie(page, 5, "ajout")
    attendre_un(page, retenues)
    with page.expect_response("**" + NOUVEAU):
        retenues[0].continue_()
    expect(page.locator("#id_r2-nom")).to_be_visible()
    page.wait_for_timeout(200)
    expect(page.locator("#ajout")).to_be_focused()
    expect(page.locator("#id_r1-nom")).to_have_value("PETIT")
    page.unroute("**" + NOUVEAU)
    aller(page, "geste-second", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_r2-nom")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#id_r2-nom")).to_be_focused()
