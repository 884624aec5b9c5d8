"""Accounts and rights: opening, closing, temporary passwords, dated rights."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from guichet.erreurs import ErreurMetier
from structures import queries
from structures.models import Agent, Habilitation, Profil
from structures.services import comptes
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
ClientDe = Callable[..., ClientStrict]
COMPTE = {
    "prenom": "Inès",
    "nom": "Ferrand",
    "identifiant": "ines",
    "fonction": "",
    "courriel": "",
    "telephone": "",
}


def test_un_compte_ouvert_montre_une_fois_un_mot_de_passe_qui_ouvre(client_de: ClientDe) -> None:
    client = client_de("administration")
    reponse = client.post(reverse("structures:compte_nouveau"), COMPTE)
    agent = Agent.objects.get(identifiant="ines")
    montre = reverse("structures:compte_mot_de_passe", args=[agent.pk])
    assert reponse.headers["Location"] == montre
    autre = reverse("structures:compte_mot_de_passe", args=[factories.creer_agent().pk])
    reponse = client.get(montre)
    html = reponse.content.decode()
    provisoire = html.split('class="secret">')[1].split("<")[0]
    assert agent.check_password(provisoire)
    assert "no-store" in reponse.headers["Cache-Control"]
    fiche = client.get(reverse("structures:compte_detail", args=[agent.pk])).content.decode()
    assert provisoire not in fiche
    assert "mot_de_passe_a_montrer" not in client.session
    assert client.get(montre).status_code == client.get(autre).status_code == 302
    entrant = ClientStrict()
    suite = entrant.post(reverse("connexion"), {"username": "ines", "password": provisoire, "next": "/"})
    assert suite.headers["Location"] == reverse("compte")
    assert "Votre mot de passe est provisoire" in entrant.get("/").content.decode()


def test_un_identifiant_pris_est_refuse_sur_son_champ(client_de: ClientDe) -> None:
    factories.creer_agent(identifiant="INES")
    html = client_de("administration").post(reverse("structures:compte_nouveau"), COMPTE).content.decode()
    assert "déjà pris" in html
    assert 'href="#id_identifiant"' in html
    assert 'value="Ferrand"' in html


def test_un_nouveau_mot_de_passe_ferme_les_sessions(client_de: ClientDe) -> None:
    autre = client_de("agent")
    client_de("administration").post(reverse("structures:compte_mot_de_passe", args=[autre.agent.pk]))
    assert autre.get(reverse("accueil")).status_code == 302


def test_un_compte_ferme_ses_sessions_et_se_rouvre(client_de: ClientDe) -> None:
    admin, autre = client_de("administration"), client_de("agent")
    adresse = reverse("structures:compte_ouverture", args=[autre.agent.pk])
    admin.post(adresse)
    assert autre.get(reverse("accueil")).status_code == 302
    assert not Agent.objects.get(pk=autre.agent.pk).is_active
    admin.post(adresse)
    assert Agent.objects.get(pk=autre.agent.pk).is_active


def test_on_ne_ferme_pas_son_propre_compte(client_de: ClientDe) -> None:
    client = client_de("administration")
    client.post(reverse("structures:compte_ouverture", args=[client.agent.pk]))
    assert Agent.objects.get(pk=client.agent.pk).is_active


def test_accorder_un_droit_met_de_cote_ce_qui_ne_le_concerne_pas(client_de: ClientDe) -> None:
    agent, mairie, structure = factories.creer_agent(), factories.creer_mairie(), factories.creer_structure()
    donnees = {"profil": "agent", "mairie": mairie.pk, "structure": structure.pk, "debut": "2026-01-01"}
    client_de("administration").post(reverse("structures:compte_droit_accorder", args=[agent.pk]), donnees)
    droit = agent.habilitations.get()
    assert (droit.profil, droit.mairie, droit.structure) == ("agent", mairie, None)


def test_un_agent_sans_mairie_est_refuse_sur_la_mairie(client_de: ClientDe) -> None:
    agent = factories.creer_agent()
    adresse = reverse("structures:compte_droit_accorder", args=[agent.pk])
    reponse = client_de("administration").post(adresse, {"profil": "agent", "debut": "2026-01-01"})
    assert "Indiquez : mairie." in reponse.content.decode()
    assert not agent.habilitations.exists()


@pytest.mark.parametrize(
    ("debut", "fin", "permis"),
    [
        (date(2026, 1, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), True),
        (date(2025, 1, 1), date(2026, 1, 1), False),
        (date(2026, 7, 1), None, True),
        (date(2026, 6, 30), None, False),
    ],
)
def test_un_droit_ne_court_pas_deux_fois(debut: date, fin: date | None, permis: bool) -> None:
    par, agent, mairie = factories.creer_agent(), factories.creer_agent(), factories.creer_mairie()
    premier = Habilitation(
        agent=agent, profil=Profil.AGENT, mairie=mairie, debut=date(2026, 1, 1), fin=date(2026, 6, 30)
    )
    comptes.accorder(premier, par=par)
    second = Habilitation(agent=agent, profil=Profil.AGENT, mairie=mairie, debut=debut, fin=fin)
    if permis:
        comptes.accorder(second, par=par)
    else:
        with pytest.raises(ErreurMetier, match="déjà accordé"):
            comptes.accorder(second, par=par)


def test_la_derniere_administration_ne_finit_pas(client_de: ClientDe) -> None:
    client = client_de("administration")
    droit = client.agent.habilitations.get()
    adresse = reverse("structures:compte_droit_finir", args=[client.agent.pk, droit.pk])
    assert "dernier droit d’administration" in client.post(adresse, {"fin": "2030-01-01"}).content.decode()
    factories.creer_agent("administration")
    client.post(adresse, {"fin": "2030-01-01"})
    droit.refresh_from_db()
    assert droit.fin == date(2030, 1, 1)


def test_une_fin_avant_le_debut_est_refusee() -> None:
    droit = factories.habiliter(factories.creer_agent(), "dpo", debut=date(2026, 5, 1))
    with pytest.raises(ErreurMetier, match="précède"):
        comptes.finir_droit(droit, le=date(2026, 4, 30), par=factories.creer_agent())


def test_un_droit_d_un_autre_compte_n_existe_pas(client_de: ClientDe) -> None:
    droit = factories.habiliter(factories.creer_agent(), "dpo")
    adresse = reverse("structures:compte_droit_finir", args=[factories.creer_agent().pk, droit.pk])
    assert client_de("administration").get(adresse).status_code == 404


def test_chercher_un_compte_sans_accent_par_profil_et_par_etat() -> None:
    le = timezone.localdate()
    ines = factories.creer_agent("dpo", nom="Léger", prenom="Inès")
    ferme = factories.creer_agent("dpo", nom="Léger", prenom="Zoé", is_active=False)
    fini = factories.creer_agent("dpo", nom="Léger", prenom="Ana")
    fini.habilitations.update(fin=le - timedelta(days=1))
    assert list(queries.comptes(q="leger", le=le)) == [fini, ines]
    assert list(queries.comptes(q="INES leger", le=le)) == [ines]
    assert list(queries.comptes(q="leger", profil="dpo", le=le)) == [ines]
    assert list(queries.comptes(q="leger", etat="fermes", le=le)) == [ferme]
    assert len(queries.comptes(q="leger", etat="tous", le=le)) == 3


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_liste_des_comptes_a_un_nombre_fixe_de_requetes(
    nombre: int, client_de: ClientDe, django_assert_num_queries: Callable[..., object]
) -> None:
    client = client_de("administration")
    for _ in range(nombre):
        factories.creer_agent("direction")
    client.get(reverse("structures:comptes"))
    # session, agent, rights; count, page, rights of the page; city; the session's new end.
    with django_assert_num_queries(10):
        client.get(reverse("structures:comptes"))
