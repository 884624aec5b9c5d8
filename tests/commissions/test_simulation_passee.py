"""A draft grid on a past séance: the facts of the freeze, whatever became of them since."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions.models import Seance
from commissions.queries.candidats import places_de
from commissions.queries.points_essai import profils
from commissions.queries.proposition import lire_proposition
from commissions.services.essai import Changement, essayer, simuler
from dossiers.models import Besoin, Dossier, Famille, PieceJustificative, Responsable, Voeu
from dossiers.queries.grilles import grille_pure
from dossiers.queries.passe import _tables, base_au
from dossiers.queries.situations import situations
from dossiers.regles.faits import BOOL, FAITS
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.test_essai_pages import CRITERE
from tests.commissions.test_proposition import geler

pytestmark = pytest.mark.django_db(transaction=True)
JOUR = date(2028, 2, 7)


@pytest.fixture
def monde() -> Monde:
    return monde_a_geler()


def seance_gelee(monde: Monde) -> Seance:
    """Six single parents ahead of six couples, for four places; Bellevue, an income band each."""
    quartier = factories.creer_quartier(nom="Bellevue")
    for n in range(12):
        famille = factories.creer_famille(
            situation="couple" if n >= 6 else "isole",
            quotient_familial=300 if n % 2 else 900,
            responsable={"activite": "salarie" if n >= 6 else "sans_activite"},
        )
        monde.dossier(100 - n, famille=famille, quartier=quartier)
    return geler(monde.seance(places={monde.bebes: 4}))


def tableaux(simulee: dict[str, Any]) -> dict[str, list[list[Any]]]:
    return {t["titre"]: t["lignes"] for t in simulee["tableaux"]}


def test_la_simulation_lit_les_faits_du_gel(monde: Monde) -> None:
    seance = seance_gelee(monde)
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    avant = simuler(seance, projet, le=JOUR)
    assert tableaux(avant)["Type de foyer"] == [["En couple", 6, 0, 4], ["Parent seul", 6, 4, 0]]
    # Since then, everyone separated, moved, earns more and stopped working.
    autre = factories.creer_quartier(nom="Tarentaize")
    Famille.objects.update(situation="isole", quotient_familial=2000)
    Dossier.objects.update(quartier=autre)
    Responsable.objects.update(activite="sans_activite")
    assert simuler(seance, projet, le=JOUR) == avant
    assert tableaux(avant)["Quartier"] == [["Bellevue", 12, 4, 4]]
    assert tableaux(avant)["Activité"] == [
        ["Aucun adulte en activité", 6, 4, 0],
        ["Tous les adultes en activité", 6, 0, 4],
    ]
    assert avant["sans_faits"] == 0


def test_une_liste_en_attente_lit_les_faits_d_aujourd_hui(monde: Monde) -> None:
    monde.dossier(100)
    monde.dossier(50, famille=factories.creer_famille(situation="couple"))
    seance = monde.seance(places={monde.bebes: 1})
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    assert simuler(seance, projet, le=JOUR)["gagnent"] == 1
    Famille.objects.update(situation="isole")
    assert simuler(seance, projet, le=JOUR)["gagnent"] == 0


def test_l_essai_d_une_grille_lit_aussi_les_faits_du_gel(monde: Monde) -> None:
    seance = seance_gelee(monde)
    proposition = factories.creer_proposition(seance)
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    Famille.objects.update(situation="isole")
    places = places_de(seance)
    essai = essayer(lire_proposition(proposition, places), Changement(grille=projet), places, jour=JOUR)
    assert len(essai.difference.gagnent) == 4


def test_un_choix_une_piece_et_une_suppression_se_lisent_comme_au_gel(monde: Monde) -> None:
    dossier = monde.dossier(100, voeux=[monde.creche, monde.autre])
    piece = PieceJustificative.objects.create(dossier=dossier, code="attente_naissance")
    instant = timezone.now()
    piece.delete()
    dossier.voeux.filter(rang=2).delete()
    dossier.besoins.update(demi_journees=[0])
    recent = monde.dossier(50)
    assert (Voeu.objects.filter(dossier=dossier).count(), PieceJustificative.objects.count()) == (1, 0)
    with base_au(instant):
        assert Voeu.objects.filter(dossier=dossier).count() == 2
        assert PieceJustificative.objects.get().pk
        assert Besoin.objects.get(dossier=dossier).demi_journees == list(range(10))
        assert not Dossier.objects.filter(pk=recent.pk).exists()
    assert Dossier.objects.filter(pk=recent.pk).exists()


def test_le_passe_ne_s_ecrit_pas(monde: Monde) -> None:
    dossier = monde.dossier(100)
    with base_au(timezone.now()), pytest.raises(RuntimeError, match="ne s’écrit pas"):
        Dossier.objects.filter(pk=dossier.pk).update(solution="")


def test_une_famille_protegee_depuis_n_est_dans_aucun_groupe(monde: Monde) -> None:
    seance = seance_gelee(monde)
    projet = factories.creer_version_grille(nom="Projet", criteres=[CRITERE])
    Famille.objects.filter(pk=monde.suite[0].famille_id).update(protegee=True, protegee_le=timezone.now())
    foyers = tableaux(simuler(seance, projet, le=JOUR))["Type de foyer"]
    assert foyers == [["En couple", 6, 0, 4], ["Parent seul", 5, 3, 0]]


def test_tout_ce_que_la_cote_lit_se_lit_au_passe(monde: Monde) -> None:
    """Every table a score or its groups read, but the author's name of a manual line and dated settings."""
    dossier = monde.dossier(100)
    criteres = [
        {"code": f"c{n}", "libelle": fait.libelle, "points": 1, "si": {"fait": fait.code, "est": True}}
        for n, fait in enumerate(un for un in FAITS.values() if un.type == BOOL)
    ]
    complete = factories.creer_version_grille(nom="Complète", criteres=criteres)
    grille = grille_pure(complete)
    with CaptureQueriesContext(connection) as captees:
        list(situations([dossier.pk], grille=grille, jour=JOUR))
        profils([dossier.numero])
    lues = {t for q in captees for t in re.findall(r'(?:FROM|JOIN) "(\w+)"', q["sql"])}
    assert lues - set(_tables()) <= {"structures_agent", "structures_reglage"}
    assert {"structures_convention", "dossiers_admission"} <= lues
