"""The timeline of a dossier: each step in French, and what each reader may know of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions.models import Passage
from commissions.services.decisions import consigner_decision, ouvrir_seance
from commissions.services.gel import geler_seance
from dossiers.services.contacts import noter_contact
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from dossiers.services.pieces import constater_piece, refuser_piece
from dossiers.services.renouvellement import renouveler_dossier
from tests import factories
from tests.dossiers.scene import une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., Any]
MAIRIE = "Mairie de la Frise"


@pytest.fixture
def vie() -> Any:
    """A dossier that lived: piece, contacts, refusal, séance, suspension, closure."""
    une_grille()
    mairie = factories.creer_mairie(nom=MAIRIE)
    structure = factories.creer_structure(nom="Crèche du Récit")
    section = factories.creer_section(structure)
    factories.creer_capacite(section)
    dossier = factories.creer_dossier(mairie=mairie, voeux=[structure])
    agent = factories.creer_agent("agent", mairie=mairie)
    instants = (factories.INSTANT + timedelta(hours=n) for n in range(40))
    acteur = {"par": agent, "mairie": mairie}

    def le() -> dict[str, Any]:
        return {**acteur, "maintenant": next(instants)}

    journaliser("depot", dossier=dossier, **le())
    constater_piece(dossier, "domicile", equivalent="quittance de loyer", **le())
    noter_contact(dossier, canal="appel", issue="joint", **le())
    journaliser("contact", dossier=dossier, objet="tiers:sans_effet", **le())
    renouveler_dossier(dossier, **le())
    refuser_piece(dossier, "ressources", motif="illisible", **le())
    seance = factories.creer_seance(places={section: 3}, intitule="Commission du récit")
    seance = geler_seance(seance, par=None, maintenant=next(instants), graine=1)
    seance = ouvrir_seance(seance, par=None, maintenant=next(instants))
    consigner_decision(
        Passage.objects.get(), sens="liste_complementaire", motif="rang", par=None, maintenant=next(instants)
    )
    changer_etat(dossier, "suspendre", jusqu_au=factories.JOUR + timedelta(days=60), **le())
    changer_etat(dossier, "clore", motif="demenagement", **le())
    return dossier


def lire(client: Any, dossier: Any) -> str:
    reponse = client.get(reverse("dossiers:historique", args=[dossier.numero]))
    assert reponse.status_code == 200
    return reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_chaque_etape_se_lit(client_de: Ouvrir, vie: Any) -> None:
    page = lire(client_de("agent"), vie)
    attendues = [
        "Le dossier devient « Clos » (déménagement hors commune)",
        "Le dossier devient « Suspendu » jusqu’au 22 janvier 2027",
        "Commission du récit, avis : liste complémentaire (rang inférieur au dernier admis)",
        "Inscrit à l’ordre du jour : Commission du récit",
        "Pièce refusée : Ressources",
        "Dossier renouvelé par la famille",
        "Appel : famille jointe",
        "Points calculés : 100 vérifiés",
        "Pièce vue : Justificatif de domicile, quittance de loyer",
        "Dossier déposé",
    ]
    places = [page.find(phrase) for phrase in attendues]
    assert -1 not in places, [p for p, n in zip(attendues, places, strict=True) if n == -1]
    assert places[0] < places[1] < places[2] < places[3] < places[-1]
    assert MAIRIE in page
    assert "Lundi" in page or "lundi 23 novembre 2026" in page


def test_une_direction_ne_lit_ni_piece_ni_tiers(client_de: Ouvrir, vie: Any) -> None:
    page = lire(client_de("direction", structure=vie.voeux.get().structure), vie)
    assert "Commission du récit" in page
    assert "Appel : famille jointe" in page
    for cache in ("Pièce", "quittance", "Ressources", "déménagement", "Intervention", "sans effet"):
        assert cache not in page, cache


def test_un_dossier_protege_n_a_pas_d_histoire_pour_un_autre(client_de: Ouvrir, vie: Any) -> None:
    vie.famille.protegee, vie.famille.protegee_le = True, factories.INSTANT
    vie.famille.save()
    for client in (client_de("agent"), client_de("direction", structure=vie.voeux.get().structure)):
        adresse = reverse("dossiers:historique", args=[vie.numero])
        assert client.get(adresse).headers["Location"] == reverse("dossiers:fiche", args=[vie.numero])


def test_le_nombre_de_requetes_ne_depend_pas_de_l_histoire(
    client_de: Ouvrir, vie: Any, django_assert_num_queries: Any
) -> None:
    client = client_de("agent", mairie=vie.mairie)
    lire(client, vie)
    with CaptureQueriesContext(connection) as avant:
        lire(client, vie)
    for n in range(6):
        noter_contact(
            vie, canal="sms", issue="message", par=client.agent, maintenant=factories.INSTANT + timedelta(n)
        )
    with django_assert_num_queries(len(avant)):
        lire(client, vie)
