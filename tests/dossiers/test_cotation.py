"""From facts to points: three-valued logic, groups and ceilings applied to each list apart."""

from typing import Any

import pytest

from dossiers.regles.grille import Grille
from dossiers.regles.situation import lire_situation
from guichet.erreurs import ErreurMetier
from tests.dossiers.petite_grille import GROUPE, cote, fixe, grille, lignes, oui


def test_an_unknown_fact_gives_nothing_even_denied() -> None:
    version = grille(fixe("sans_adoption", 10, {"non": oui("adoption")}))
    assert cote(version, {}).declare == 0
    assert cote(version, {"adoption": None}).declare == 0
    assert cote(version, {"adoption": False}).verifie == 10
    assert cote(version, {"adoption": True}).declare == 0


@pytest.mark.parametrize(
    ("a", "b", "tous", "un"),
    [(True, True, 1, 2), (True, None, 0, 2), (None, True, 0, 2), (False, None, 0, 0), (None, None, 0, 0)],
)
def test_all_and_one_in_three_values(a: bool | None, b: bool | None, tous: int, un: int) -> None:
    conditions = [oui("adoption"), oui("parent_mineur")]
    version = grille(fixe("tous", 1, {"tous": conditions}), fixe("un", 2, {"un": conditions}))
    assert cote(version, {"adoption": a, "parent_mineur": b}).declare == tous + un


@pytest.mark.parametrize(
    ("condition", "vrais", "faux"),
    [
        ({"max": 700}, [0, 700], [700.01, 701]),
        ({"min": 700}, [700, 9000], [699.99]),
        ({"plus_de": 700}, [700.01], [700]),
        ({"moins_de": 700}, [699.99], [700]),
        ({"min": 700, "max": 900}, [700, 900], [699, 901]),
        ({"plus_de": 700, "moins_de": 900}, [701, 899.5], [700, 900]),
        ({"plus_de": 700, "max": 900}, [900], [700, 901]),
        ({"est": 700}, [700, 700.0], [701]),
        ({"parmi": [1, 2]}, [1, 2], [3]),
    ],
)
def test_bounds_at_their_edges(condition: dict[str, Any], vrais: list[float], faux: list[float]) -> None:
    version = grille(fixe("qf", 5, {"fait": "quotient_familial", **condition}))
    assert [cote(version, {"quotient_familial": v}).declare for v in vrais] == [5] * len(vrais)
    assert [cote(version, {"quotient_familial": v}).declare for v in faux] == [0] * len(faux)


def test_a_date_is_compared_as_a_day() -> None:
    version = grille(fixe("ete", 5, {"fait": "date_entree", "min": "2026-06-01", "moins_de": "2026-09-01"}))
    assert cote(version, {"date_entree": "2026-08-31"}).verifie == 5
    assert cote(version, {"date_entree": "2026-09-01"}).verifie == 0


def test_the_first_true_level_wins_and_an_unknown_level_is_skipped() -> None:
    niveaux = [
        {"si": oui("handicap_enfant"), "points": 100},
        {"si": {"fait": "quotient_familial", "max": 700}, "points": 50, "libelle": "Bas"},
        {"si": {"fait": "quotient_familial", "max": 900}, "points": 40},
    ]
    version = grille({"code": "niveau", "libelle": "Niveau", "niveaux": niveaux})
    assert cote(version, {"quotient_familial": 650}).declare == 50
    assert cote(version, {"quotient_familial": 650, "handicap_enfant": True}).declare == 100
    assert cote(version, {"quotient_familial": 901}).declare == 0
    raison = cote(version, {"quotient_familial": 650}).lignes[0].raison
    assert raison == "Bas\u00a0: quotient familial de 650, au plus 700"


def test_a_lower_level_counts_while_the_higher_one_is_only_declared() -> None:
    niveaux = [
        {"si": oui("handicap_enfant"), "points": 100},
        {"si": oui("residence_commune"), "points": 40},
    ]
    version = grille({"code": "niveau", "libelle": "Niveau", "niveaux": niveaux})
    cotation = cote(version, {"handicap_enfant": True, "residence_commune": True}, "residence_commune")
    assert (cotation.declare, cotation.verifie) == (100, 40)
    assert lignes(cotation) == [("niveau", 40, True), ("niveau", 60, False)]


@pytest.mark.parametrize(
    ("par", "passages", "attendu"),
    [
        ({"points": 10}, 7, 70),
        ({"points": 10, "max": 5}, 7, 50),
        ({"points": 10, "max": 5}, 5, 50),
        ({"points": 10, "max": 5}, 4, 40),
        ({"points": 5, "tranche": 3}, 8, 10),
        ({"points": 5, "au_dela_de": 2}, 2, 0),
        ({"points": 5, "au_dela_de": 2}, 3, 5),
        ({"points": 5, "au_dela_de": 2, "tranche": 2, "max": 1}, 9, 5),
        ({"points": -10}, 2, -20),
        ({"points": 10}, 0, 0),
    ],
)
def test_repeated_lines(par: dict[str, int], passages: int, attendu: int) -> None:
    version = grille({"code": "r", "libelle": "R", "par": {"fait": "nb_passages", **par}})
    assert cote(version, {"nb_passages": passages}).verifie == attendu


def test_a_line_ceiling_bounds_gains_and_losses() -> None:
    def ligne(points: int) -> Grille:
        return grille(
            {"code": "r", "libelle": "R", "par": {"fait": "nb_passages", "points": points}, "plafond": 25}
        )

    assert cote(ligne(10), {"nb_passages": 9}).verifie == 25
    assert cote(ligne(-10), {"nb_passages": 9}).verifie == -25


def test_only_the_best_line_of_a_group_counts_and_the_first_on_a_tie() -> None:
    version = grille(
        fixe("petite", 30, oui("adoption"), groupe="g"),
        fixe("grande", 50, oui("parent_mineur"), groupe="g"),
        fixe("egale", 50, oui("residence_commune"), groupe="g"),
        groupes=GROUPE,
    )
    cotation = cote(
        version,
        {"adoption": True, "parent_mineur": True, "residence_commune": True},
        "adoption",
        "parent_mineur",
        "residence_commune",
    )
    assert lignes(cotation) == [("grande", 50, True)]
    assert [(e.critere, e.points) for e in cotation.ecartees] == [("petite", 30), ("egale", 50)]
    assert cotation.ecartees[0].ecartee == "« Grande » compte à sa place"


def test_a_verified_lesser_line_counts_while_the_better_one_is_only_declared() -> None:
    version = grille(
        fixe("petite", 30, oui("adoption"), groupe="g"),
        fixe("grande", 50, oui("parent_mineur"), groupe="g"),
        groupes=GROUPE,
    )
    faits = {"adoption": True, "parent_mineur": True}
    cotation = cote(version, faits, "adoption")
    assert (cotation.declare, cotation.verifie) == (50, 30)
    assert lignes(cotation) == [("petite", 30, True), ("groupe:g", -30, False), ("grande", 50, False)]
    assert cote(version, faits, "parent_mineur").verifie == 50
    assert cote(version, faits).verifie == 0


def test_ceilings_apply_apart_to_what_is_declared_and_to_what_is_verified() -> None:
    version = grille(
        fixe("a", 80, oui("adoption")),
        fixe("b", 50, oui("parent_mineur")),
        plafonds=[{"code": "p", "libelle": "Social", "criteres": ["a", "b"], "max": 100}],
    )
    faits = {"adoption": True, "parent_mineur": True}
    cotation = cote(version, faits, "adoption")
    assert (cotation.declare, cotation.verifie) == (100, 80)
    assert lignes(cotation) == [("a", 80, True), ("b", 50, False), ("plafond:p", -30, False)]
    assert cotation.lignes[-1].raison == "100 points au plus"
    assert lignes(cote(version, faits, "adoption", "parent_mineur"))[-1] == ("plafond:p", -30, True)


def test_a_floor_limits_losses_and_never_gives_points_by_itself() -> None:
    plafonds = [{"code": "p", "libelle": "Pénalités", "criteres": ["a", "b"], "min": -30}]
    version = grille(
        fixe("a", -20, {"fait": "nb_refus_offre", "min": 1}),
        fixe("b", -30, oui("manquement_reglement")),
        plafonds=plafonds,
    )
    assert cote(version, {"nb_refus_offre": 1, "manquement_reglement": True}).verifie == -30
    assert cote(version, {"nb_refus_offre": 1}).verifie == -20
    assert cote(version, {}).verifie == 0


def test_nested_ceilings_go_from_the_smallest_to_the_largest() -> None:
    version = grille(
        fixe("a", 60, oui("adoption")),
        fixe("b", 60, oui("parent_mineur")),
        fixe("c", 60, oui("residence_commune")),
        plafonds=[
            {"code": "large", "libelle": "L", "criteres": ["a", "b", "c"], "max": 110},
            {"code": "etroit", "libelle": "E", "criteres": ["a", "b"], "max": 70},
        ],
        plafond_total=100,
    )
    cotation = cote(
        version,
        {"adoption": True, "parent_mineur": True, "residence_commune": True},
        *("adoption", "parent_mineur", "residence_commune"),
    )
    assert cotation.verifie == 100
    assert lignes(cotation)[3:] == [
        ("plafond:etroit", -50, True),
        ("plafond:large", -20, True),
        ("plafond_total", -10, True),
    ]


def test_a_wish_adds_its_lines_and_ceilings_come_last() -> None:
    version = grille(
        fixe("residence", 90, oui("residence_commune")),
        fixe("quartier", 20, oui("quartier_structure")),
        plafond_total=100,
    )
    voeux = [
        {"structure": "A", "faits": {"quartier_structure": True}},
        {"structure": "B", "faits": {"quartier_structure": False}},
        {"structure": "C"},
    ]
    cotation = cote(version, {"residence_commune": True}, "residence_commune", voeux=voeux)
    assert (cotation.declare, cotation.verifie) == (90, 90)
    assert [(v.structure, v.declare) for v in cotation.par_voeu] == [("A", 100), ("B", 90), ("C", 90)]
    assert [(x.critere, x.points, x.voeu) for x in cotation.par_voeu[0].lignes] == [
        ("quartier", 20, "A"),
        ("plafond_total", -10, "A"),
    ]


def test_without_wishes_a_wish_fact_may_be_given_with_the_others() -> None:
    version = grille(fixe("quartier", 20, oui("quartier_structure")))
    assert cote(version, {"quartier_structure": True}).verifie == 20


@pytest.mark.parametrize(
    ("points", "permis"), [(10, True), (95, False), (100, True), (9, False), (101, False)]
)
def test_manual_lines_stay_within_their_bounds(points: int, permis: bool) -> None:
    version = grille({"code": "suivi", "libelle": "Suivi", "manuel": {"min": 10, "max": 100, "pas": 10}})
    pose = [{"critere": "suivi", "points": points, "motif": "avis_pmi"}]
    if permis:
        assert cote(version, {}, manuelles=pose).verifie == points
    else:
        with pytest.raises(ErreurMetier, match="de 10 à 100, de 10 en 10"):
            cote(version, {}, manuelles=pose)


def test_a_manual_line_with_a_condition_follows_it() -> None:
    version = grille(
        {
            "code": "suivi",
            "libelle": "Suivi",
            "si": oui("suivi_medico_social"),
            "manuel": {"min": 10, "max": 100},
        }
    )
    pose = [{"critere": "suivi", "points": 40, "motif": "avis_pmi"}]
    assert cote(version, {}, manuelles=pose).declare == 0
    declaree = cote(version, {"suivi_medico_social": True}, manuelles=pose)
    assert (declaree.declare, declaree.verifie) == (40, 0)
    assert cote(version, {"suivi_medico_social": True}, "suivi_medico_social", manuelles=pose).verifie == 40


def test_a_criterion_on_trust_counts_as_declared() -> None:
    version = grille(fixe("adoption", 20, oui("adoption"), preuves=["sur_parole"]))
    assert cote(version, {"adoption": True}).verifie == 20


def test_one_true_branch_verified_is_enough() -> None:
    version = grille(fixe("un", 20, {"un": [oui("sans_mode_accueil"), oui("mode_inadapte")]}))
    faits = {"mode_accueil": "aucune", "mode_inadapte": True}
    assert cote(version, faits, "mode_inadapte").verifie == 20
    assert cote(version, faits).verifie == 0


def test_facts_the_desk_knows_need_no_proof() -> None:
    version = grille(
        fixe("fratrie", 20, oui("fratrie_accueillie")),
        fixe("bebe", 5, {"fait": "age_entree_mois", "max": 12}),
    )
    assert cote(version, {"fratrie_accueillie": True, "age_entree_mois": 3}).verifie == 25


@pytest.mark.parametrize(
    ("brut", "message"),
    [
        ([], "un objet est attendu"),
        ({}, "la clé « faits » manque"),
        ({"faits": {"couleur": 1}}, "le fait « couleur » n’existe pas"),
        ({"faits": {"adoption": 1}}, "faits.adoption : « adoption » attend true ou false"),
        ({"faits": {"nb_passages": 1.5}}, "nombre entier"),
        ({"faits": {"nb_passages": -1}}, "nombre entier"),
        ({"faits": {"nb_passages": True}}, "nombre entier"),
        ({"faits": {"quotient_familial": float("inf")}}, "un nombre"),
        ({"faits": {"quotient_familial": 10**400}}, "un nombre"),
        ({"faits": {"activite_1": "pompier"}}, "un de ces mots"),
        ({"faits": {"date_entree": "2026-13-01"}}, "AAAA-MM-JJ"),
        ({"faits": {}, "verifies": ["couleur"]}, "le fait « couleur » n’existe pas"),
        ({"faits": {}, "verifies": [["x"]]}, "n’existe pas"),
        ({"faits": {}, "points": 3}, "la clé « points » est inconnue"),
        (
            {"faits": {"nb_parents_actifs": 1, "activite_1": "stage", "activite_2": "stage"}},
            "« nb_parents_actifs » contredit",
        ),
        (
            {"faits": {}, "manuelles": [{"critere": "a", "points": 1, "motif": "avis_pmi"}]},
            "n’est pas un critère manuel",
        ),
        (
            {"faits": {}, "manuelles": [{"critere": "m", "points": 1, "motif": "ami"}]},
            "« ami » est inconnu",
        ),
        (
            {"faits": {}, "manuelles": [{"critere": "m", "points": 1, "motif": "avis_pmi"}] * 2},
            "« m » a déjà ses points",
        ),
        ({"faits": {}, "voeux": [{"structure": "A"}] * 2}, "« A » est choisie deux fois"),
        (
            {"faits": {}, "voeux": [{"structure": "A", "faits": {"adoption": True}}]},
            "« adoption » est un fait du dossier",
        ),
    ],
)
def test_a_faulty_situation_is_refused_in_one_line(brut: Any, message: str) -> None:
    version = grille(
        fixe("a", 1, oui("adoption")), {"code": "m", "libelle": "M", "manuel": {"min": 1, "max": 5}}
    )
    with pytest.raises(ErreurMetier) as faute:
        lire_situation(brut, version)
    assert message in faute.value.message
    assert "\n" not in faute.value.message
