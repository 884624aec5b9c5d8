"""Letters prepared and released, offers answered, the next family called: both sizes, axe."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from commissions import taches
from commissions.models import Lettre, LotLettres, Offre, Signataire
from commissions.services.lettres import charger_modeles
from structures.models import Gestionnaire, Tache
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.offres import seance_validee
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def travailler() -> None:
    """Do the letters' jobs asked so far, as a worker would."""
    corps = {
        "commissions.taches.preparer_lettres": taches.preparer_lettres,
        "commissions.taches.remettre_lettres": taches.remettre_lettres,
    }
    for travail in ProcrastinateJob.objects.filter(status="todo", task_name__in=corps).order_by("id"):
        if Tache.objects.get(pk=travail.args["tache_id"]).finie_le is None:
            corps[travail.task_name](**travail.args)


@pytest.fixture
def monde(settings: Any, tmp_path: Any) -> Monde:
    settings.MEDIA_ROOT = tmp_path
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    factories.creer_capacite(cree.bebes, places=[5] * 10)
    charger_modeles(par=None, maintenant=timezone.now())
    Signataire.objects.create(nom="Claire Roche", qualite="adjointe au maire", depuis="2020-01-01")
    return cree


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_des_lettres_a_la_famille_suivante(
    monde: Monde, taille: str, page_de: PageDe, live_server: Any
) -> None:
    dossiers = [monde.dossier(100 - n) for n in range(4)]
    sens = {dossiers[0]: "admis", dossiers[1]: "admis", dossiers[2]: "liste_complementaire"}
    seance = seance_validee(monde, sens, places={monde.bebes: 2})
    page = page_de(monde.coordination, taille=taille)
    adresse = live_server.url + reverse("commissions:reponses", args=[seance.pk])

    page.goto(live_server.url + reverse("commissions:modeles"))
    verifier(page)
    page.get_by_role("link", name="Refus motivé").click()
    page.get_by_role("heading", name="Aperçu").wait_for()
    verifier(page)

    page.goto(adresse)
    verifier(page)
    page.get_by_role("button", name="Préparer les offres et les lettres").click()
    page.get_by_role("heading", name="Lettres de").wait_for()
    travailler()
    page.reload()
    page.get_by_role("link", name="Relire et remettre").click()
    page.get_by_text("4 lettres prêtes").wait_for()
    page.get_by_text("Lire les lettres une à une").click()
    verifier(page)
    page.get_by_role("link", name="Refus motivé").click()
    page.get_by_text("Ce qui a manqué, choix par choix").wait_for()
    verifier(page)
    for route, cle in (("lettres_impression", LotLettres.objects.get().pk), ("lettre_pdf", _refus().pk)):
        pdf = page.request.get(live_server.url + reverse(f"commissions:{route}", args=[cle]))
        assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")

    page.goto(adresse)
    page.get_by_role("button", name="Remettre les lettres").click()
    page.get_by_role("heading", name="Remise de").wait_for()
    travailler()
    page.goto(adresse)
    page.get_by_text("Remises le").wait_for()
    verifier(page)

    page.get_by_role("link", name=str(dossiers[0].enfant)).click()
    verifier(page)
    page.get_by_role("button", name="La famille accepte").click()
    page.get_by_text("Place acceptée. Les autres").wait_for()
    page.goto(
        live_server.url + reverse("commissions:offre", args=[Offre.objects.get(dossier=dossiers[1]).pk])
    )
    page.get_by_label("Pourquoi la famille décline").select_option("cout")
    page.get_by_role("button", name="La famille décline").click()
    page.get_by_text("Refus noté. La feuille").wait_for()
    verifier(page)

    page.goto(live_server.url + reverse("commissions:appels", args=[seance.pk]))
    verifier(page)
    page.get_by_role("button", name="Message laissé").click()
    page.get_by_text("Appel noté").wait_for()
    page.get_by_role("button", name="Proposer cette place").click()
    page.get_by_text("Place proposée par téléphone").wait_for()
    verifier(page)
    assert Offre.objects.get(dossier=dossiers[2]).etat == "envoyee"

    page.goto(live_server.url + reverse("commissions:bilan", args=[seance.pk]))
    verifier(page)
    page.goto(live_server.url + reverse("commissions:offres"))
    page.get_by_text(str(dossiers[2].enfant)).wait_for()
    verifier(page)


def _refus() -> Lettre:
    return Lettre.objects.get(nature="refus")
