"""From rows to points, one dossier or all of them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Cotation, PieceJustificative
from dossiers.queries.grilles import grille_en_vigueur
from dossiers.queries.situations import situations
from dossiers.regles.faits import FAITS
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import lire_grille
from dossiers.services.cotation import (
    coter_dossier,
    recoter_tout,
)
from dossiers.taches import recoter_la_nuit
from tests import factories
from tests.dossiers.cotation_type import courante, dossier_type, en_vigueur, vue
from tests.factories import INSTANT, JOUR


@pytest.mark.django_db
def test_a_dossier_is_scored_from_its_rows() -> None:
    en_vigueur("reims-2021")
    dossier = dossier_type()
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert (cotation.declare, cotation.verifie) == (230, 100)
    assert [(x["critere"], x["points"], x["verifie"]) for x in cotation.lignes] == [
        ("residence", 100, True),
        ("isole_actif", 80, False),
        ("quotient", 50, False),
    ]
    assert cotation.cle_rang == f"1499900{dossier.complet_le:%Y%m%d}{dossier.numero}"


@pytest.mark.django_db
def test_a_piece_seen_or_out_of_date_changes_the_verified_points() -> None:
    en_vigueur("reims-2021")
    dossier = dossier_type()
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    vue("ressources", famille=dossier.famille)
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert courante(dossier).verifie == 150
    PieceJustificative.objects.filter(code="domicile").update(valide_jusqu_au=date(2026, 11, 22))
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert courante(dossier).verifie == 50
    assert Cotation.objects.filter(dossier=dossier).count() == 3


@pytest.mark.django_db
def test_an_unchanged_dossier_keeps_its_score() -> None:
    en_vigueur()
    dossier = dossier_type()
    premiere = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert coter_dossier(dossier, par=None, maintenant=INSTANT) == premiere
    assert Cotation.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_scored_before_a_grid_nor_off_the_list() -> None:
    dossier = dossier_type()
    assert coter_dossier(dossier, par=None, maintenant=INSTANT) is None
    assert grille_en_vigueur() is None
    en_vigueur()
    clos = dossier_type(etat="clos")
    assert coter_dossier(clos, par=None, maintenant=INSTANT) is None


@pytest.mark.django_db
def test_a_sibling_present_is_known_from_the_admissions_and_counts_more_in_its_structure() -> None:
    en_vigueur()
    section = factories.creer_section()
    autre = factories.creer_structure()
    dossier = dossier_type(voeux=[autre, section.structure])
    aine = factories.creer_enfant(dossier.famille)
    factories.creer_admission(section, enfant=aine)
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert (cotation.declare, cotation.verifie) == (230, 120)
    ici = cotation.par_voeu[str(section.structure_id)]
    assert (ici["declare"], ici["verifie"]) == (240, 130)
    assert ici["cle"].startswith("1499870")
    assert str(autre.pk) not in cotation.par_voeu
    lignes = [x for x in cotation.lignes if x.get("voeu") == section.structure_id]
    assert sum(x["points"] for x in lignes) == 10


@pytest.mark.django_db
def test_a_sibling_gone_before_the_entry_gives_nothing() -> None:
    en_vigueur()
    dossier = dossier_type()
    aine = factories.creer_enfant(dossier.famille)
    factories.creer_admission(factories.creer_section(), enfant=aine, fin=date(2027, 8, 31))
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert "fratrie" not in {x["critere"] for x in cotation.lignes}


@pytest.mark.django_db
def test_scoring_takes_the_same_queries_for_three_dossiers_and_for_thirty() -> None:
    version = en_vigueur()

    def cout(nombre: int) -> int:
        for _ in range(nombre):
            dossier_type(voeux=[factories.creer_structure()])
        with CaptureQueriesContext(connection) as requetes:
            recoter_tout(version, maintenant=INSTANT, refaire=True)
        return len(requetes)

    assert cout(3) == cout(30)


@pytest.mark.django_db
def test_the_night_scores_again_what_time_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    version = en_vigueur()
    dossier = dossier_type()
    recoter_la_nuit(0)
    assert courante(dossier).grille == version
    recoter_la_nuit(0)
    assert Cotation.objects.count() == 1


def toute_grille() -> Grille:
    """A grid that asks every fact there is."""
    exemples = {"bool": True, "entier": 1, "decimal": 1, "date": "2026-01-01"}
    criteres = [
        {
            "code": fait.code,
            "libelle": fait.libelle,
            "points": 1,
            "si": {"fait": fait.code, "est": fait.choix[0][0] if fait.choix else exemples[fait.type]},
        }
        for fait in FAITS.values()
    ]
    return lire_grille({"format": 1, "nom": "Tout", "criteres": criteres})


@pytest.mark.django_db
def test_one_parent_s_piece_never_proves_the_other_s_job() -> None:
    en_vigueur("reims-2021")
    famille = factories.creer_famille(situation="couple", responsable={"activite": "salarie"})
    factories.creer_responsable(famille, activite="salarie")
    dossier = factories.creer_dossier(famille=famille)
    for piece, verifie in (("activite_1", 30), ("activite_2", 50)):
        vue(piece, famille=famille)
        cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
        assert cotation is not None
        assert (cotation.declare, cotation.verifie) == (150, verifie)


@pytest.mark.django_db
def test_facts_read_from_the_rows() -> None:
    quartier = factories.creer_quartier(prioritaire=True)
    structure = factories.creer_structure(quartier=quartier)
    famille = factories.creer_famille(
        situation="couple",
        enfants_a_charge=3,
        ressources_mensuelles="1234.50",
        faits={"vulnerabilite": True, "disparu": True},
        responsable={"activite": "stage", "heures_hebdo": "28.5", "commune": "ST-ETIENNE", "code_postal": ""},
    )
    factories.creer_responsable(famille, activite="sans_activite", commune="Lyon")
    enfant = factories.creer_enfant(famille, date_naissance=None, date_prevue_naissance=date(2027, 3, 14))
    dossier = factories.creer_dossier(
        famille=famille,
        enfant=enfant,
        quartier=quartier,
        voeux=[structure],
        besoin={"demi_journees": [0, 1, 4], "heures_semaine": "12.5", "alternatives": [[0, 1]]},
        nb_passages=2,
    )
    [ligne] = situations([dossier.pk], grille=toute_grille(), jour=JOUR)
    faits = ligne.situation.declares
    attendus = {
        "situation_familiale": "couple",
        "activite_1": "stage",
        "activite_2": "sans_activite",
        "heures_travail_1": 28.5,
        "nb_parents_actifs": 1,
        "enfants_a_charge": 3,
        "famille_nombreuse": True,
        "ressources_mensuelles": 1234.5,
        "vulnerabilite": True,
        "enfant_a_naitre": True,
        "age_entree_mois": 5,
        "age_mois": -4,
        "nb_demi_journees": 3,
        "nb_jours": 2,
        "heures_semaine": 12.5,
        "accepte_alternatives": True,
        "nb_passages": 2,
        "mode_accueil": "aucune",
        "quartier_prioritaire": True,
        "fratrie_accueillie": False,
    }
    assert {code: faits.get(code) for code in attendus} == attendus
    assert "disparu" not in faits
    voeu = ligne.situation.voeux[0].declares
    assert (voeu["rang_voeu"], voeu["quartier_structure"]) == (1, True)
