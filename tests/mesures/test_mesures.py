"""Each measure of `make mesures`, at a hundredth of its size and for its counts only."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from commissions.models import Seance
from tests.mesures.charge import mesurer_charge
from tests.mesures.doublons import ALTERATIONS, mesurer_doublons
from tests.mesures.gestes import enregistrement, rapprochement, recotation
from tests.mesures.lettres import mesurer_lettres
from tests.mesures.nuits import doublons_deja_vus, file_a_verifier, mesurer_nuits
from tests.mesures.pages import lectures, mesurer_pages
from tests.mesures.proposition import mesurer_proposition
from tests.mesures.repartition import TAILLES, dans_un_processus, mesurer_ville
from tests.mesures.table import preparer

MAINTENANT = datetime(2026, 11, 20, 9, tzinfo=UTC)
CENTIEME = 600


def muet(phrase: str) -> None:
    """The progress of a measure has no reader here."""


@pytest.mark.django_db
def test_les_pages_coutent_autant_de_requetes_quelle_que_soit_la_ville() -> None:
    comptes = []
    for taille in (25, CENTIEME):
        with transaction.atomic():
            agent = preparer(taille, maintenant=MAINTENANT, dire=muet)
            comptes.append({f.nom: f.requetes for f in mesurer_pages(agent, essais=1)})
            transaction.set_rollback(True)
    petite, grande = comptes
    # A search that finds nobody in the small city reads less; a list reads the same whatever it finds.
    assert {n: r for n, r in grande.items() if "liste" in n} == {
        n: r for n, r in petite.items() if "liste" in n
    }
    assert all(5 <= nombre <= 18 for nombre in grande.values())


@pytest.mark.django_db
def test_les_gestes_tiennent_leur_nombre_de_requetes() -> None:
    agent = preparer(CENTIEME, maintenant=MAINTENANT, dire=muet)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    assert enregistrement(agent, MAINTENANT).requetes <= 25
    assert all(f.requetes <= 8 for f in rapprochement(agent, MAINTENANT.date()))
    calcul = recotation(agent, MAINTENANT)
    assert calcul.dossiers > CENTIEME * 0.9
    assert calcul.requetes <= 40


@pytest.mark.django_db
def test_les_nuits_coutent_a_proportion_de_ce_qu_elles_font() -> None:
    """Queries per dossier looked at or act done, not seconds: the same at sixty thousand."""
    agent = preparer(CENTIEME, maintenant=MAINTENANT, dire=muet)
    recherche, actes, conservation, doublons = mesurer_nuits(MAINTENANT)
    assert recherche.requetes <= 12 + recherche.faits / 500
    assert actes.faits > 0
    assert (actes.requetes - recherche.requetes) / actes.faits <= 40
    assert conservation.requetes <= 60 + 20 * conservation.faits
    assert doublons.requetes <= 10 + doublons.dossiers / 100
    proposes, restent = doublons_deja_vus(MAINTENANT)
    assert restent == 0
    assert proposes >= doublons.faits
    assert file_a_verifier(agent, MAINTENANT).requetes <= 12


@pytest.mark.django_db
def test_la_proposition_coute_a_proportion_de_la_liste() -> None:
    """Queries and progress, not seconds; the whole list went through and nothing is left of it."""
    preparer(CENTIEME, maintenant=MAINTENANT, dire=muet)
    mesure = mesurer_proposition(MAINTENANT)
    assert mesure.dossiers > CENTIEME * 0.6
    assert 0 < mesure.entrants <= mesure.dossiers
    assert mesure.requetes <= 60 + mesure.dossiers / 50
    assert mesure.etapes >= 6
    assert not Seance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_plusieurs_agents_lisent_sans_erreur() -> None:
    agent = preparer(25, maintenant=MAINTENANT, dire=muet)
    adresses = list(lectures(agent).values())[:3]
    charge = mesurer_charge(agent, adresses, agents=3, pages=2, pause=0)
    assert (charge.pages, charge.erreurs) == (6, 0)


def test_les_doublons_se_trouvent_et_les_jumeaux_jamais() -> None:
    mesure = mesurer_doublons(60)
    assert (mesure.positifs, mesure.negatifs, mesure.difficiles) == (360, 360, 180)
    assert mesure.par_alteration.keys() == ALTERATIONS.keys()
    assert mesure.vrais >= 0.95 * mesure.positifs, mesure.par_alteration
    assert mesure.vrais >= 0.90 * (mesure.vrais + mesure.faux), mesure.faux_par_sorte
    assert (mesure.jumeaux, mesure.jumeaux_proposes) == (60, 0)


@pytest.mark.parametrize("ordre_commun", [False, True])
@pytest.mark.parametrize(("demandes", "accueils"), TAILLES)
def test_la_repartition_d_une_ville_se_verifie(demandes: int, accueils: int, ordre_commun: bool) -> None:
    """At a hundredth, three sections at least; each seat left goes to somebody or is told."""
    mesure = mesurer_ville(
        demandes // 100, max(3, accueils // 100), ordre_commun=ordre_commun, verification=True
    )
    assert mesure.contrats > mesure.demandes
    assert mesure.demandes / 3 < mesure.affectees < mesure.demandes
    assert mesure.exceptions <= (0 if ordre_commun else 1 + mesure.demandes // 1_000)


def test_une_ville_se_mesure_dans_son_processus() -> None:
    mesure = dans_un_processus(150, 9, ordre_commun=True)
    assert (mesure.demandes, mesure.accueils, mesure.exceptions) == (150, 9, 0)
    assert 0 < mesure.memoire_mo < 200
    ligne = mesure.ligne(mesure, ordre_commun=True)
    assert "1.0 × le temps pour 1.0 × de vœux" in ligne
    assert ligne.count("|") == 6


def test_chaque_lettre_a_son_fichier_et_sa_page_dans_l_ensemble() -> None:
    mesure = mesurer_lettres(5)
    assert mesure.lettres == 5
    assert mesure.octets > 5 * 10_000
