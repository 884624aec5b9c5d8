"""The page of places: free over offered, the day asked, one's own sections only."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
ClientDe = Callable[..., ClientStrict]


def test_les_places_libres_du_jour_demande(client_de: ClientDe) -> None:
    section = factories.creer_section(nom="Bébés")
    factories.creer_capacite(section)
    factories.creer_capacite(
        section, motif="travaux", debut=date(2027, 1, 1), fin=date(2027, 1, 31), places=[1] * 10
    )
    for _ in range(2):
        factories.creer_admission(section, demi_journees=[0, 1])
    client = client_de("direction", structure=section.structure)
    avant = client.get(reverse("dossiers:places"), {"le": "2026-12-01"}).content.decode()
    assert "<strong>8</strong>" in avant
    assert "<strong>10</strong>" in avant
    assert "Travaux" not in avant
    pendant = client.get(reverse("dossiers:places"), {"le": "2027-01-15"}).content.decode()
    assert "Travaux" in pendant
    assert "Plus d’enfants que de places" in pendant


def test_une_date_fausse_montre_aujourd_hui_et_le_dit(client_de: ClientDe) -> None:
    reponse = client_de("coordination").get(reverse("dossiers:places"), {"le": "31/02/2027"})
    assert reponse.status_code == 200
    assert "n’existe pas" in reponse.content.decode()


def test_une_direction_ne_voit_que_ses_places(client_de: ClientDe) -> None:
    sienne, autre = factories.creer_section(nom="Miens"), factories.creer_section(nom="Autres")
    page = client_de("direction", structure=sienne.structure).get(reverse("dossiers:places")).content.decode()
    assert "Miens" in page
    assert "Autres" not in page
    toutes = client_de("coordination").get(reverse("dossiers:places")).content.decode()
    assert "Autres" in toutes
    cherchee = {"le": "2027-01-01", "q": autre.structure.nom.lower()}
    une = client_de("coordination").get(reverse("dossiers:places"), cherchee).content.decode()
    assert "Autres" in une
    assert "Miens" not in une
