"""Depositing: one dossier per child, complete when the compulsory pieces are seen, numbered once."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Brouillon, Dossier, Journal, PieceJustificative, Rapprochement
from dossiers.regles.saisie import (
    Saisie,
    SaisieBesoin,
    SaisieEnfant,
    SaisiePiece,
    SaisieResponsable,
)
from dossiers.services.depot import deposer_dossier
from guichet.erreurs import ErreurMetier
from structures.models import Mairie, Reglage, Structure
from tests import factories

pytestmark = pytest.mark.django_db
MAINTENANT = datetime(2026, 11, 22, 10, 42, tzinfo=ZoneInfo("Europe/Paris"))
JOUR = date(2026, 11, 22)
OBLIGATOIRES = ("identite", "domicile", "autorite_parentale")


@pytest.fixture
def mairie() -> Mairie:
    return factories.creer_mairie()


@pytest.fixture
def structure() -> Structure:
    structure = factories.creer_structure()
    factories.creer_section(structure)
    return structure


def saisie(structure: Structure, **champs: Any) -> Saisie:
    defauts: dict[str, Any] = {
        "enfants": (SaisieEnfant("Ferrand", "Lino", naissance=date(2026, 9, 14)),),
        "responsables": (SaisieResponsable("Ferrand", "Maud", telephone="0639984107", activite="salarie"),),
        "besoins": (SaisieBesoin("regulier", date(2027, 3, 1), (0, 1, 2, 3, 6, 7, 8, 9)),),
        "voeux": (structure.pk,),
        "depose_le": JOUR,
        "situation": "isole",
        "pieces": tuple(SaisiePiece(code, vue_le=JOUR) for code in OBLIGATOIRES),
    }
    return Saisie(**{**defauts, **champs})


def deposer(entree: Saisie, mairie: Mairie, **options: Any) -> list[Dossier]:
    options.setdefault("par", None)
    return deposer_dossier(entree, mairie=mairie, maintenant=MAINTENANT, **options)


def test_un_dossier_complet_est_actif_du_jour_de_ses_pieces(mairie: Mairie, structure: Structure) -> None:
    [dossier] = deposer(saisie(structure), mairie)
    dossier.refresh_from_db()
    assert dossier.numero.startswith("2026-")
    assert len(dossier.numero) == 11
    assert (dossier.etat, dossier.complet_le, dossier.depose_le) == ("actif", JOUR, JOUR)
    assert dossier.a_renouveler_le == date(2027, 5, 24)
    besoin = dossier.besoins.get()
    assert besoin.heures_semaine == 38
    assert besoin.horaires["1"] == ["12:30", "17:30"]
    assert [v.structure for v in dossier.voeux.all()] == [structure]
    assert Journal.objects.get(dossier=dossier).action == "depot"


def test_le_papier_date_le_depot_et_les_pieces_la_completude(mairie: Mairie, structure: Structure) -> None:
    papier = date(2026, 11, 3)
    pieces = (
        SaisiePiece("identite", vue_le=papier),
        SaisiePiece("domicile", vue_le=date(2026, 11, 12)),
        SaisiePiece("autorite_parentale", vue_le=papier),
    )
    [dossier] = deposer(saisie(structure, depose_le=papier, pieces=pieces), mairie)
    assert (dossier.depose_le, dossier.complet_le) == (papier, date(2026, 11, 12))


def test_une_preuve_de_critere_ne_retarde_jamais(mairie: Mairie, structure: Structure) -> None:
    pieces = (*saisie(structure).pieces, SaisiePiece("activite_1"))
    [dossier] = deposer(saisie(structure, pieces=pieces), mairie)
    assert dossier.etat == "actif"
    attendue = PieceJustificative.objects.get(famille=dossier.famille, code="activite_1")
    assert (attendue.etat, attendue.obligatoire) == ("attendue", False)


def test_sans_piece_obligatoire_le_dossier_attend(mairie: Mairie, structure: Structure) -> None:
    [dossier] = deposer(saisie(structure, pieces=()), mairie)
    assert (dossier.etat, dossier.complet_le) == ("incomplet", None)
    attendues = PieceJustificative.objects.filter(obligatoire=True, etat="attendue")
    assert set(attendues.values_list("code", flat=True)) == set(OBLIGATOIRES)


def test_la_liste_des_pieces_obligatoires_est_un_reglage(mairie: Mairie, structure: Structure) -> None:
    Reglage.objects.create(cle="pieces_obligatoires", valeur=["identite"], a_partir_du=date(2026, 1, 1))
    pieces = (SaisiePiece("identite", "déclaration de grossesse", JOUR),)
    enfants = (SaisieEnfant("Ferrand", terme=date(2027, 3, 10)),)
    besoins = (SaisieBesoin("regulier", date(2027, 9, 1), (0, 1)),)
    [dossier] = deposer(saisie(structure, pieces=pieces, enfants=enfants, besoins=besoins), mairie)
    assert dossier.etat == "actif"
    assert dossier.enfant.a_naitre


def test_des_jumeaux_font_deux_dossiers_d_une_meme_naissance(mairie: Mairie, structure: Structure) -> None:
    terme = date(2027, 3, 10)
    deux = saisie(
        structure,
        enfants=(SaisieEnfant("Ferrand", terme=terme), SaisieEnfant("Ferrand", terme=terme)),
        besoins=(SaisieBesoin("regulier", date(2027, 9, 1), (0, 1)),),
        regle_groupe="ensemble_ou_rien",
        pieces=(*saisie(structure).pieces, SaisiePiece("handicap_enfant", vue_le=JOUR, enfant=1)),
    )
    premier, second = deposer(deux, mairie)
    assert premier.famille_id == second.famille_id
    assert premier.enfant.groupe == second.enfant.groupe
    assert premier.enfant.groupe.regle == "ensemble_ou_rien"
    assert (premier.enfant.rang_naissance, second.enfant.rang_naissance) == (1, 2)
    assert premier.numero != second.numero
    assert second.pieces.filter(code="handicap_enfant").exists()
    assert not premier.pieces.filter(code="handicap_enfant").exists()
    assert PieceJustificative.objects.filter(code="domicile").count() == 1


def test_un_refus_n_ecrit_rien(mairie: Mairie, structure: Structure) -> None:
    futur = saisie(structure, enfants=(SaisieEnfant("Ferrand", "Lino", naissance=date(2027, 1, 1)),))
    with pytest.raises(ErreurMetier) as refus:
        deposer(futur, mairie)
    assert (refus.value.code, refus.value.champ) == ("naissance_future", "enfants.0.naissance")
    assert not Dossier.objects.exists()


def test_le_brouillon_part_avec_le_depot_et_un_second_clic_ne_depose_rien(
    mairie: Mairie, structure: Structure
) -> None:
    agent = factories.creer_agent("agent", mairie=mairie)
    brouillon = Brouillon.objects.create(agent=agent, cree_le=MAINTENANT, modifie_le=MAINTENANT)
    deposer(saisie(structure), mairie, par=agent, brouillon=brouillon.pk)
    assert not Brouillon.objects.exists()
    with pytest.raises(ErreurMetier) as refus:
        deposer(saisie(structure), mairie, par=agent, brouillon=brouillon.pk)
    assert refus.value.code == "brouillon_disparu"
    assert Dossier.objects.count() == 1


def test_une_ressemblance_ecartee_garde_sa_raison(mairie: Mairie, structure: Structure) -> None:
    ancien = factories.creer_dossier()
    [dossier] = deposer(saisie(structure, distinctions={(0, ancien.pk): "homonyme"}), mairie)
    paire = Rapprochement.objects.get()
    assert (paire.dossier, paire.autre, paire.motif) == (ancien, dossier, "homonyme")
    with pytest.raises(ErreurMetier):
        deposer(saisie(structure, distinctions={(0, ancien.pk): "parce que"}), mairie)


def test_un_frere_se_depose_dans_la_meme_famille(mairie: Mairie, structure: Structure) -> None:
    [aine] = deposer(saisie(structure), mairie)
    cadet = replace(
        saisie(structure, famille=aine.famille_id, pieces=()),
        enfants=(SaisieEnfant("Ferrand", "Sol", naissance=date(2025, 1, 2)),),
    )
    [dossier] = deposer(cadet, mairie)
    assert dossier.famille_id == aine.famille_id
    assert dossier.famille.responsables.count() == 1
    assert dossier.etat == "incomplet"
    assert dossier.pieces.get(code="identite").etat == "attendue"
    assert dossier.famille.pieces.get(code="domicile").etat == "vue"


def test_le_depot_de_deux_enfants_ne_coute_pas_plus_que_celui_d_un(
    mairie: Mairie, structure: Structure
) -> None:
    def compter(entree: Saisie) -> int:
        with CaptureQueriesContext(connection) as requetes:
            deposer(entree, mairie)
        return len([r for r in requetes if "SAVEPOINT" not in r["sql"]])

    un = saisie(structure)
    autre = SaisieEnfant("Ferrand", "Sol", naissance=date(2026, 9, 14))
    assert compter(replace(un, enfants=(*un.enfants, autre))) <= compter(un) + 1 <= 20
