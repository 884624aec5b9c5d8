"""Renew at the counter, read what was written, print the queue: in a real browser, at both sizes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Courrier
from dossiers.services.echeances import passer_les_echeances
from tests import factories
from tests.dossiers.scene import NOM, un_dossier_complet, une_grille
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_renouveler_lire_et_imprimer(
    taille: str, page_de: Callable[..., Any], live_server: Any, request: pytest.FixtureRequest
) -> None:
    jour, captures = timezone.localdate(), request.config.getoption("--captures", default=None)

    def voir(nom: str) -> None:
        verifier(page)
        if captures:
            page.screenshot(path=Path(captures) / f"{nom}-{taille}.png", full_page=True)

    dossier = un_dossier_complet(
        grille=une_grille(),
        mairie=factories.creer_mairie(nom="Mairie Tarentaize"),
        depose_le=jour - timedelta(days=170),
        a_renouveler_le=jour + timedelta(days=12),
    )
    dossier.famille.responsables.update(courriel="")
    passer_les_echeances(jour, maintenant=timezone.now())
    page = page_de("agent", taille=taille, mairie=dossier.mairie)
    page.goto(live_server.url + reverse("dossiers:courriers"))
    voir("courriers")
    page.get_by_role("button", name="Elles sont postées").click()
    page.get_by_text("Lettres imprimées et retirées de la file : 1").wait_for()
    assert not Courrier.objects.a_imprimer().exists()
    page.goto(live_server.url + reverse("dossiers:fiche", args=[dossier.numero]))
    voir("fiche-renouvellement")
    page.get_by_role("link", name="Courriers", exact=True).click()
    page.get_by_text("Lire la lettre").first.click()
    voir("dossier-courriers")
    assert page.get_by_text("L’ancienneté ne change pas").is_visible()
    page.get_by_role("link", name=NOM).click()
    page.get_by_role("button", name="Renouveler", exact=True).click()
    page.get_by_text("Dossier renouvelé jusqu’au").wait_for()
    verifier(page)
    assert not dossier.echeances.ouvertes().exists()
