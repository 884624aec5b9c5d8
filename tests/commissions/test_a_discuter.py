"""The pre-session: who marks which lines, and what a mark does."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissions.models import LigneADiscuter, Seance
from commissions.services.a_discuter import demarquer_ligne, marquer_ligne
from commissions.services.decisions import ouvrir_seance, tenir_seance
from commissions.services.gel import geler_seance
from dossiers.services.liens import declarer_lien
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.commissions.test_salle import ligne
from tests.conftest import ClientStrict

Ouvrir = Callable[..., ClientStrict]


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


@pytest.fixture
def seance(monde: Monde) -> Seance:
    monde.dossier(300, voeux=[monde.creche])
    monde.dossier(200, voeux=[monde.autre])
    return geler_seance(monde.seance(), par=None, maintenant=GEL, graine=3)


def test_une_direction_ne_marque_que_les_lignes_de_ses_structures(
    monde: Monde, seance: Seance, client_de: Ouvrir
) -> None:
    client = client_de("direction", structure=monde.creche)
    adresse = reverse("commissions:a_discuter", args=[seance.pk])
    sienne = ligne(seance, monde.suite[0], monde.bebes)
    autre = ligne(seance, monde.suite[1], monde.ailleurs)
    page = client.get(adresse).content.decode()
    assert sienne.passage.numero_ordre in page
    assert autre.passage.numero_ordre not in page
    assert client.post(adresse, {"voeu": sienne.pk, "motif": ""}).status_code == 302
    assert not LigneADiscuter.objects.exists()
    client.post(adresse, {"voeu": sienne.pk, "motif": "egalite"})
    assert LigneADiscuter.objects.get().voeu == sienne
    assert client.post(adresse, {"voeu": autre.pk, "motif": "egalite"}).status_code == 404
    client.post(adresse, {"voeu": sienne.pk, "retirer": "oui"})
    assert not LigneADiscuter.objects.exists()


def test_une_direction_d_ailleurs_ne_voit_pas_la_seance(
    monde: Monde, seance: Seance, client_de: Ouvrir
) -> None:
    client = client_de("direction", structure=factories.creer_structure())
    assert client.get(reverse("commissions:a_discuter", args=[seance.pk])).status_code == 404
    assert seance.intitule not in client.get(reverse("commissions:a_preparer")).content.decode()


def test_ni_famille_liee_ni_nom_protege(monde: Monde, seance: Seance, client_de: Ouvrir) -> None:
    connu, reserve = monde.suite
    client = client_de("coordination")
    declarer_lien(connu, par=client.agent, maintenant=GEL)
    reserve.famille.protegee, reserve.famille.protegee_le = True, GEL
    reserve.famille.save()
    page = client.get(reverse("commissions:a_discuter", args=[seance.pk])).content.decode()
    assert connu.enfant.nom not in page
    assert reserve.enfant.nom not in page
    assert "Dossier réservé" in page
    sienne = ligne(seance, connu, monde.bebes)
    envoi = {"voeu": sienne.pk, "motif": "egalite"}
    assert client.post(reverse("commissions:a_discuter", args=[seance.pk]), envoi).status_code == 404


def test_une_marque_par_ligne_jusqu_a_la_fin_de_la_seance(monde: Monde, seance: Seance) -> None:
    voeu = ligne(seance, monde.suite[0], monde.bebes)
    acte = {"par": monde.coordination, "maintenant": GEL}
    with pytest.raises(ErreurMetier, match="pourquoi"):
        marquer_ligne(voeu, motif="sante", **acte)
    marquer_ligne(voeu, motif="egalite", **acte)
    with pytest.raises(ErreurMetier, match="déjà"):
        marquer_ligne(voeu, motif="semaine", **acte)
    demarquer_ligne(voeu, **acte)
    with pytest.raises(ErreurMetier, match="n’est plus"):
        demarquer_ligne(voeu, **acte)
    tenir_seance(ouvrir_seance(seance, **acte), **acte)
    with pytest.raises(ErreurMetier, match="fin de la séance"):
        marquer_ligne(voeu, motif="egalite", **acte)


def test_une_marque_porte_un_motif(monde: Monde, seance: Seance) -> None:
    voeu = ligne(seance, monde.suite[0], monde.bebes)
    with pytest.raises(IntegrityError, match="ligne_a_discuter_motivee"), transaction.atomic():
        LigneADiscuter.objects.create(voeu=voeu, motif="", marquee_le=GEL)
