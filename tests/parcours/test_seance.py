"""The coordination prepares a séance, freezes and prints it; a member reads it: both sizes, axe."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from commissions import taches
from commissions.models import OrdreDuJour, Seance
from tests import factories
from tests.commissions.monde import monde_a_geler
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]


def travailler() -> None:
    """Do the jobs asked so far, as a worker would."""
    corps = {"commissions.taches.geler": taches.geler, "commissions.taches.imprimer": taches.imprimer}
    for travail in ProcrastinateJob.objects.filter(status="todo", task_name__in=corps).order_by("id"):
        if not _fini(travail.args["tache_id"]):
            corps[travail.task_name](**travail.args)


def _fini(tache_id: str) -> bool:
    from structures.models import Tache

    return Tache.objects.get(pk=tache_id).finie_le is not None


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_de_la_seance_nouvelle_a_l_ordre_du_jour(
    taille: str, page_de: PageDe, live_server: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monde = monde_a_geler()
    factories.creer_capacite(monde.bebes, places=[4] * 10)
    for n in range(6):
        monde.dossier(200 - n, voeux=[monde.creche, monde.autre])
    monde.dossier(ne=date(2021, 1, 1))
    elue = factories.creer_agent("membre", nom="Bonnefoy", prenom="Claire")
    page = page_de("coordination", taille=taille)

    page.goto(live_server.url + reverse("commissions:seances"))
    verifier(page)
    page.get_by_role("link", name="Nouvelle séance").first.click()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("alert").wait_for()
    verifier(page)
    page.get_by_label("Intitulé").fill("Commission de mai")
    page.get_by_label("Jour de la séance").fill("2027-05-12")
    page.get_by_label("Heure").fill("14:00")
    page.get_by_label("Lieu").fill("Salle du conseil")
    page.get_by_label("Places comptées au").fill("2027-09-01")
    page.get_by_label("Dossiers complets jusqu’au").fill("2027-04-30")
    verifier(page)
    page.get_by_role("button", name="Enregistrer").click()

    page.get_by_role("heading", name="Sections concernées").wait_for()
    verifier(page)
    page.get_by_role("group", name="Câlin-Doudou").get_by_label("Bébés").check()
    page.get_by_role("button", name="Enregistrer les sections").click()
    page.get_by_role("heading", name="Commission de mai").wait_for()
    verifier(page)
    seance = Seance.objects.get()
    assert seance.places.get().places == [4] * 10

    page.get_by_role("button", name="Ajouter les places libres").click()
    page.get_by_text("aucune n’a baissé").wait_for()
    page.get_by_role("link", name="Corriger").click()
    page.get_by_label("mercredi matin").fill("2")
    page.get_by_label("Garanties insertion").fill("1")
    verifier(page)
    page.get_by_role("button", name="Enregistrer les places").click()
    page.get_by_role("alert").wait_for()
    verifier(page)
    page.get_by_label("Si une demi-journée baisse").select_option("personnel")
    page.get_by_role("button", name="Enregistrer les places").click()
    page.get_by_role("heading", name="Commission de mai").wait_for()
    assert seance.places.get().places == [4, 4, 4, 4, 2, 4, 4, 4, 4, 4]

    page.get_by_role("link", name="Membres de la séance").click()
    page.get_by_label("Personne").select_option(label="Claire Bonnefoy")
    page.get_by_role("button", name="Ajouter à la séance").click()
    page.get_by_role("button", name="Retirer Claire Bonnefoy").wait_for()
    verifier(page)

    page.goto(live_server.url + reverse("commissions:seance_ecartes", args=[seance.pk]))
    page.get_by_text("Âge hors des sections concernées").first.wait_for()
    verifier(page)
    page.goto(live_server.url + reverse("commissions:seance_detail", args=[seance.pk]))
    page.get_by_role("link", name="Geler la liste").click()
    page.get_by_text("6 dossiers").wait_for()
    verifier(page)
    page.get_by_role("button", name="Geler définitivement").click()
    page.get_by_role("heading", name="Gel de « Commission de mai »").wait_for()
    travailler()
    page.reload()
    verifier(page)
    page.get_by_role("link", name="Ouvrir la séance").click()
    page.get_by_role("button", name="Imprimer la version sans noms").click()
    page.get_by_role("heading", name="Version sans noms de l’ordre du jour").wait_for()
    travailler()
    page.reload()
    verifier(page)
    ordre = OrdreDuJour.objects.get()
    assert page.get_by_role("link", name="Ouvrir l’ordre du jour").get_attribute("href") == reverse(
        "commissions:ordre_du_jour", args=[ordre.pk]
    )

    page.goto(live_server.url + reverse("commissions:agenda", args=[seance.pk]))
    assert page.locator("table.odj tbody tr").count() == 6
    verifier(page)
    page.context.clear_cookies()
    membre = page_de(elue, taille=taille)
    membre.goto(live_server.url + reverse("commissions:seance_detail", args=[seance.pk]))
    verifier(membre)
    membre.get_by_role("link", name="Lire l’ordre du jour").click()
    verifier(membre)
    numeros = [dossier.numero for dossier in monde.suite]
    texte = membre.content()
    assert not [numero for numero in numeros if numero in texte]
    pdf = membre.request.get(live_server.url + reverse("commissions:ordre_du_jour", args=[ordre.pk]))
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")
