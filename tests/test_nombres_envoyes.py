"""Numbers sent in an address: « ² », a null byte or nine thousand nines never break a page."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db

FAUX = ("²", "1\x00", "9" * 9_000, "-1", "1.5", "")
ADRESSES = {
    "agent": [
        *(
            ("dossiers:nouveau", "?brouillon="),
            ("dossiers:nouveau", "?place="),
            ("dossiers:index", "?apres="),
        ),
        *(("dossiers:renseignements", "?apres="), ("dossiers:liste_colonnes", "?jeu=")),
        *(("dossiers:a_verifier", "?apres="), ("dossiers:rapprochements", "?apres=")),
    ],
    "coordination": [
        ("commissions:delais", "?apres="),
        *(("dossiers:liste", "?apres="), ("dossiers:liste", "?avant=")),
    ],
    "dpo": [("dossiers:journal", "?apres=")],
}
CLES = ("", "2026-11-01_", "2026-11-01T08:00:00+01:00_", "5-")


@pytest.mark.parametrize("profil", ADRESSES)
def test_un_nombre_impossible_n_est_jamais_une_panne(
    profil: str, client_de: Callable[..., ClientStrict]
) -> None:
    factories.creer_dossier()
    client = client_de(profil)
    for route, question in ADRESSES[profil]:
        assert client.get(reverse(route)).status_code == 200, route
        for cle in CLES:
            for faux in FAUX:
                reponse = client.get(reverse(route) + question, {question.strip("?="): f"{cle}{faux}"})
                assert reponse.status_code in (200, 302, 404, 422), (route, question, cle, faux[:9])
