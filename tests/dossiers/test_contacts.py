"""The contact log, the last contact that follows it, and a third party's intervention nobody else reads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Contact, Dossier
from dossiers.services.contacts import noter_contact
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
HIER = factories.INSTANT - timedelta(days=1)


def noter(dossier: Dossier, canal: str, *, le: Any = HIER, **champs: Any) -> Contact:
    return noter_contact(dossier, canal=canal, par=factories.creer_agent("agent"), maintenant=le, **champs)


def test_le_dernier_contact_suit_ceux_qui_aboutissent() -> None:
    dossier = factories.creer_dossier()
    noter(dossier, "appel", issue="absent")
    noter(dossier, "tiers", origine="elu")
    dossier.refresh_from_db()
    assert (dossier.dernier_contact_le, dossier.dernier_contact_canal) == (None, "")
    noter(dossier, "sms", issue="message", le=HIER - timedelta(days=3))
    noter(dossier, "appel", issue="rappellera", rappel_le=factories.JOUR)
    noter(dossier, "courriel", issue="errone", le=factories.INSTANT)
    dossier.refresh_from_db()
    assert (dossier.dernier_contact_le, dossier.dernier_contact_canal) == (HIER.date(), "appel")


def test_un_contact_repris_de_l_ancien_logiciel_n_est_pas_vieilli() -> None:
    dossier = factories.creer_dossier(dernier_contact_le=factories.JOUR, dernier_contact_canal="guichet")
    noter(dossier, "sms", issue="joint")
    dossier.refresh_from_db()
    assert dossier.dernier_contact_canal == "guichet"


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"canal": "pigeon", "issue": "joint"}, "canal"),
        ({"canal": "appel"}, "issue"),
        ({"canal": "appel", "issue": "sans_effet"}, "issue"),
        ({"canal": "tiers"}, "origine"),
        ({"canal": "appel", "issue": "joint", "rappel_le": HIER.date() - timedelta(days=1)}, "rappel_le"),
    ],
)
def test_une_faute_est_dite_sur_son_champ(champs: dict[str, Any], fautif: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        noter(factories.creer_dossier(), **champs)
    assert refus.value.champ == fautif


@pytest.mark.parametrize(
    "champs",
    [
        {"canal": "tiers", "issue": "joint", "origine": "elu"},
        {"canal": "tiers", "issue": "sans_effet", "origine": ""},
        {"canal": "appel", "issue": "joint", "origine": "elu"},
    ],
)
def test_la_base_tient_une_intervention_sans_effet(champs: dict[str, str]) -> None:
    dossier = factories.creer_dossier()
    with pytest.raises(IntegrityError, match="contact_tiers"), transaction.atomic():
        Contact.objects.create(dossier=dossier, le=HIER, **champs)


def test_l_intervention_d_un_tiers_ne_se_lit_qu_au_guichet(client_de: Callable[..., ClientStrict]) -> None:
    structure = factories.creer_structure()
    dossier = factories.creer_dossier(voeux=[structure])
    fiche, envoi = (reverse(f"dossiers:{nom}", args=[dossier.numero]) for nom in ("fiche", "contact"))
    guichet = client_de("agent", mairie=dossier.mairie)
    guichet.post(envoi, {"contact-canal": "tiers", "contact-origine": "cabinet"})
    assert dossier.contacts.get().issue == "sans_effet"
    for profil in ("agent", "coordination"):
        page = client_de(profil).get(fiche).content.decode()
        assert "cabinet, notée sans effet" in page
        assert "Intervention d’un tiers, notée sans effet" in page
    direction = client_de("direction", structure=structure)
    page = direction.get(fiche).content.decode()
    assert "tiers" not in page
    assert "cabinet" not in page.lower()
    refus = direction.post(envoi, {"contact-canal": "tiers", "contact-origine": "elu"})
    assert "Sélectionnez un choix valide" in refus.content.decode()
    assert dossier.contacts.count() == 1


def test_le_guichet_voit_qui_rappeler(client_de: Callable[..., ClientStrict]) -> None:
    client = client_de("agent")
    mairie = client.agent.habilitations.get().mairie
    jour = timezone.localdate()
    dus, faits = factories.creer_dossier(mairie=mairie), factories.creer_dossier(mairie=mairie)
    maintenant = timezone.now()
    for dossier in (dus, faits):
        noter(dossier, "appel", issue="rappellera", rappel_le=jour, le=maintenant - timedelta(hours=2))
    noter(faits, "appel", issue="joint", le=maintenant)
    noter(dus, "tiers", origine="elu", le=maintenant)
    page = client.get(reverse("accueil")).content.decode()
    assert "À rappeler" in page
    assert dus.numero in page
    assert faits.numero not in page
