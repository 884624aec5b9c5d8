"""Drafts, sessions and tokens: what is typed is never lost, nor anybody else's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Brouillon, Dossier
from dossiers.services.brouillons import purger_brouillons
from dossiers.taches import purger_les_brouillons
from structures.models import Structure
from tests import factories
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]


def test_le_suivi_garde_le_brouillon_et_dit_les_points(
    client_de: ClientDe, structure: Structure, grille: None
) -> None:
    agent = client_de("agent")
    suivi = reverse("dossiers:saisie_suivi")
    premiere = agent.post(suivi, tape(structure), headers={"HX-Request": "true"})
    assert "Brouillon enregistré à" in premiere.content.decode()
    assert "Parent seul en emploi" in premiere.content.decode()
    assert "Activité du parent 1" in premiere.content.decode()
    agent.post(suivi, tape(structure, e1__prenom="Lina"), headers={"HX-Request": "true"})
    brouillon = Brouillon.objects.get()
    assert brouillon.libelle == "FERRAND Lina"
    assert premiere["HX-Replace-Url"] == f"{NOUVEAU}?brouillon={brouillon.pk}"
    repris = agent.get(premiere["HX-Replace-Url"])
    assert 'value="Lina"' in repris.content.decode()
    agent.post(NOUVEAU, tape(structure, e1__prenom="Lina"))
    assert not Brouillon.objects.exists()
    assert Dossier.objects.count() == 1


def test_un_brouillon_est_a_son_agent(client_de: ClientDe, structure: Structure) -> None:
    agent, autre = client_de("agent"), client_de("agent")
    agent.post(reverse("dossiers:saisie_suivi"), tape(structure))
    brouillon = Brouillon.objects.get()
    assert autre.get(f"{NOUVEAU}?brouillon={brouillon.pk}").status_code == 404
    assert autre.post(reverse("dossiers:brouillon_supprimer", args=[brouillon.pk])).status_code == 404
    assert "FERRAND" not in autre.get(reverse("dossiers:brouillons")).content.decode()
    assert "FERRAND" in agent.get(reverse("dossiers:brouillons")).content.decode()
    agent.post(reverse("dossiers:brouillon_supprimer", args=[brouillon.pk]))
    assert not Brouillon.objects.exists()


def test_la_page_d_un_agent_ne_s_enregistre_pas_chez_un_autre(
    client_de: ClientDe, structure: Structure
) -> None:
    premier, second = client_de("agent"), client_de("agent")
    envoi = tape(structure, agent=str(premier.agent.pk))
    assert second.post(reverse("dossiers:saisie_suivi"), envoi).status_code == 401
    assert not Brouillon.objects.exists()
    assert premier.post(reverse("dossiers:saisie_suivi"), envoi).status_code == 200
    assert Brouillon.objects.get().agent == premier.agent


def test_un_brouillon_oublie_part_au_bout_du_delai(client_de: ClientDe, structure: Structure) -> None:
    client_de("agent").post(reverse("dossiers:saisie_suivi"), tape(structure))
    maintenant = timezone.now()
    assert purger_brouillons(maintenant=maintenant + timedelta(days=29)) == 0
    purger_les_brouillons(timestamp=0)
    assert Brouillon.objects.count() == 1
    assert purger_brouillons(maintenant=maintenant + timedelta(days=31)) == 1


def test_session_finie_la_saisie_revient_entiere(
    client: Client, client_de: ClientDe, structure: Structure
) -> None:
    anonyme = client.post(NOUVEAU, tape(structure), headers={"Origin": "http://testserver"})
    page = anonyme.content.decode()
    assert anonyme.status_code == 401
    assert ">Maud</textarea>" in page
    suivi = client.post(reverse("dossiers:saisie_suivi"), tape(structure), headers={"HX-Request": "true"})
    assert suivi.status_code == 401
    assert "X-Brouillon" not in suivi.headers
    repris = client_de("agent").post(NOUVEAU, tape(structure, geste="reprendre"))
    assert 'value="Maud"' in repris.content.decode()
    assert not Dossier.objects.exists()


def test_un_jeton_csrf_perime_ne_perd_rien(structure: Structure) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.creer_agent("agent"), backend="django.contrib.auth.backends.ModelBackend")
    reponse = strict.post(NOUVEAU, tape(structure), headers={"Origin": "http://testserver"})
    page = reponse.content.decode()
    assert reponse.status_code == 403
    assert '<textarea name="r1-prenom" hidden>Maud</textarea>' in page
