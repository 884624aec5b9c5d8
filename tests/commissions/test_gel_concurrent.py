"""Freezing a séance while someone else freezes it, or changes a dossier."""

import threading

import pytest
from django.db import connection, transaction

from commissions.models import EtatSeance, Seance
from commissions.regles.instance_lecture import lire
from commissions.services.gel import geler_seance
from dossiers.models import Besoin
from guichet.erreurs import ErreurMetier
from tests.blocages import attendre_un_blocage
from tests.commissions.monde import GEL, monde_a_geler


@pytest.mark.django_db(transaction=True)
def test_deux_gels_a_la_fois_un_seul_gagne() -> None:
    monde = monde_a_geler()
    for _ in range(5):
        monde.dossier()
    seance = monde.seance()
    depart, issues = threading.Barrier(2), []

    def geler_ailleurs() -> None:
        try:
            depart.wait(timeout=30)
            geler_seance(seance, par=monde.coordination, maintenant=GEL)
            issues.append("gelee")
        except ErreurMetier as refus:
            issues.append(refus.message)
        finally:
            connection.close()

    fils = [threading.Thread(target=geler_ailleurs) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == [
        "Cette séance vient d’être gelée par une autre personne : rechargez la page, sa liste est fixée.",
        "gelee",
    ]
    assert seance.passages.count() == 5


@pytest.mark.django_db(transaction=True)
def test_une_seance_qui_change_sous_le_gel_n_est_pas_dite_gelee() -> None:
    monde = monde_a_geler()
    monde.dossier()
    seance, issues = monde.seance(), []

    def geler() -> None:
        try:
            geler_seance(seance, par=monde.coordination, maintenant=GEL)
        except ErreurMetier as refus:
            issues.append(refus.code)
        finally:
            connection.close()

    with transaction.atomic():
        Seance.objects.filter(pk=seance.pk).update(lieu="Salle des mariages")
        fil = threading.Thread(target=geler)
        fil.start()
        assert attendre_un_blocage(fil)
    fil.join()
    assert issues == ["seance_changee"]
    assert Seance.objects.get().etat == EtatSeance.PLANIFIEE
    assert geler_seance(seance, par=monde.coordination, maintenant=GEL).passages.count() == 1


@pytest.mark.django_db(transaction=True)
def test_un_dossier_change_pendant_le_gel_est_lu_tel_qu_au_debut() -> None:
    monde = monde_a_geler()
    dossier = monde.dossier()
    seance = monde.seance()
    modifies = []

    def modifier_ailleurs(fait: int, total: int) -> None:
        if modifies:
            return
        fil = threading.Thread(target=modifier)
        fil.start()
        fil.join()

    def modifier() -> None:
        modifies.append(Besoin.objects.filter(dossier=dossier).update(demi_journees=[4]))
        connection.close()

    geler_seance(seance, par=None, maintenant=GEL, avancer=modifier_ailleurs)
    assert modifies == [1]
    assert Besoin.objects.get(dossier=dossier).demi_journees == [4]
    assert seance.passages.get().demi_journees == list(range(10))
    assert lire(Seance.objects.get().instance)["demandes"][0]["voeux"][0]["creneaux"] == list(range(10))
