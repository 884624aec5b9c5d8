"""The commission on the demonstration city, whole: sixty places opened, to the next family called.

A real server and a real worker, three people signed in with their passwords, each in a browser of their own.
"""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from commissions.models import Decision, Offre, Passage, PassageVoeu, ProcesVerbal, Seance
from commissions.queries.avis import avis_de
from dossiers.queries.places import places_du_jour
from structures.models import Section
from tests.conftest import TAILLES
from tests.parcours.serveur import RACINE, Serveur
from tests.parcours.test_look import verifier as look

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PLACES = 60
PATIENCE = 25_000
Ouvrir = Callable[..., Any]


@pytest.fixture
def ville(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """The demonstration city, with a shorter waiting list."""
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    monkeypatch.setattr("commissions.services.demonstration.EN_ATTENTE", 800)
    call_command("charger_demo", stdout=io.StringIO())


@pytest.fixture
def serveur(ville: None, environnement_de_test: dict[str, str], tmp_path: Path) -> Iterator[Serveur]:
    """The server, and the worker that does the jobs."""
    environnement = {**environnement_de_test, "GUICHET_VAR": str(tmp_path)}
    ouvrier = [sys.executable, "manage.py", "travailler"]
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    travaux = subprocess.Popen(ouvrier, cwd=RACINE, env=environnement, **silence)
    with Serveur(environnement) as lance:
        yield lance
    travaux.kill()
    travaux.wait()


@pytest.fixture
def page_signee(serveur: Serveur, browser: Any) -> Iterator[Ouvrir]:
    """`page_signee("membre")`: a browser of its own, signed in by the form."""
    contextes = []

    def ouvrir(identifiant: str, taille: str = "bureau") -> Any:
        contexte = browser.new_context(locale="fr-FR", viewport=TAILLES[taille])
        contextes.append(contexte)
        page = contexte.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(serveur.url + reverse("connexion"))
        page.get_by_label("Identifiant").fill(identifiant)
        page.locator("input[type=password]").fill("guichet-demo")
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("heading", level=1).first.wait_for()
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()


class Parcours:
    """The steps share the séance, the server's address and how a page is looked at."""

    def __init__(self, url: str, captures: str | None) -> None:
        self.url, self.captures, self.seance_id = url, captures, 0

    @property
    def seance(self) -> Seance:
        return Seance.objects.get(pk=self.seance_id)

    def adresse(self, route: str, cle: int | None = None) -> str:
        return self.url + reverse(f"commissions:{route}", args=[cle or self.seance_id])

    def voir(self, page: Any, nom: str) -> None:
        look(page)
        if self.captures:
            page.screenshot(path=Path(self.captures) / f"entiere-{nom}.png", full_page=True)

    def pdf(self, octets: bytes, nom: str) -> str:
        """Its text, once opened: tagged, in French, with at least a page."""
        with pikepdf.open(io.BytesIO(octets)) as document:
            assert document.Root.MarkInfo.Marked
            assert len(document.pages) >= 1
        if self.captures:
            (Path(self.captures) / f"entiere-{nom}.pdf").write_bytes(octets)
        lu = subprocess.run(["pdftotext", "-layout", "-", "-"], input=octets, capture_output=True, check=True)
        return " ".join(lu.stdout.decode().split())


def test_la_commission_du_debut_a_la_famille_suivante(
    serveur: Serveur, page_signee: Ouvrir, pytestconfig: pytest.Config
) -> None:
    p = Parcours(serveur.url, pytestconfig.getoption("--captures"))
    page = page_signee("coordination")
    ouvrir_soixante_places(p, page)
    geler(p, page)
    proposer(p, page)
    lire_pourquoi(p, page)
    discutee = marquer(p, page)
    ouvrir_la_seance(p, page)
    membre = page_signee("membre", "telephone")
    conduire(p, page, membre, discutee)
    valider(p, page_signee("presidence"))
    imprimer_un_extrait(p, page, discutee.passage)
    remettre_les_lettres(p, page)
    accepter_une_offre(p, page)
    decliner_et_appeler(p, page)


def sections_a_ouvrir(seance: Seance) -> set[int]:
    """The sections with most free places, until they make sixty."""
    sections = list(Section.objects.select_related("structure"))
    choisies: set[int] = set()
    total = 0
    lues = places_du_jour(sections, seance.date_effet)
    for lue in sorted(lues, key=lambda une: (-sum(une.libres), une.section.pk)):
        if total >= 10 * PLACES:
            break
        choisies.add(lue.section.pk)
        total += sum(lue.libres)
    return choisies


def ouvrir_soixante_places(p: Parcours, page: Any) -> None:
    """The séance in preparation, brought to tomorrow; its sections chosen again, then every free place."""
    prevue = Seance.objects.get(etat="planifiee")
    p.seance_id = prevue.pk
    page.goto(p.url + reverse("commissions:seances"))
    p.voir(page, "seances")
    page.get_by_role("link", name=prevue.intitule).click()
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Intitulé").fill("Commission de soixante places")
    page.get_by_label("Jour de la séance").fill(f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("Dossiers complets jusqu’au").fill(f"{timezone.localdate():%Y-%m-%d}")
    p.voir(page, "modifier")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Commission de soixante places").wait_for()

    choisies = sections_a_ouvrir(prevue)
    page.get_by_role("link", name="Choisir les sections").click()
    for case in page.locator("input[name=sections]").all():
        case.set_checked(int(case.get_attribute("value")) in choisies)
    page.get_by_role("button", name="Enregistrer les sections").click()
    page.get_by_label("Pourquoi").select_option(index=1)
    p.voir(page, "sections")
    page.get_by_role("button", name="Enregistrer les sections").click()
    page.get_by_role("button", name="Ajouter les places libres").click()
    page.get_by_text("places par semaine entière").wait_for()
    ouvertes = sum(sum(place.places) for place in p.seance.places.all()) // 10
    assert ouvertes >= PLACES
    page.get_by_text(f"{ouvertes}\u00a0places").wait_for()
    p.voir(page, "places")


def geler(p: Parcours, page: Any) -> None:
    page.get_by_role("link", name="Membres de la séance").click()
    p.voir(page, "membres")
    page.goto(p.adresse("seance_geler"))
    p.voir(page, "geler")
    page.get_by_role("button", name="Geler définitivement").click()
    page.get_by_role("link", name="Ouvrir la séance").click()
    page.get_by_role("link", name="Lire l’ordre du jour").click()
    lignes = PassageVoeu.objects.filter(passage__seance=p.seance_id).count()
    assert page.locator("table.odj tbody tr").count() >= lignes > PLACES
    p.voir(page, "ordre-du-jour")


def proposer(p: Parcours, page: Any) -> None:
    page.goto(p.adresse("proposition"))
    page.get_by_role("button", name="Calculer la proposition").click()
    page.get_by_role("link", name="Lire la proposition").click()
    page.get_by_text("vérifiée par un second programme").wait_for()
    p.voir(page, "proposition")
    for route in ("proposition_vides", "proposition_habitude", "proposition_essai"):
        page.goto(p.adresse(route))
        p.voir(page, route)


def lire_pourquoi(p: Parcours, page: Any) -> None:
    """One child proposed, one that is not: each wish has its reason."""
    avis = avis_de(p.seance)
    for sens, attendu in (("admis", "Une place est proposée"), ("liste_complementaire", "Pas de place")):
        passage = next(pk for pk, un in sorted(avis.items()) if un.sens == sens)
        page.goto(p.adresse("pourquoi", passage))
        page.get_by_role("heading", name="Vœu par vœu").wait_for()
        assert attendu in page.locator("main").inner_text()
        p.voir(page, f"pourquoi-{sens}")


def marquer(p: Parcours, page: Any) -> PassageVoeu:
    """The pre-session marks a line where admitting or not changes something for another child."""
    admis = [pk for pk, un in avis_de(p.seance).items() if un.sens == "admis"]
    lignes = PassageVoeu.objects.filter(passage__in=admis, choix=1, passage__protege=False, rang=1)
    choisi = next(un for un in lignes if avis_de(p.seance)[un.passage_id].section == un.section_id)
    page.goto(p.adresse("a_discuter"))
    p.voir(page, "a-discuter")
    page.get_by_label(f"Motif, rang 1, {choisi.section}").select_option("vive_voix")
    page.get_by_role("button", name=f"Marquer le rang 1, {choisi.section}").click()
    page.get_by_text("À discuter", exact=True).first.wait_for()
    return choisi


def ouvrir_la_seance(p: Parcours, page: Any) -> None:
    page.goto(p.adresse("seance_emargement"))
    for case in page.get_by_label("Présent", exact=True).all():
        case.check()
    page.get_by_role("button", name="Enregistrer la feuille").click()
    page.get_by_text("Quorum atteint", exact=True).wait_for()
    p.voir(page, "emargement")
    feuille = page.request.get(p.adresse("emargement_pdf"))
    assert "Garnier" in p.pdf(feuille.body(), "emargement")
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_text("dans la séance").wait_for()


def conduire(p: Parcours, page: Any, membre: Any, discutee: PassageVoeu) -> None:
    membre.goto(p.adresse("seance_suivi"))
    membre.get_by_role("heading", level=1).wait_for()
    for _ in range(p.seance.places.count()):
        bloc = page.locator(".salle-commandes button[data-touche=V]")
        if bloc.count():
            presser(page, "v")
            page.get_by_text("à la proposition.").wait_for()
        if page.locator(f".salle-ligne[value='{discutee.pk}']").count():
            s_ecarter(p, page, membre, discutee)
        suivante = page.locator("button[aria-label^='Section suivante']")
        if not suivante.count():
            break
        titre = page.get_by_role("heading", level=1).inner_text()
        suivante.click()
        page.locator("h1", has_not_text=titre).wait_for()
    page.get_by_role("link", name="Fin de séance").click()
    p.voir(page, "fin")
    if page.get_by_label("Pourquoi la commission").count():
        page.get_by_label("Pourquoi la commission").select_option("element_nouveau")
    page.get_by_role("button", name="Terminer la séance").click()
    page.get_by_text("La séance est tenue").wait_for()
    membre.get_by_text("les décisions sont prises").wait_for()
    p.voir(membre, "suivi-fin")


def presser(page: Any, touche: str) -> None:
    """A key, once the page that must hear it is there."""
    page.wait_for_load_state()
    page.keyboard.press(touche)


def s_ecarter(p: Parcours, page: Any, membre: Any, discutee: PassageVoeu) -> None:
    """The marked line, put off by one key against the proposal; the member reads it on a phone."""
    page.locator(f".salle-ligne[value='{discutee.pk}']").click()
    page.get_by_role("heading", name=discutee.passage.numero_ordre).wait_for()
    p.voir(page, "conduite")
    membre.get_by_role("heading", name=discutee.passage.numero_ordre).wait_for()
    p.voir(membre, "suivi")
    presser(page, "j")
    page.get_by_role("heading", name="Un écart à la proposition").wait_for()
    p.voir(page, "ecart")
    page.get_by_label("Motif donné à la famille").select_option("report")
    page.get_by_label("Pourquoi la commission").select_option("famille")
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("Dernier avis").wait_for()
    decision = Decision.objects.get(passage=discutee.passage)
    assert (decision.sens, decision.conforme, decision.ecart) == ("ajourne", False, "famille")
    membre.get_by_text("✓ Ajourné").first.wait_for()
    page.get_by_role("button", name="Recalculer").click()
    page.get_by_text("proposition refaite").wait_for()


def valider(p: Parcours, page: Any) -> None:
    """The presidence reads and validates the minutes, then opens the printed file."""
    page.goto(p.adresse("proces_verbal"))
    p.voir(page, "proces-verbal")
    page.get_by_role("button", name="Valider le procès-verbal").click()
    page.get_by_text("Procès-verbal validé").wait_for()
    ouvrir = page.get_by_role("link", name="Ouvrir le PDF")
    for _ in range(60):
        if ouvrir.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    proces = ProcesVerbal.objects.get(seance=p.seance_id)
    octets = page.request.get(p.adresse("proces_verbal_pdf")).body()
    with pikepdf.open(io.BytesIO(octets)) as document:
        assert len(document.pages) == proces.pages
    texte = p.pdf(octets, "proces-verbal")
    passages = Passage.objects.filter(seance=p.seance_id)
    assert all(un.numero_ordre in texte for un in passages.filter(protege=False))
    # An unborn child is its family's name alone, which a member of the commission may bear too.
    assert not [un.identite for un in passages if " " in un.identite and un.identite in texte]


def imprimer_un_extrait(p: Parcours, page: Any, passage: Passage) -> None:
    page.goto(p.adresse("proces_verbal"))
    # A browser without a window opens no PDF: what the button would send, sent by the same browser.
    jeton = page.locator("form[action$='extrait'] [name=csrfmiddlewaretoken]").input_value()
    envoi = {"ordre": passage.numero_ordre, "csrfmiddlewaretoken": jeton}
    extrait = page.request.post(p.adresse("extrait"), form=envoi, headers={"Referer": page.url})
    texte = p.pdf(extrait.body(), "extrait")
    assert passage.numero_ordre in texte
    autres = Passage.objects.filter(seance=p.seance_id).exclude(pk=passage.pk)
    assert not [un.numero_ordre for un in autres if un.numero_ordre in texte]


def remettre_les_lettres(p: Parcours, page: Any) -> None:
    page.goto(p.adresse("reponses"))
    p.voir(page, "reponses")
    page.get_by_role("button", name="Préparer les offres et les lettres").click()
    page.get_by_role("link", name="Relire et remettre").click()
    page.get_by_text("Lire les lettres une à une").click()
    page.get_by_role("link", name="Refus motivé").first.click()
    page.get_by_text("Ce qui a manqué, choix par choix").wait_for()
    p.voir(page, "lettre")
    page.goto(p.adresse("reponses"))
    toutes = page.get_by_role("link", name="Toutes les lettres").get_attribute("href")
    p.pdf(page.request.get(p.url + toutes).body(), "lettres")
    page.get_by_role("button", name="Remettre les lettres").click()
    page.get_by_role("link", name="Voir les réponses").click()
    page.get_by_text("Remises le").wait_for()
    p.voir(page, "remises")


def accepter_une_offre(p: Parcours, page: Any) -> None:
    offre = _envoyees(p).first()
    assert offre is not None
    page.goto(p.adresse("offre", offre.pk))
    p.voir(page, "offre")
    page.get_by_role("button", name="La famille accepte").click()
    page.get_by_text("Place acceptée. Les autres").wait_for()


def _envoyees(p: Parcours) -> Any:
    return Offre.objects.filter(seance=p.seance_id, etat="envoyee", dossier__famille__protegee=False)


def decliner_et_appeler(p: Parcours, page: Any) -> None:
    """An offer declined where somebody waits for those very days: this family is the next one called."""
    listes = Decision.objects.filter(passage__seance=p.seance_id, sens="liste_complementaire")
    offre = next(
        o
        for o in _envoyees(p).order_by("pk")
        if any(set(d.passage.demi_journees) <= set(o.demi_journees) for d in listes.filter(section=o.section))
    )
    page.goto(p.adresse("offre", offre.pk))
    page.get_by_label("Pourquoi la famille décline").select_option("cout")
    page.get_by_role("button", name="La famille décline").click()
    page.get_by_text("Refus noté. La feuille").wait_for()
    page.goto(p.adresse("appels"))
    p.voir(page, "appels")
    suivante = page.locator("ol.appels li").first
    assert suivante.get_by_role("button", name="Proposer cette place").count() == 1
    suivante.get_by_role("button", name="Message laissé").click()
    page.get_by_text("Appel noté").wait_for()
    page.get_by_role("button", name="Proposer cette place").first.click()
    page.get_by_text("Place proposée par téléphone").wait_for()
    assert Offre.objects.filter(seance=p.seance_id, origine="appel", etat="envoyee").count() == 1
