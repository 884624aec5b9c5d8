"""The review of duplicates in a real browser: compared, merged, parted again, at the counter's and a phone's
size."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dossiers.models import Dossier, Fusion
from tests import factories
from tests.dossiers.scene import un_dossier_complet
from tests.parcours.test_look import verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TAILLES = pytest.mark.parametrize("taille", ["bureau", "telephone"])


@TAILLES
def test_comparer_fusionner_defaire(
    taille: str, page_de: Callable[..., Any], live_server: Any, request: pytest.FixtureRequest
) -> None:
    capture = request.config.getoption("--captures", default=None)

    def voir(nom: str) -> None:
        verifier(page)
        if capture:
            page.screenshot(path=Path(capture) / f"doublons-{nom}-{taille}.png", full_page=True)

    garde = un_dossier_complet(depose_le=date(2026, 9, 1))
    absorbe = un_dossier_complet(enfant_dit={"prenom": "Lino Noé"}, foyer={"situation": "couple"})
    paire = factories.creer_rapprochement(garde, absorbe, raisons="même responsable, même téléphone")
    factories.creer_rapprochement(
        factories.creer_dossier(),
        factories.creer_dossier(famille=factories.creer_famille(protegee=True)),
        certitude=10,
        origine="nuit",
        raisons="mêmes nom et prénom",
    )
    page = page_de("coordination", taille=taille)
    page.goto(live_server.url + reverse("dossiers:rapprochements"))
    voir("file")
    page.get_by_role("link", name=f"Comparer {paire.dossier.numero}").click()
    voir("cote-a-cote")
    page.get_by_label(f"l’enfant du dossier {garde.numero}").check()
    page.get_by_role("button", name="C’est le même enfant").click()
    voir("confirmation")
    page.get_by_role("button", name="Fusionner maintenant").click()
    voir("fusion")
    assert Fusion.objects.get().choix["enfant"] == "garde"
    page.get_by_role("button", name="Défaire la fusion").click()
    assert page.get_by_text("les deux dossiers sont comme ils étaient").is_visible()
    assert set(Dossier.objects.values_list("etat", flat=True)) == {"actif"}
