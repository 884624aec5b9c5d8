"""The desk from end to end: twins at the counter, the shared list, the freeze, the printed agenda."""

import io
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from commissions import taches
from commissions.models import OrdreDuJour, Passage, Seance
from dossiers.models import Dossier
from structures.models import Agent, Tache
from tests import factories
from tests.parcours.test_look import verifier
from tests.parcours.test_saisie import (
    ENTREE,
    NOUVEAU,
    PATIENCE,
    TERME,
    ajouter,
    aller,
    cocher,
    date_tapee,
    partie,
    taper,
    ville,  # noqa: F401
)

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_d_une_famille_au_guichet_a_l_ordre_du_jour(
    page_de: Callable[..., Page],
    live_server: Any,
    settings: Any,
    tmp_path: Any,
    ville: dict[str, Any],  # noqa: F811
    taille: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    calin = ville["structures"][0]
    factories.creer_capacite(section=calin.sections.get(), places=[3] * 10)
    page = page_de("agent", taille=taille, mairie=ville["mairie"])
    saisir_des_jumeaux(page, live_server.url)
    verifier(page)
    chercher_en_direction(page_de("direction", taille=taille, structure=calin), live_server.url)
    page = page_de("coordination", taille=taille)
    preparer_et_geler(page, live_server.url)
    imprimer(page)
    lire_en_seance(page_de("membre", taille=taille), live_server.url)


def saisir_des_jumeaux(page: Page, adresse: str) -> None:
    """The whole entry without touching the mouse, to the receipt."""
    page.goto(adresse + NOUVEAU)
    taper(page, "id_e1-nom", "FERRAND")
    aller(page, "id_statut")
    page.keyboard.press("ArrowDown")
    taper(page, "id_naissance", date_tapee(TERME))
    taper(page, "id_nombre", "Jum")
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
    expect(page.locator("#geste-quatre-regulier")).to_be_focused()
    partie(page, 5, "ajout")
    ajouter(page, "calin", 1)
    for piece in ("identite", "domicile", "autorite_parentale"):
        cocher(page, f"id_piece-{piece}")
    expect(page.locator("#pieces")).to_contain_text("Complet")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/recepisse/", timeout=PATIENCE)
    assert Dossier.objects.filter(etat="actif").count() == 2


def chercher_en_direction(page: Page, adresse: str) -> None:
    """An associative crèche finds the twins in the shared list, among its own requests."""
    page.goto(f"{adresse}{reverse('dossiers:liste')}?vue=mes")
    expect(page.get_by_text("FERRAND").first).to_be_visible()
    expect(page.get_by_text("jumeaux").first).to_be_visible()
    verifier(page)


def preparer_et_geler(page: Page, adresse: str) -> None:
    """A new séance, its members, every section with its free places, then the freeze."""
    demain = timezone.localdate() + timedelta(days=1)
    page.goto(adresse + reverse("commissions:seance_nouvelle"))
    verifier(page)
    page.get_by_label("Intitulé").fill("Commission de printemps")
    page.get_by_label("Jour de la séance").fill(f"{demain:%Y-%m-%d}")
    page.get_by_label("Heure").fill("14:00")
    page.get_by_label("Lieu").fill("Hôtel de ville")
    page.get_by_label("Places comptées au").fill(f"{ENTREE:%Y-%m-%d}")
    page.get_by_label("Dossiers complets jusqu’au").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_role("button", name="Enregistrer").click()
    seance = Seance.objects.get()
    for case in page.locator("input[type=checkbox][name=sections]").all():
        case.check()
    page.get_by_role("button", name="Enregistrer les sections").click()
    verifier(page)
    page.goto(adresse + reverse("commissions:seance_geler", args=[seance.pk]))
    verifier(page)
    page.get_by_role("button", name="Geler définitivement").click()
    page.wait_for_url("**/taches/**", timeout=PATIENCE)
    taches.geler(str(Tache.objects.latest("demandee_le").pk), seance.pk, None)
    page.goto(adresse + reverse("commissions:agenda", args=[seance.pk]))
    assert Passage.objects.count() == 2
    verifier(page)
    page.goto(adresse + reverse("commissions:seance_detail", args=[seance.pk]))
    verifier(page)


def imprimer(page: Page) -> None:
    """The nameless PDF: both twins under their order numbers, tagged, and no name anywhere."""
    page.get_by_role("button", name="Imprimer la version sans noms").click()
    page.wait_for_url("**/taches/**", timeout=PATIENCE)
    ordre = OrdreDuJour.objects.get()
    taches.imprimer(str(ordre.tache_id), ordre.pk)
    ordre.refresh_from_db()
    racine = page.url.split("/taches/")[0]
    reponse = page.request.get(racine + reverse("commissions:ordre_du_jour", args=[ordre.pk]))
    assert reponse.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(reponse.body())) as pdf:
        assert pdf.Root.MarkInfo.Marked
    texte = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=reponse.body(), capture_output=True, check=True
    ).stdout.decode()
    assert "FERRAND" not in texte.upper()
    assert all(ordre in texte for ordre in Passage.objects.values_list("numero_ordre", flat=True))


def lire_en_seance(page: Page, adresse: str) -> None:
    """A member who sits reads the agenda, never a name; one who does not sit finds nothing."""
    seance = Seance.objects.get()
    agenda = adresse + reverse("commissions:agenda", args=[seance.pk])
    assert page.goto(agenda).status == 404
    seance.presences.create(agent=Agent.objects.latest("pk"), qualite="caf")
    assert page.goto(agenda).status == 200
    assert "FERRAND" not in page.content().upper()
    verifier(page)
