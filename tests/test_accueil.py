"""The home page of each profil, the menu, the journal of the DPO, the families of the relais."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone

from commissions.models import Presence, Seance
from dossiers.models import ActionJournal, Brouillon, Journal
from dossiers.queries import accueil as queries
from dossiers.queries import journal, relais
from guichet.navigation import ENTREES, entrees
from structures.models import Profil
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
ClientDe = Callable[..., ClientStrict]
JOUR = date(2026, 11, 23)


def html(client: ClientStrict, route: str = "accueil", **criteres: str) -> str:
    reponse = client.get(reverse(route), criteres)
    assert reponse.status_code == 200
    return reponse.content.decode()


def creer_seance(**champs: Any) -> Seance:
    defauts = {
        "intitule": f"Séance {factories.suivant()}",
        "tenue_prevue_le": timezone.now() + timedelta(days=20),
        "lieu": "Hôtel de ville",
        "date_effet": JOUR,
        "cloture_le": JOUR,
    }
    return Seance.objects.create(**{**defauts, **champs})


def test_un_agent_compte_les_dossiers_de_sa_mairie_seulement() -> None:
    mairie = factories.creer_mairie()
    for etat in ("incomplet", "actif", "actif", "clos"):
        factories.creer_dossier(mairie=mairie, etat=etat, a_renouveler_le=JOUR + timedelta(days=30))
    factories.creer_dossier(etat="incomplet")
    siens = queries.Dossier.objects.filter(mairie=mairie)
    lus = queries.compteurs(siens, le=JOUR)
    assert [nombre for _, _, nombre in lus.etats] == [1, 2, 0]
    assert (lus.total, lus.a_renouveler) == (3, 3)
    assert queries.compteurs(siens, le=JOUR - timedelta(days=1)).a_renouveler == 0


def test_l_accueil_d_un_agent_montre_ses_brouillons_et_son_travail(client_de: ClientDe) -> None:
    mairie = factories.creer_mairie()
    client = client_de("agent", mairie=mairie)
    ici = factories.creer_dossier(mairie=mairie, etat="incomplet")
    ailleurs = factories.creer_dossier(etat="incomplet")
    for agent, libelle in ((client.agent, "Ferrand Sol"), (factories.creer_agent(), "Un autre")):
        Brouillon.objects.create(
            agent=agent, libelle=libelle, cree_le=factories.INSTANT, modifie_le=factories.INSTANT
        )
    page = html(client)
    assert ici.numero in page
    assert ailleurs.numero not in page
    assert "Ferrand Sol" in page
    assert "Un autre" not in page


def test_une_direction_compte_qui_la_demande() -> None:
    sienne, autre = factories.creer_structure(), factories.creer_structure()
    factories.creer_dossier(voeux=[sienne, autre])
    factories.creer_dossier(voeux=[autre, sienne], etat="incomplet", depose_le=JOUR - timedelta(days=31))
    factories.creer_dossier(voeux=[autre])
    factories.creer_dossier(voeux=[sienne], etat="clos")
    factories.creer_dossier(voeux=[sienne], famille=factories.creer_famille(protegee=True))
    lues = queries.demandes(frozenset({sienne.pk}), le=JOUR)
    assert (lues.total, lues.premier_choix, lues.incomplets, lues.nouveaux) == (2, 1, 1, 1)


def test_une_direction_voit_qui_arrive_sauf_une_famille_protegee(client_de: ClientDe) -> None:
    structure = factories.creer_structure()
    vu = factories.creer_dossier(voeux=[structure])
    cache = factories.creer_dossier(voeux=[structure], famille=factories.creer_famille(protegee=True))
    ailleurs = factories.creer_dossier(voeux=[factories.creer_structure()])
    page = html(client_de("direction", structure=structure))
    assert str(vu.enfant) in page
    assert str(cache.enfant) not in page
    assert str(ailleurs.enfant) not in page


def test_un_membre_ne_voit_que_ses_seances(client_de: ClientDe) -> None:
    client = client_de("membre")
    sienne, autre = creer_seance(), creer_seance()
    Presence.objects.create(seance=sienne, agent=client.agent, qualite="elu")
    page = html(client)
    assert sienne.intitule in page
    assert autre.intitule not in page


@pytest.mark.parametrize("profil", Profil.values)
def test_chaque_profil_a_un_accueil_et_des_requetes_constantes(
    profil: str, client_de: ClientDe, django_assert_num_queries: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_de(profil)
    mairie = next((h.mairie for h in client.agent.habilitations.all() if h.mairie), factories.creer_mairie())

    def remplir() -> None:
        factories.creer_dossier(mairie=mairie, etat="incomplet", a_renouveler_le=timezone.localdate())
        Presence.objects.create(seance=creer_seance(), agent=client.agent, qualite="elu")
        Journal.objects.create(le=timezone.now(), par=client.agent, action=ActionJournal.ACCES_MOTIVE)
        factories.creer_tache(demandee_par=client.agent)

    remplir()
    html(client)
    with CaptureQueriesContext(connection) as premieres:
        html(client)
    for _ in range(3):
        remplir()
    with django_assert_num_queries(len(premieres)):
        html(client)


def test_un_compte_sans_droit_a_un_accueil_qui_le_dit(client_de: ClientDe) -> None:
    page = html(client_de(factories.creer_agent()))
    assert "Aucun droit en cours" in page


def test_le_menu_ne_montre_que_ce_que_la_vue_permet() -> None:
    """An entry of the menu never leads to a 403: the marks of the view and of the menu agree."""
    for entree in ENTREES:
        try:
            adresse = reverse(entree.route)
        except NoReverseMatch:
            continue
        assert entree.profils <= resolve(adresse).func.profils, entree.route


def test_l_entree_courante_est_la_plus_precise(client_de: ClientDe) -> None:
    agent = factories.creer_agent("administration")
    for route, libelle in (
        ("structures:comptes", "Comptes"),
        ("structures:reglages", "Réglages"),
        ("structures:mairies", "Structures"),
    ):
        requete = RequestFactory().get(reverse(route))
        requete.user = agent
        requete.resolver_match = resolve(reverse(route))
        assert [e["libelle"] for e in entrees(requete) if e["courante"]] == [libelle]


def test_le_journal_se_filtre_et_se_suit() -> None:
    qui = factories.creer_agent(nom="Bénali")
    for minute in range(journal.PAR_PAGE + 5):
        Journal.objects.create(
            le=datetime(2026, 11, 20, 9, minute % 60, tzinfo=UTC), par=qui, action=ActionJournal.LECTURE
        )
    Journal.objects.create(le=datetime(2026, 11, 20, 23, 30, tzinfo=UTC), action=ActionJournal.EXPORT)
    premiere = journal.journal()
    seconde = journal.journal(apres=premiere.suite or "")
    vues = [ligne.pk for page in (premiere, seconde) for ligne in page.lignes]
    assert len(vues) == len(set(vues)) == journal.PAR_PAGE + 6
    assert seconde.suite is None
    assert len(journal.journal(action="export").lignes) == 1
    assert len(journal.journal(qui="BENALI").lignes) == journal.PAR_PAGE
    # 23:30 UTC is the next day in Paris.
    assert [ligne.action for ligne in journal.journal(debut=date(2026, 11, 21)).lignes] == ["export"]
    assert len(journal.journal(fin=date(2026, 11, 20), qui="benali", apres="n’importe quoi").lignes) == 50


def test_la_page_du_journal_garde_ses_filtres(client_de: ClientDe) -> None:
    client = client_de("dpo")
    dossier = factories.creer_dossier()
    for _ in range(journal.PAR_PAGE + 1):
        Journal.objects.create(le=factories.INSTANT, dossier=dossier, action=ActionJournal.LECTURE)
    page = html(client, "dossiers:journal", action="lecture", numero=dossier.numero)
    assert f"action=lecture&amp;numero={dossier.numero}&amp;apres=" in page
    assert "précède" in html(client, "dossiers:journal", debut="2026-11-20", fin="2026-11-01")


def test_le_relais_ne_voit_que_les_familles_qui_ont_accepte(client_de: ClientDe) -> None:
    accord = {"contact_relais": True}
    oui = factories.creer_famille(responsable={**accord, "nom": "Accepte", "telephone": "06 39 98 41 07"})
    factories.creer_dossier(famille=oui, besoin={"demi_journees": [0, 1]})
    factories.creer_dossier(famille=factories.creer_famille(responsable={"nom": "Refuse"}))
    for champs, etat in (({"nom": "Ecarte", "ecarte": True}, "actif"), ({"nom": "Close"}, "clos")):
        famille = factories.creer_famille(responsable={**accord, **champs})
        factories.creer_dossier(famille=famille, etat=etat)
    protegee = factories.creer_famille(protegee=True, responsable={**accord, "nom": "Protegee"})
    factories.creer_dossier(famille=protegee)
    client = client_de("partenaire", service="relais")
    page = html(client, "dossiers:relais")
    assert "Accepte" in page
    assert "lun, journée" in page
    for cache in ("Refuse", "Protegee", "Ecarte", "Close", "rue du Colibri"):
        assert cache not in page
    assert Journal.objects.get().par == client.agent
    assert 'href="/familles-a-contacter/"' in html(client)


def test_les_familles_du_relais_se_suivent_sans_requete_de_plus(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _ in range(relais.PAR_PAGE + 1):
        famille = factories.creer_famille(responsable={"contact_relais": True})
        factories.creer_dossier(famille=famille)
    with django_assert_num_queries(3):
        premiere, suite = relais.familles_a_contacter()
    seconde, fin = relais.familles_a_contacter(apres=suite or 0)
    assert (len(premiere), len(seconde), fin) == (relais.PAR_PAGE, 1, None)


def test_la_pmi_n_est_pas_le_relais(client_de: ClientDe) -> None:
    client = client_de("partenaire")
    assert client.get(reverse("dossiers:relais")).status_code == 403
    assert "familles-a-contacter" not in html(client)
