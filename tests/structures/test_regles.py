"""Weeks, ages and normalised names: the small pure rules everything counts on."""

from datetime import date

import pytest

from structures.regles.ages import (
    Age,
    BandeAge,
    age_en_mois,
    ajouter_mois,
    premiere_date_possible,
    section_a_date,
    texte_age,
)
from structures.regles.semaine import SEMAINE_PLEINE, nombre_jours, semaine, texte_semaine
from structures.regles.texte import cle, cle_mots, telephone_normalise

BEBES = BandeAge(1, Age(0, 70), Age(15))
MOYENS = BandeAge(2, Age(15), Age(24))
GRANDS = BandeAge(3, Age(24), Age(48))
JARDIN = BandeAge(4, Age(18), Age(48))


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 22), 3, date(2027, 2, 22)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
    ],
)
def test_ajouter_mois(jour: date, mois: int, attendu: date) -> None:
    assert ajouter_mois(jour, mois) == attendu


@pytest.mark.parametrize(
    ("naissance", "jour", "attendu"),
    [
        (date(2026, 9, 14), date(2027, 3, 1), 5),
        (date(2026, 9, 1), date(2027, 3, 1), 6),
        (date(2026, 8, 31), date(2027, 2, 28), 6),
        (date(2026, 12, 1), date(2026, 11, 22), -1),
    ],
)
def test_age_en_mois_revolus(naissance: date, jour: date, attendu: int) -> None:
    assert age_en_mois(naissance, jour) == attendu


@pytest.mark.parametrize(
    ("naissance", "attendu"),
    [
        (date(2026, 9, 20), "9 semaines"),
        (date(2026, 11, 15), "1 semaine"),
        (date(2026, 4, 22), "7 mois"),
        (date(2024, 11, 22), "2 ans"),
        (date(2024, 7, 22), "2 ans 4 mois"),
        (date(2027, 1, 1), "pas encore né"),
    ],
)
def test_texte_age(naissance: date, attendu: str) -> None:
    assert texte_age(naissance, date(2026, 11, 22)) == attendu


@pytest.mark.parametrize(
    ("age", "attendu"),
    [
        (Age(0, 70), "10 semaines"),
        (Age(2, 15), "2 mois ½"),
        (Age(15), "15 mois"),
        (Age(36), "3 ans"),
        (Age(0, 40), "40 jours"),
    ],
)
def test_age_en_mots(age: Age, attendu: str) -> None:
    assert str(age) == attendu


def test_la_section_est_celle_de_l_age_a_l_entree() -> None:
    bandes = [BEBES, MOYENS, GRANDS]
    assert section_a_date(bandes, date(2026, 9, 14), date(2027, 3, 1)) == BEBES
    assert section_a_date(bandes, date(2025, 12, 1), date(2027, 3, 1)) == MOYENS
    assert section_a_date(bandes, date(2025, 12, 2), date(2027, 3, 1)) == BEBES
    assert section_a_date(bandes, date(2027, 1, 15), date(2027, 3, 1)) is None


def test_la_section_la_plus_etroite_l_emporte_sur_les_ages_meles() -> None:
    meles = BandeAge(9, Age(0, 70), Age(48))
    assert section_a_date([meles, BEBES], date(2026, 9, 14), date(2027, 3, 1)) == BEBES


def test_trop_jeune_dit_la_date_ou_ce_sera_possible() -> None:
    naissance = date(2026, 9, 14)
    assert premiere_date_possible([JARDIN], naissance, date(2027, 3, 1)) == date(2028, 3, 14)
    assert premiere_date_possible([BEBES], naissance, date(2026, 10, 1)) == date(2026, 11, 23)
    assert premiere_date_possible([BEBES], naissance, date(2027, 3, 1)) == date(2027, 3, 1)


def test_trop_grand_n_a_pas_de_date() -> None:
    assert premiere_date_possible([BEBES], date(2024, 1, 1), date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    ("creneaux", "attendu"),
    [
        (SEMAINE_PLEINE, "toute la semaine"),
        ((0, 1, 2, 3, 6, 7, 8, 9), "lun, mar, jeu, ven, journée"),
        ((0, 2, 4, 6, 8), "lun, mar, mer, jeu, ven, matin"),
        ((0, 2, 3), "lun matin, mar journée"),
        ((9,), "ven, après-midi"),
        ((), "aucune demi-journée"),
    ],
)
def test_texte_semaine(creneaux: tuple[int, ...], attendu: str) -> None:
    assert texte_semaine(creneaux) == attendu


def test_semaine_rangee_et_bornee() -> None:
    assert semaine([3, 0, 3]) == (0, 3)
    assert nombre_jours([0, 1, 4]) == 2
    for hors in (-1, 10):
        with pytest.raises(ValueError, match="créneau inconnu"):
            semaine([hors])


@pytest.mark.parametrize("ecriture", ["Lévy-d’Ornano", "LEVY D'ORNANO", " lévy  d ornano "])
def test_cle_d_un_nom(ecriture: str) -> None:
    assert cle(ecriture) == "levydornano"


def test_cle_defait_les_ligatures() -> None:
    assert cle("Cœur-Æde") == "coeuraede"
    assert cle_mots("Crèche n° 12, l’Œuvre") == "creche n 12 l oeuvre"


@pytest.mark.parametrize(
    ("ecriture", "attendu"),
    [
        ("06 39 98 12 34", "0639981234"),
        ("+33 6 39 98 12 34", "0639981234"),
        ("+33 (0)6.39.98.12.34", "0639981234"),
        ("0033639981234", "0639981234"),
        ("06-39-98-12-34", "0639981234"),
        ("639981234", ""),
        ("+44 20 7946 0958", ""),
        ("", ""),
    ],
)
def test_telephone_normalise(ecriture: str, attendu: str) -> None:
    assert telephone_normalise(ecriture) == attendu
