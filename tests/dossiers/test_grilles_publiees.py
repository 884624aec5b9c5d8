"""Worked examples of published grids, to the point."""

import json
from pathlib import Path

import pytest

from dossiers.regles.cotation import Cotation, coter
from dossiers.regles.documents import grille_de
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import ecrire_grille, lire_grille
from dossiers.regles.situation import lire_situation

GRILLES = Path(__file__).resolve().parents[2] / "fixtures" / "grilles"


def grille(nom: str) -> Grille:
    return grille_de((GRILLES / f"{nom}.json").read_bytes(), nom)


def points(
    nom: str, faits: dict[str, object], *, verifies: list[str] | None = None, **reste: object
) -> Cotation:
    version = grille(nom)
    tous = sorted(version.faits | faits.keys()) if verifies is None else verifies
    return coter(version, lire_situation({"faits": faits, "verifies": tous, **reste}, version))


@pytest.mark.parametrize("chemin", sorted(GRILLES.glob("*.json")), ids=lambda c: c.stem)
def test_a_published_grid_is_written_back_identical(chemin: Path) -> None:
    document = json.loads(chemin.read_text(encoding="utf-8"))
    assert ecrire_grille(lire_grille(document)) == document


COUPLE_ACTIF = {"situation_familiale": "couple", "activite_1": "salarie", "activite_2": "salarie"}
COUPLE_MIXTE = {"situation_familiale": "couple", "activite_1": "salarie", "activite_2": "sans_activite"}
SEUL_ACTIF = {"situation_familiale": "isole", "activite_1": "salarie"}


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 650}, 230),
        ({"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 700}, 230),
        ({"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 701}, 220),
        ({"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 900}, 220),
        ({"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 901}, 180),
        ({"residence_commune": True, **COUPLE_ACTIF}, 150),
        ({"residence_commune": True, **COUPLE_MIXTE}, 130),
        ({"residence_commune": False, **COUPLE_ACTIF, "handicap_enfant": True}, 100),
        ({"situation_familiale": "isole", "activite_1": "recherche_emploi"}, 0),
        ({}, 0),
    ],
)
def test_reims(faits: dict[str, object], attendu: int) -> None:
    cotation = points("reims-2021", faits)
    assert (cotation.declare, cotation.verifie) == (attendu, attendu)


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        (
            {"residence_commune": True, **COUPLE_ACTIF, "metier_en_tension": True, "handicap_enfant": True},
            260,
        ),
        ({"residence_commune": True, **SEUL_ACTIF}, 200),
        ({"residence_commune": True, **COUPLE_MIXTE, "vulnerabilite": True}, 180),
        ({"situation_familiale": "isole", "activite_1": "recherche_emploi", "naissance_multiple": True}, 70),
        (
            {
                "situation_familiale": "couple",
                "activite_1": "sans_activite",
                "activite_2": "recherche_emploi",
                "handicap_fratrie": True,
            },
            40,
        ),
    ],
)
def test_villiers_le_bel(faits: dict[str, object], attendu: int) -> None:
    assert points("villiers-le-bel", faits).verifie == attendu


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        (
            {
                "residence_commune": True,
                **COUPLE_ACTIF,
                "naissance_multiple": True,
                "mode_accueil": "aucune",
            },
            390,
        ),
        ({"residence_commune": True, **SEUL_ACTIF, "mode_accueil": "assistante_maternelle"}, 380),
        (
            {
                "residence_commune": True,
                "situation_familiale": "couple",
                "activite_1": "salarie",
                "activite_2": "recherche_emploi",
                "mode_accueil": "assistante_maternelle",
                "mode_inadapte": True,
            },
            350,
        ),
        (
            {
                "residence_commune": True,
                "situation_familiale": "couple",
                "activite_1": "salarie",
                "activite_2": "conge_parental",
                "mode_accueil": "conge_parental",
            },
            320,
        ),
        ({"residence_commune": True, "nb_passages": 3, "nb_refus_offre": 2}, 310),
        ({"nb_refus_offre": 1, "manquement_reglement": True}, -50),
        ({"parent_mineur": True, **SEUL_ACTIF, "adoption": True, "aine_sans_place": True}, 130),
    ],
)
def test_pessac(faits: dict[str, object], attendu: int) -> None:
    assert points("pessac-2022", faits).verifie == attendu


def test_pessac_medico_social_line_is_bounded_and_signed() -> None:
    pose = [{"critere": "suivi", "points": 70, "motif": "avis_pmi", "auteur": "M. Diallo"}]
    cotation = points("pessac-2022", {"residence_commune": True}, manuelles=pose)
    assert cotation.verifie == 370
    ligne = next(ligne for ligne in cotation.lignes if ligne.critere == "suivi")
    assert ligne.protege
    assert ligne.raison == "Avis de la PMI, par M. Diallo"


def test_unverified_facts_give_declared_points_only() -> None:
    faits = {"residence_commune": True, **SEUL_ACTIF, "quotient_familial": 650}
    cotation = points("reims-2021", faits, verifies=["residence_commune"])
    assert (cotation.declare, cotation.verifie) == (230, 100)


def test_a_couple_is_believed_but_two_jobs_need_two_proofs() -> None:
    cotation = points("reims-2021", COUPLE_ACTIF, verifies=["activite_1"])
    assert (cotation.declare, cotation.verifie) == (50, 30)
    assert points("reims-2021", COUPLE_ACTIF, verifies=["activite_1", "activite_2"]).verifie == 50


def test_the_demonstration_grid_says_what_it_is() -> None:
    version = grille("demonstration")
    assert "données de démonstration" in version.nom
    assert 13 <= len(version.criteres) <= 16


def test_the_demonstration_grid_adds_wish_lines_to_the_common_ones() -> None:
    faits = {"residence_commune": True, "fratrie_accueillie": True, "nb_passages": 7}
    voeux = [
        {"structure": "A", "faits": {"fratrie_meme_structure": True}},
        {"structure": "B", "faits": {"fratrie_meme_structure": False}},
    ]
    cotation = points("demonstration", faits, voeux=voeux)
    assert (cotation.declare, cotation.verifie) == (170, 170)
    assert [(v.structure, v.declare, v.verifie) for v in cotation.par_voeu] == [
        ("A", 180, 180),
        ("B", 170, 170),
    ]
    assert [(ligne.critere, ligne.points) for ligne in cotation.par_voeu[0].lignes] == [
        ("groupe:fratrie", -20),
        ("fratrie_structure", 30),
    ]
