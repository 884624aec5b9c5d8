"""Opening, naming, lifting: what each gesture on a protected dossier opens, tells and closes again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, Famille, Journal, Ouverture, PersonneNommee
from dossiers.regles.saisie import Saisie
from dossiers.services.ecriture import poser_foyer
from dossiers.services.protection import (
    elever_protection,
    lever_protection,
    nommer_personne,
    ouvrir_avec_motif,
)
from guichet.erreurs import ErreurMetier
from structures.models import Profil, Reglage
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ADRESSE, NOM, un_dossier_complet

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


@pytest.fixture
def dossier() -> Dossier:
    return un_dossier_complet(
        mairie=factories.creer_mairie(nom="Mairie du Sud"),
        foyer={"protegee": True, "protegee_le": factories.INSTANT},
    )


def page(client: ClientStrict, route: str, *args: Any) -> str:
    return client.get(reverse(route, args=args)).content.decode()


def ouvrir(client: ClientStrict, dossier: Dossier) -> Any:
    return client.post(reverse("dossiers:acces", args=[dossier.numero]), {"motif": "urgence"})


def test_une_ouverture_se_referme_avertit_les_deux_cotes_et_s_acquitte(
    dossier: Dossier, client_de: Ouvrir
) -> None:
    autre, guichet = client_de(Profil.AGENT), client_de(Profil.AGENT, mairie=dossier.mairie)
    coordination = client_de(Profil.COORDINATION)
    assert "Ouvrir avec ce motif" in page(autre, "dossiers:fiche", dossier.numero)
    ouvrir(autre, dossier)
    assert ADRESSE in page(autre, "dossiers:fiche", dossier.numero)
    assert NOM not in autre.get(reverse("dossiers:liste")).content.decode()
    ouverture = Ouverture.objects.get()
    assert ouverture.fin_le - ouverture.le == timedelta(hours=2)
    for client in (guichet, coordination):
        accueil = page(client, "accueil")
        assert "ouverts par d’autres" in accueil
        assert "Urgence pour l’enfant".lower() in accueil.lower()
        assert (NOM in accueil) is (client is guichet and NOM in accueil)
        client.post(reverse("dossiers:ouverture_vue", args=[ouverture.pk]))
        assert "ouverts par d’autres" not in page(client, "accueil")
    ouverture.refresh_from_db()
    assert (ouverture.guichet_vu_par, ouverture.coordination_vu_par) == (guichet.agent, coordination.agent)
    assert "ouverts par d’autres" not in page(autre, "accueil")
    assert autre.post(reverse("dossiers:ouverture_vue", args=[ouverture.pk])).status_code == 404
    Ouverture.objects.update(le=timezone.now() - timedelta(hours=3), fin_le=timezone.now())
    assert ADRESSE not in page(autre, "dossiers:fiche", dossier.numero)
    assert Journal.objects.filter(action="acces_motive", motif="urgence", dossier=dossier).count() == 1


def test_la_duree_d_une_ouverture_est_un_reglage(dossier: Dossier) -> None:
    Reglage.objects.create(cle="ouverture_protegee", valeur=8, a_partir_du=date(2026, 1, 1))
    par = factories.creer_agent(Profil.AGENT)
    ouverture = ouvrir_avec_motif(dossier, motif="urgence", par=par, maintenant=factories.INSTANT)
    assert ouverture.fin_le == factories.INSTANT + timedelta(hours=8)
    with pytest.raises(ErreurMetier, match="raison"):
        ouvrir_avec_motif(dossier, motif="curiosite", par=par, maintenant=factories.INSTANT)


def test_une_personne_nommee_voit_partout_puis_plus_rien(dossier: Dossier, client_de: Ouvrir) -> None:
    guichet, nomme = client_de(Profil.AGENT, mairie=dossier.mairie), client_de(Profil.AGENT)
    adresse = reverse("dossiers:protection_nommer", args=[dossier.numero])
    demain = timezone.localdate() + timedelta(days=1)
    envoi = {"nommer-agent": nomme.agent.pk, "nommer-jusqu_au": demain.isoformat()}
    assert nomme.post(adresse, envoi).status_code == 404
    assert guichet.post(adresse, envoi).status_code == 302
    assert "déjà nommée" in guichet.post(adresse, envoi).content.decode()
    assert ADRESSE in page(nomme, "dossiers:fiche", dossier.numero)
    assert NOM in nomme.get(reverse("dossiers:liste")).content.decode()
    assert NOM in nomme.get(reverse("dossiers:recherche"), {"q": NOM[:-1]}).content.decode()
    # The last day over, the line is masked again.
    PersonneNommee.objects.update(jusqu_au=timezone.localdate() - timedelta(days=1))
    assert ADRESSE not in page(nomme, "dossiers:fiche", dossier.numero)
    assert guichet.post(adresse, envoi | {"nommer-jusqu_au": ""}).status_code == 302
    assert ADRESSE in page(nomme, "dossiers:fiche", dossier.numero)
    nommee = PersonneNommee.objects.get()
    guichet.post(reverse("dossiers:protection_retirer", args=[dossier.numero, nommee.pk]))
    assert ADRESSE not in page(nomme, "dossiers:fiche", dossier.numero)
    objets = Journal.objects.filter(action="protection").order_by("pk").values_list("objet", flat=True)
    assert list(objets) == ["nommee", "nommee", "retiree"]


def test_qui_ne_peut_pas_etre_nomme(dossier: Dossier) -> None:
    commun = {"par": factories.creer_agent(Profil.COORDINATION), "maintenant": factories.INSTANT}
    membre = factories.creer_agent(Profil.MEMBRE)
    with pytest.raises(ErreurMetier, match="aucun dossier"):
        nommer_personne(dossier, agent=membre, **commun)
    with pytest.raises(ErreurMetier, match="passé"):
        nommer_personne(dossier, agent=factories.creer_agent("agent"), jusqu_au=date(2026, 11, 1), **commun)
    with pytest.raises(ErreurMetier, match="pas protégé"):
        nommer_personne(factories.creer_dossier(), agent=factories.creer_agent("agent"), **commun)


def test_la_coordination_conduit_la_protection_sans_lire_la_famille(
    dossier: Dossier, client_de: Ouvrir
) -> None:
    coordination = client_de(Profil.COORDINATION)
    contenu = page(coordination, "dossiers:protection", dossier.numero)
    assert "Personnes nommées" in contenu
    assert not [mot for mot in (NOM, ADRESSE, "Mairie du Sud") if mot in contenu]
    ailleurs = client_de(Profil.AGENT)
    assert ailleurs.get(reverse("dossiers:protection", args=[dossier.numero])).status_code == 404


def test_lever_demande_une_raison_et_previent_les_pages_ouvertes(dossier: Dossier, client_de: Ouvrir) -> None:
    frere = factories.creer_dossier(famille=dossier.famille)
    nommer_personne(
        dossier,
        agent=factories.creer_agent(Profil.AGENT),
        par=factories.creer_agent(Profil.COORDINATION),
        maintenant=factories.INSTANT,
    )
    guichet = client_de(Profil.AGENT, mairie=dossier.mairie)
    adresse = reverse("dossiers:protection_lever", args=[dossier.numero])
    assert guichet.post(adresse, {"lever-motif": ""}).status_code == 200
    assert Famille.objects.get(pk=dossier.famille_id).protegee
    assert client_de(Profil.AGENT).post(adresse, {"lever-motif": "fin_famille"}).status_code == 404
    assert guichet.post(adresse, {"lever-motif": "fin_famille"}).status_code == 302
    assert not Famille.objects.get(pk=dossier.famille_id).protegee
    assert PersonneNommee.objects.get().retiree_le is not None
    for couvert in (dossier, frere):
        assert Dossier.objects.get(pk=couvert.pk).version == couvert.version + 1
        assert Journal.objects.filter(dossier=couvert, objet="levee", motif="fin_famille").count() == 1
    with pytest.raises(ErreurMetier, match="plus protégé"):
        lever_protection(dossier, motif="fin_famille", par=guichet.agent, maintenant=factories.INSTANT)


def test_une_modification_ne_leve_jamais_une_protection(dossier: Dossier) -> None:
    with pytest.raises(ErreurMetier) as refus:
        poser_foyer(dossier.famille, Saisie((), (), (), (), date(2026, 11, 2)), maintenant=factories.INSTANT)
    assert refus.value.champ == "protegee"


def test_elever_une_protection_deplace_la_version_des_dossiers(dossier: Dossier) -> None:
    ouvert = factories.creer_dossier()
    version = ouvert.version
    assert elever_protection(ouvert.famille, le=factories.INSTANT)
    assert Dossier.objects.get(pk=ouvert.pk).version == version + 1
    assert not elever_protection(dossier.famille, le=factories.INSTANT)
