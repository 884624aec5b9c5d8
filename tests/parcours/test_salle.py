"""The session in the room, from two browsers: run, followed, decided by keyboard, cut and killed, signed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commissions.models import Decision, Presence, ProcesVerbal, Seance
from commissions.services.decisions import ouvrir_seance
from commissions.services.gel import geler_seance
from structures.models import Agent
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.parcours.serveur import Serveur
from tests.parcours.test_look import verifier as look

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def seance_prete(monde: Monde, *, ouverte: bool) -> tuple[Seance, Agent]:
    """Four babies for two places, the presidence called."""
    for n in range(4):
        autres = [monde.creche, monde.autre] if n == 3 else [monde.creche]
        besoin = {"alternatives": [[0, 1, 2, 3]]} if n == 2 else {}
        monde.dossier(260 - 10 * n, voeux=autres, besoin=besoin)
    seance = monde.seance(places={monde.bebes: 2, monde.ailleurs: 1}, intitule="Commission de mai")
    presidence = factories.creer_agent("presidence", nom="Merle", prenom="Odile")
    factories.creer_presence(seance, presidence, qualite=Presence.Qualite.PRESIDENCE)
    seance = geler_seance(seance, par=None, maintenant=GEL, graine=3)
    factories.creer_proposition(seance)
    if ouverte:
        seance.presences.update(present=True)
        seance = ouvrir_seance(seance, par=None, maintenant=GEL)
    return seance, presidence


def adresse(live_server: Any, route: str, seance: Seance) -> str:
    return f"{live_server.url}{reverse(f'commissions:{route}', args=[seance.pk])}"


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_la_seance_de_bout_en_bout(
    taille: str,
    page_de: PageDe,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    browser: Any,
    request: pytest.FixtureRequest,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    captures = request.config.getoption("--captures", default=None)

    def verifier(vue: Any, nom: str = "") -> None:
        look(vue)
        for table in vue.locator(".salle-lignes").all():
            assert table.evaluate("e => e.scrollWidth - e.clientWidth") == 0, "à faire défiler de côté"
        if captures and nom:
            vue.screenshot(path=Path(captures) / f"{nom}-{taille}.png", full_page=True)

    monde = monde_a_geler()
    seance, presidence = seance_prete(monde, ouverte=False)
    page = page_de(monde.coordination, taille=taille)
    page.goto(adresse(live_server, "a_discuter", seance))
    verifier(page, "a_discuter")
    page.get_by_label("Motif, rang 2, Câlin-Doudou · Bébés").select_option("egalite")
    page.get_by_role("button", name="Marquer le rang 2, Câlin-Doudou · Bébés").click()
    page.get_by_text("À discuter", exact=True).first.wait_for()
    verifier(page)

    page.goto(adresse(live_server, "seance_emargement", seance))
    verifier(page, "emargement")
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_text("Le quorum n’est pas atteint").first.wait_for()
    verifier(page)
    page.get_by_label("Présent", exact=True).check()
    page.get_by_role("button", name="Enregistrer la feuille").click()
    page.get_by_text("Quorum atteint", exact=True).wait_for()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("heading", name="Câlin-Doudou · Bébés").wait_for()
    verifier(page, "conduite")

    # The other browser, another person: it follows without touching anything.
    ailleurs = browser.new_context(locale="fr-FR", viewport=page.viewport_size)
    ecran = _connecter(ailleurs, live_server, presidence)
    ecran.goto(adresse(live_server, "seance_suivi", seance))
    ecran.get_by_role("heading", name="Câlin-Doudou · Bébés").wait_for()
    verifier(ecran, "suivi")
    assert ecran.locator("nav, form, input[type=search]").count() == 0

    page.get_by_role("button", name="en bloc").click()
    page.get_by_text("validées, conformes à la proposition").wait_for()
    ecran.get_by_text("✓ Admis, choix 1").first.wait_for()
    assert Decision.objects.filter(conforme=True).count() == 2
    verifier(page)

    # The marked line, by one key: leaving the proposal asks why, and says who gains elsewhere.
    page.locator(".salle-gestes button").first.focus()
    page.keyboard.press("j")
    page.get_by_role("heading", name="Un écart à la proposition").wait_for()
    verifier(page, "ecart")
    page.get_by_label("Motif donné à la famille").select_option("report")
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("dites pourquoi").first.wait_for()
    assert page.get_by_label("Motif donné à la famille").input_value() == "report"
    verifier(page)
    page.get_by_label("Pourquoi la commission").select_option("famille")
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("Dernier avis").wait_for()
    assert Decision.objects.count() == 3
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("1 décision annulée").wait_for()
    assert Decision.objects.count() == 2
    page.get_by_role("button", name="Recalculer").click()
    page.get_by_text("proposition refaite").wait_for()

    page.get_by_role("link", name="Fin de séance").click()
    verifier(page, "cloturer")
    page.get_by_label("Pourquoi la commission").select_option("famille")
    page.get_by_role("button", name="Terminer la séance").click()
    page.get_by_text("La séance est tenue").wait_for()
    ecran.get_by_text("les décisions sont prises").wait_for()
    verifier(ecran)

    ecran.goto(adresse(live_server, "proces_verbal", seance))
    verifier(ecran, "pv")
    ecran.get_by_role("button", name="Valider le procès-verbal").click()
    ecran.get_by_text("Procès-verbal validé").wait_for()
    assert ProcesVerbal.objects.get().valide_par == presidence
    page.goto(adresse(live_server, "proces_verbal", seance))
    page.get_by_text("Validé", exact=True).wait_for()
    verifier(page)
    ailleurs.close()


def _connecter(contexte: Any, live_server: Any, agent: Agent) -> Any:
    from tests.conftest import ClientStrict

    client = ClientStrict()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    contexte.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return contexte.new_page()


def test_un_serveur_tue_entre_deux_avis_n_en_perd_aucun(
    environnement_de_test: dict[str, str], browser: Any
) -> None:
    monde = monde_a_geler()
    seance, _ = seance_prete(monde, ouverte=True)
    contexte = browser.new_context(locale="fr-FR")
    with Serveur(environnement_de_test) as serveur:
        page = _connecter(contexte, serveur, monde.coordination)
        page.goto(adresse(serveur, "seance_conduite", seance))
        page.locator(".salle-gestes button").first.focus()
        page.keyboard.press("a")
        page.get_by_text("Dernier avis").wait_for()
        assert Decision.objects.count() == 1
        serveur.tuer()
        serveur.demarrer()
        # The page left open still works: its next key finds the first avis where it was.
        page.locator(".salle-gestes button").first.focus()
        page.keyboard.press("a")
        page.get_by_text("Dernier avis").wait_for()
        page.get_by_text("✓ Admis, choix 1").nth(1).wait_for()
        assert Decision.objects.filter(sens="admis", conforme=True).count() == 2
    contexte.close()
