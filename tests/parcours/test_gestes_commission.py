"""Around a séance, in a browser: an emergency, a manager's answers, a model, a place offered again; axe."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commissions.models import ConfirmationGestionnaire, ModeleLettre, Offre, Signataire
from commissions.services.reponses import decliner_offre
from dossiers.models import Admission
from structures.models import Gestionnaire
from tests.commissions.offres import ENVOI, acteur, monde_des_offres, offre_envoyee, seance_validee
from tests.commissions.test_lettres import monde_des_lettres, preparer, seance_de
from tests.commissions.test_urgences import accordee
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PageDe = Callable[..., Any]
Voir = Callable[[Any, str], None]
LES_DEUX = pytest.mark.parametrize("taille", ["bureau", "telephone"])


@pytest.fixture
def voir(taille: str, pytestconfig: pytest.Config) -> Voir:
    """Axe and the house's look on a page, kept as a picture when asked."""

    def regarder(page: Any, nom: str) -> None:
        verifier(page)
        if dossier := pytestconfig.getoption("--captures"):
            page.screenshot(path=f"{dossier}/gestes-{nom}-{taille}.png", full_page=True)

    return regarder


@LES_DEUX
def test_admettre_en_urgence(taille: str, page_de: PageDe, live_server: Any, voir: Voir) -> None:
    monde, ici = monde_des_offres(), timezone.now()
    dossier = monde.dossier(ne=timezone.localdate() - timedelta(days=200))
    urgence = accordee(monde, dossier, ici, debut=timezone.localdate())
    page = page_de(monde.coordination, taille=taille)
    page.goto(live_server.url + reverse("commissions:urgence_admettre", args=[urgence.pk]))
    voir(page, "urgence")
    page.get_by_role("button", name="Admettre").click()
    page.locator(".is-invalid").first.wait_for()
    voir(page, "urgence-refusee")
    page.get_by_label("La famille a dit oui").select_option("appel")
    page.get_by_label("Section").select_option(str(monde.bebes.pk))
    page.get_by_role("button", name="Admettre").click()
    page.get_by_text("Enfant admis en urgence").first.wait_for()
    assert Admission.objects.get().section == monde.bebes
    voir(page, "urgence-admise")


@LES_DEUX
def test_un_gestionnaire_repond_a_ses_lignes(
    taille: str, page_de: PageDe, live_server: Any, voir: Voir, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monde = monde_des_lettres()
    Gestionnaire.objects.filter(pk=monde.creche.gestionnaire_id).update(nature="association")
    signe = {"nom": "Ali Ba", "qualite": "président", "depuis": date(2020, 1, 1)}
    Signataire.objects.create(gestionnaire=monde.creche.gestionnaire, **signe)
    seance, _ = seance_de(monde, admis=0, places={monde.bebes: 0, monde.ailleurs: 1})
    preparer(monde, seance)
    page = page_de("direction", structure=monde.creche, taille=taille)
    page.goto(live_server.url + reverse("commissions:confirmations"))
    voir(page, "confirmations")
    page.get_by_role("button", name="Refuser la ligne 1").click()
    page.get_by_text("Choisissez le motif du refus.").first.wait_for()
    voir(page, "confirmations-motif")
    page.get_by_label("Motif du refus, ligne 1").select_option("points")
    page.get_by_role("button", name="Refuser la ligne 1").click()
    page.get_by_role("button", name="Confirmer 2").click()
    page.get_by_text("confirmées").wait_for()
    voir(page, "confirmations-faites")
    etats = ConfirmationGestionnaire.objects.order_by("etat").values_list("etat", flat=True)
    assert list(etats) == ["confirmee", "confirmee", "refusee"]


@LES_DEUX
def test_essayer_un_modele_puis_le_publier(
    taille: str, page_de: PageDe, live_server: Any, voir: Voir
) -> None:
    monde = monde_des_lettres()
    _, dossiers = seance_de(monde)
    page = page_de(monde.coordination, taille=taille)
    page.goto(live_server.url + reverse("commissions:modeles"))
    voir(page, "modeles")
    page.goto(live_server.url + reverse("commissions:modele", args=["refus"]))
    voir(page, "modele")
    texte = page.get_by_label("Texte")
    avant = texte.input_value()
    texte.fill(avant + "\n\n{prenom}")
    page.get_by_role("button", name="Publier").click()
    page.locator(".is-invalid").first.wait_for()
    voir(page, "modele-refuse")
    texte.fill(avant + "\n\nUn mot de plus pour {enfant}.")
    page.get_by_role("button", name="Voir").click()
    page.get_by_text(f"Un mot de plus pour {dossiers[-1].enfant}.").wait_for()
    voir(page, "modele-vu")
    page.get_by_role("button", name="Publier").click()
    page.get_by_text("Nouvelle version publiée").wait_for()
    assert ModeleLettre.objects.filter(nature="refus").count() == 2


@LES_DEUX
def test_proposer_de_nouveau_une_place_declinee(
    taille: str, page_de: PageDe, live_server: Any, voir: Voir
) -> None:
    monde = monde_des_offres()
    dossier = monde.dossier(90)
    seance_validee(monde, {dossier: "admis"})
    offre = offre_envoyee(monde, dossier)
    decliner_offre(offre, motif="cout", **acteur(monde, ENVOI))
    page = page_de(monde.coordination, taille=taille)
    page.goto(live_server.url + reverse("commissions:appels", args=[offre.seance_id]))
    page.get_by_text("À qui elle était proposée").click()
    voir(page, "reprise")
    page.get_by_role("button", name="Proposer de nouveau").click()
    page.get_by_text("Place proposée par téléphone").wait_for()
    assert Offre.objects.get(etat="envoyee").dossier == offre.dossier
    page.goto(live_server.url + f"{reverse('commissions:offres')}?dossier={offre.dossier.numero}")
    page.get_by_role("heading", name=f"Offres du dossier {offre.dossier.numero}").wait_for()
    voir(page, "offres-du-dossier")
