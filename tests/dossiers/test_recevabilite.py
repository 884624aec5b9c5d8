"""What the desk refuses, what it warns of, and the words it uses."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dossiers.regles.recevabilite import (
    ReglesSaisie,
    StructureConnue,
    controler,
    defaut_allocataire,
    premiere_inscription,
    verdict_age,
)
from dossiers.regles.saisie import Saisie, SaisieBesoin, SaisieEnfant, SaisiePiece, SaisieResponsable
from structures.regles.ages import Age, BandeAge

JOUR = date(2026, 11, 22)
JARDIN = StructureConnue("Jardin d’enfants", (BandeAge(7, Age(18), Age(48)),), {7: "Grands"})
CRECHE = StructureConnue("Câlin-Doudou", (BandeAge(1, Age(0, 70), Age(15)),), {1: "Bébés"})
BESOIN = SaisieBesoin("regulier", date(2027, 3, 1), (0, 1, 2))
ENFANT = SaisieEnfant("Ferrand", "Lino", naissance=date(2026, 9, 14))
MAUD = SaisieResponsable("Ferrand", "Maud", telephone="0639984107")
BONNE = Saisie((ENFANT,), (MAUD,), (BESOIN,), (1,), JOUR)


def codes(*, bloquant: bool = True, **champs: Any) -> list[tuple[str, str]]:
    constats = controler(
        replace(BONNE, **champs), jour=JOUR, regles=ReglesSaisie(), structures={1: CRECHE, 2: JARDIN}
    )
    return [(c.code, c.champ) for c in constats if c.bloquant is bloquant]


def test_une_bonne_demande_ne_dit_rien() -> None:
    assert codes() == codes(bloquant=False) == []


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        (
            {"enfants": (replace(ENFANT, naissance=date(2026, 11, 23)),)},
            ("naissance_future", "enfants.0.naissance"),
        ),
        ({"enfants": (replace(ENFANT, naissance=date(2016, 9, 14)),)}, ("trop_age", "enfants.0.naissance")),
        ({"enfants": (replace(ENFANT, prenom=""),)}, ("prenom", "enfants.0.prenom")),
        ({"enfants": (ENFANT, ENFANT)}, ("prenom", "enfants.1.prenom")),
        ({"responsables": ()}, ("responsable", "responsables.0.nom")),
        ({"responsables": (replace(MAUD, ecarte=True),)}, ("tous_ecartes", "responsables.0.ecarte")),
        ({"responsables": (replace(MAUD, telephone=""),)}, ("sans_contact", "responsables.0.telephone")),
        (
            {"responsables": (replace(MAUD, autorite_parentale=False),)},
            ("autorite_parentale", "responsables.0.autorite_parentale"),
        ),
        ({"numero_allocataire": "2 85 05 42 123 456 12"}, ("allocataire", "foyer.numero_allocataire")),
        ({"enfants_a_charge": 1, "enfants_moins_3_ans": 2}, ("enfants", "foyer.enfants_moins_3_ans")),
        ({"besoins": ()}, ("besoin", "besoins")),
        (
            {"besoins": (replace(BESOIN, demi_journees=()),)},
            ("semaine_vide", "besoins.regulier.demi_journees"),
        ),
        (
            {"besoins": (replace(BESOIN, rythme="alternee"),)},
            ("semaine_b_vide", "besoins.regulier.demi_journees_b"),
        ),
        (
            {"besoins": (replace(BESOIN, horaires={0: ("12:00", "08:00")}),)},
            ("horaires", "besoins.regulier.horaires"),
        ),
        (
            {"besoins": (replace(BESOIN, alternatives=((0, 1, 2),)),)},
            ("alternative_identique", "besoins.regulier.alternatives"),
        ),
        (
            {"besoins": (replace(BESOIN, entree_le=date(2026, 9, 14)),)},
            ("avant_naissance", "besoins.regulier.entree_le"),
        ),
        (
            {
                "enfants": (replace(ENFANT, naissance=date(2024, 1, 1)),),
                "besoins": (replace(BESOIN, entree_le=date(2025, 3, 1)),),
            },
            ("passee", "besoins.regulier.entree_le"),
        ),
        (
            {"besoins": (replace(BESOIN, entree_le=date(2037, 3, 1)),)},
            ("lointaine", "besoins.regulier.entree_le"),
        ),
        ({"voeux": ()}, ("aucun_voeu", "voeux")),
        ({"voeux": (1, 2, 1)}, ("voeu_double", "voeux")),
        ({"voeux": (1, 99)}, ("structure_inconnue", "voeux.1")),
        ({"voeux": (1, 2, 3, 4, 5, 6)}, ("trop_de_voeux", "voeux")),
        ({"depose_le": date(2026, 11, 23)}, ("papier_futur", "depot.depose_le")),
        ({"depose_le": date(1926, 11, 23)}, ("papier_ancien", "depot.depose_le")),
        (
            {"pieces": (SaisiePiece("domicile", vue_le=date(2027, 1, 1)),)},
            ("piece_future", "pieces.domicile"),
        ),
    ],
)
def test_ce_qui_bloque(champs: dict[str, Any], attendu: tuple[str, str]) -> None:
    assert attendu in codes(**champs)


def test_un_enfant_a_naitre_s_inscrit_a_partir_du_reglage() -> None:
    terme = date(2027, 6, 10)
    assert premiere_inscription(terme, 3) == date(2026, 12, 10)
    tot = {
        "enfants": (SaisieEnfant("Ferrand", terme=terme),),
        "besoins": (replace(BESOIN, entree_le=date(2027, 9, 1)),),
    }
    assert codes(**tot) == [("trop_tot", "enfants.0.naissance")]
    assert codes(**{**tot, "enfants": (SaisieEnfant("Ferrand", terme=date(2027, 5, 10)),)}) == []
    passe = SaisieEnfant("Ferrand", terme=date(2026, 10, 1))
    assert codes(enfants=(passe,)) == [("terme_passe", "enfants.0.naissance")]


def test_apres_trois_ans_et_structure_fermee_avertissent_sans_bloquer() -> None:
    grand = replace(ENFANT, naissance=date(2024, 2, 1))
    assert codes(enfants=(grand,)) == []
    assert ("apres_3_ans", "besoins.regulier.entree_le") in codes(bloquant=False, enfants=(grand,))
    assert codes(voeux=(2,)) == []
    assert codes(bloquant=False, voeux=(2,)) == [("voeu", "voeux.0")]


def test_l_age_a_l_entree_se_dit_structure_par_structure() -> None:
    naissance, entree = date(2026, 9, 14), date(2027, 3, 1)
    assert verdict_age(CRECHE, naissance, entree).texte == "Bébés à l’entrée (5 mois)"
    jeunes = verdict_age(JARDIN, naissance, entree, plusieurs=True)
    assert jeunes.texte == "Trop jeunes\u202f: possible à partir du 14\u00a0mars\u00a02028"
    assert jeunes.possible_le == date(2028, 3, 14)
    assert verdict_age(CRECHE, date(2025, 1, 1), entree).texte == "Trop grand à l’entrée (2 ans 2 mois)"


def test_les_demi_journees_fermees_sont_dites() -> None:
    fermee = replace(CRECHE, ouverture=(0, 1, 3))
    constats = controler(BONNE, jour=JOUR, regles=ReglesSaisie(), structures={1: fermee})
    assert [c.message for c in constats] == ["Câlin-Doudou\u202f: fermée mar, matin"]


@pytest.mark.parametrize(
    ("numero", "regime", "bon"),
    [
        ("2753311", "caf", True),
        ("2753311 K", "caf", True),
        ("12", "caf", False),
        ("ABCDE", "caf", False),
        ("42MSA7788", "msa", True),
        ("185054212345612", "msa", False),
        ("1850542123456", "caf", False),
    ],
)
def test_numero_d_allocataire_jamais_de_securite_sociale(numero: str, regime: str, bon: bool) -> None:
    assert (defaut_allocataire(numero, regime) == "") is bon
