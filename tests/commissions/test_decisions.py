"""Decisions in the room: guards of the database, another agent in between, undo."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from commissions.models import Decision, EtatSeance, Passage, Seance
from commissions.queries.decisions import dernier_geste
from commissions.services.decisions import (
    annuler_geste,
    consigner_decision,
    ouvrir_seance,
    tenir_seance,
)
from commissions.services.gel import geler_seance
from dossiers.models import Journal, NatureDossier
from dossiers.services.liens import declarer_lien
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.commissions.monde import GEL, NE_BEBE, Monde, monde_a_geler

PLEIN = list(range(10))


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


def ouverte(monde: Monde, **places: Any) -> Seance:
    seance = geler_seance(monde.seance(**places), par=monde.coordination, maintenant=GEL, graine=1)
    return ouvrir_seance(seance, par=monde.coordination, maintenant=GEL)


def passages(seance: Seance) -> list[Passage]:
    return list(seance.passages.order_by("-verifie", "pk"))


def admettre(passage: Passage, monde: Monde, **plus: Any) -> Decision:
    defauts: dict[str, Any] = {
        "sens": "admis",
        "section": monde.bebes,
        "demi_journees": passage.demi_journees,
        "par": monde.coordination,
        "maintenant": GEL,
    }
    return consigner_decision(passage, **{**defauts, **plus})


def test_on_n_admet_pas_plus_d_enfants_que_de_places_par_demi_journee(monde: Monde) -> None:
    for points in (300, 200):
        monde.dossier(points)
    seance = ouverte(monde, places={monde.bebes: [1, 1, 1, 1, 0, 0, 2, 2, 2, 2], monde.ailleurs: 1})
    un, deux = passages(seance)
    with pytest.raises(ErreurMetier, match="place") as refus:
        admettre(un, monde)
    assert refus.value.code == "plus_de_place"
    assert not Decision.objects.exists()
    admettre(un, monde, demi_journees=[0, 1, 6, 7])
    with pytest.raises(ErreurMetier, match="place"):
        admettre(deux, monde, demi_journees=[1, 2, 6, 7])
    admettre(deux, monde, demi_journees=[2, 3, 6, 7])
    # Read again, the same places are one's own: correcting a decision does not count it twice.
    admettre(un, monde, demi_journees=[0, 1, 8, 9])


def test_la_base_refuse_seule_une_place_de_trop(monde: Monde) -> None:
    for points in (300, 200):
        monde.dossier(points)
    seance = ouverte(monde, places={monde.bebes: 1})
    un, deux = passages(seance)
    admettre(un, monde)
    directe = {"sens": "admis", "section": monde.bebes, "demi_journees": [4], "prise_le": GEL}
    with pytest.raises(IntegrityError, match="plus de place"), transaction.atomic():
        Decision.objects.create(passage=deux, **directe)


def test_une_mutation_admise_laisse_sa_place_et_la_reprend_si_on_l_annule(monde: Monde) -> None:
    enfant = factories.creer_enfant(date_naissance=NE_BEBE)
    actuelle = factories.creer_admission(
        monde.bebes, enfant=enfant, debut=date(2027, 4, 1), fin=None, demi_journees=PLEIN
    )
    monde.dossier(
        300,
        enfant=enfant,
        voeux=[monde.autre],
        nature=NatureDossier.MUTATION,
        admission_actuelle=actuelle,
    )
    monde.dossier(200)
    seance = ouverte(monde, places={monde.bebes: 0, monde.ailleurs: 1})
    mutation, suivant = passages(seance)
    assert (mutation.section_actuelle, mutation.demi_journees_actuelles) == (monde.bebes, PLEIN)
    with pytest.raises(ErreurMetier, match="place"):
        admettre(suivant, monde)
    admettre(mutation, monde, section=monde.ailleurs)
    admettre(suivant, monde)
    with pytest.raises(ErreurMetier, match="place"):
        consigner_decision(mutation, sens="ajourne", motif="report", par=None, maintenant=GEL)
    assert Decision.objects.filter(sens="admis").count() == 2


@pytest.mark.parametrize("etat", ["gelee", "tenue"])
def test_hors_d_une_seance_ouverte_rien_ne_se_decide_ni_ne_se_change(monde: Monde, etat: str) -> None:
    monde.dossier()
    seance = geler_seance(monde.seance(), par=None, maintenant=GEL, graine=1)
    passage = seance.passages.get()
    ecrite = {"sens": "ajourne", "motif": "rang", "prise_le": GEL}
    if etat == "tenue":
        ouvrir_seance(seance, par=None, maintenant=GEL)
        consigner_decision(passage, sens="ajourne", motif="rang", par=monde.coordination, maintenant=GEL)
        tenir_seance(seance, par=None, maintenant=GEL)
        assert Decision.objects.update(prise_par=None) == 1
        with pytest.raises(IntegrityError, match="pas ouverte"), transaction.atomic():
            Decision.objects.update(motif="report")
        with pytest.raises(IntegrityError, match="pas ouverte"), transaction.atomic():
            Decision.objects.all().delete()
    else:
        with pytest.raises(IntegrityError, match="pas ouverte"), transaction.atomic():
            Decision.objects.create(passage=passage, **ecrite)
    with pytest.raises(ErreurMetier, match="ouverte"):
        consigner_decision(passage, sens="ajourne", motif="rang", par=None, maintenant=GEL)


def test_la_decision_d_un_autre_entre_temps_se_dit_et_reste(monde: Monde) -> None:
    monde.dossier()
    seance = ouverte(monde)
    passage = seance.passages.get()
    collegue = factories.creer_agent("coordination", nom="Dumas", prenom="Lise")
    consigner_decision(passage, sens="ajourne", motif="report", par=collegue, maintenant=GEL, version=0)
    with pytest.raises(ErreurMetier, match="Lise Dumas vient de décider : « Ajourner »"):
        admettre(passage, monde, version=0)
    decision = Decision.objects.get()
    assert decision.sens == "ajourne"
    annuler_geste(seance, geste=decision.geste, par=collegue, maintenant=GEL)
    with pytest.raises(ErreurMetier, match="annulée"):
        admettre(passage, monde, version=decision.version)
    # A number never serves twice: the page that saw the first decision does not pass for one that saw this.
    nouvelle = admettre(passage, monde, version=0)
    assert nouvelle.version > decision.version


def test_annuler_rend_l_avis_d_avant_puis_aucun(monde: Monde) -> None:
    monde.dossier()
    seance = ouverte(monde)
    passage = seance.passages.get()
    par = monde.coordination
    premiere = consigner_decision(passage, sens="ajourne", motif="report", par=par, maintenant=GEL)
    seconde = admettre(passage, monde)
    with pytest.raises(ErreurMetier, match="entre-temps"):
        annuler_geste(seance, geste=premiere.geste - 1, par=par, maintenant=GEL)
    annuler_geste(seance, geste=seconde.geste, par=par, maintenant=GEL + timedelta(minutes=1))
    rendue = Decision.objects.get()
    assert (rendue.sens, rendue.motif, rendue.section, rendue.geste) == ("ajourne", "report", None, 0)
    assert dernier_geste(seance) == 0
    with pytest.raises(ErreurMetier, match="Aucune décision"):
        annuler_geste(seance, geste=0, par=par, maintenant=GEL)
    dits = Journal.objects.filter(action="commission", objet="avis").order_by("pk")
    assert [d["avis"] for d in dits.values_list("details", flat=True)] == [
        "ajourner",
        "admettre, Câlin-Doudou",
        "annulé, admettre, Câlin-Doudou",
    ]


def test_qui_connait_la_famille_ne_decide_ni_n_annule(monde: Monde) -> None:
    dossier = monde.dossier()
    seance = ouverte(monde)
    passage = seance.passages.get()
    lie = factories.creer_agent("coordination")
    declarer_lien(dossier, par=lie, maintenant=GEL)
    with pytest.raises(ErreurMetier, match="déporté"):
        admettre(passage, monde, par=lie)
    decision = admettre(passage, monde)
    with pytest.raises(ErreurMetier, match="déporté"):
        annuler_geste(seance, geste=decision.geste, par=lie, maintenant=GEL)


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"sens": "ajourne"}, "decision_sens"),
        ({"sens": "ajourne", "motif": "rang", "conforme": False}, "decision_ecart_motive"),
        ({"sens": "ajourne", "motif": "rang", "ecart": "fratrie"}, "decision_ecart_motive"),
        ({"sens": "ajourne", "motif": "rang", "rang_complementaire": 1}, "decision_rang_complementaire"),
    ],
)
def test_contraintes_d_une_decision(monde: Monde, champs: dict[str, Any], contrainte: str) -> None:
    monde.dossier()
    passage = ouverte(monde).passages.get()
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Decision.objects.create(passage=passage, prise_le=GEL, **champs)


@pytest.mark.django_db(transaction=True)
def test_deux_connexions_pour_la_derniere_place_une_seule_l_a() -> None:
    monde = monde_a_geler()
    for points in (300, 200):
        monde.dossier(points)
    seance = ouverte(monde, places={monde.bebes: 1})
    depart, issues = threading.Barrier(2), []

    def decider_ailleurs(passage: Passage) -> None:
        # Straight into the table: the lock of the service is not what is tried here.
        try:
            with transaction.atomic():
                depart.wait(timeout=30)
                Decision.objects.create(
                    passage=passage,
                    sens="admis",
                    section=monde.bebes,
                    demi_journees=PLEIN,
                    prise_le=GEL,
                )
            issues.append("admis")
        except IntegrityError as refus:
            issues.append("refus" if "plus de place" in str(refus) else str(refus))
        finally:
            connection.close()

    fils = [threading.Thread(target=decider_ailleurs, args=[p]) for p in passages(seance)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == ["admis", "refus"]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_une_decision_et_la_fin_de_la_seance_a_la_fois() -> None:
    monde = monde_a_geler()
    monde.dossier()
    seance = ouverte(monde)
    passage = seance.passages.get()
    depart, issues = threading.Barrier(2), []

    def faire(geste: Any) -> None:
        try:
            depart.wait(timeout=30)
            geste()
            issues.append("fait")
        except ErreurMetier as refus:
            issues.append(refus.code)
        finally:
            connection.close()

    gestes = [
        lambda: admettre(passage, monde),
        lambda: tenir_seance(seance, par=monde.coordination, maintenant=GEL),
    ]
    fils = [threading.Thread(target=faire, args=[geste]) for geste in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    seance.refresh_from_db()
    assert seance.etat == EtatSeance.TENUE
    assert len(Decision.objects.all()) == (2 if "seance_fermee" not in issues else 1) - 1
