"""Look-alikes: what is shown side by side, and what never is."""

from dataclasses import replace
from datetime import date

import pytest

from dossiers.regles.rapprochement import Identite, cles_de_recherche, ressemblance, ressemblances
from structures.regles.distance import a_une_faute_pres, cle_son, ecart

CAMILLE = Identite(
    nom="Lelièvre",
    prenom="Camille",
    naissance=date(2026, 5, 11),
    responsables=(("Lelièvre", "Amélie"), ("Fischer", "Raymond")),
    telephones=("06 39 98 77 98",),
    numero_caf="2753311",
)
SANS_FAMILLE = {"responsables": (), "telephones": (), "numero_caf": ""}
AUTRE_FAMILLE = {"responsables": (("Weber", "Anne"),), "telephones": ("0639980000",), "numero_caf": "1111111"}
A_NAITRE = replace(CAMILLE, prenom="", naissance=None, terme=date(2027, 3, 10))


@pytest.mark.parametrize(
    "change",
    [
        {"nom": "LELIEVRE  "},
        {"nom": "Camille", "prenom": "LELIÈVRE"},
        {"prenom": "Camille Zoé"},
        {"nom": "Leliévre-Martin"},
        {"nom": "Lelivère"},
        {"prenom": "Camile"},
        {"naissance": date(2026, 11, 5)},
        {"naissance": date(2026, 5, 12)},
        {"nom": "Lelivère", "naissance": date(2026, 11, 5)},
        {"telephones": ("+33 6 39 98 00 00",), "numero_caf": ""},
        {"responsables": (("FISCHER", "RAYMOND"), ("Lelievre", "Amelie"))},
        SANS_FAMILLE,
        {"nom": "Lelivère", **SANS_FAMILLE},
        {"naissance": date(2026, 11, 5), **SANS_FAMILLE},
        AUTRE_FAMILLE,
    ],
)
def test_le_meme_enfant_est_propose(change: dict) -> None:
    autre = replace(CAMILLE, **change)
    assert ressemblance(CAMILLE, autre)
    assert ressemblance(autre, CAMILLE)
    assert set(cles_de_recherche(CAMILLE)) & set(cles_de_recherche(autre))


@pytest.mark.parametrize(
    "change",
    [
        {"prenom": "Hugo"},
        {"prenom": "Hugo", "naissance": date(2024, 1, 3)},
        {"naissance": date(2024, 1, 3)},
        {"nom": "Moreau", "prenom": "Camille"},
        {"nom": "Lelivère", "prenom": "Camile", **SANS_FAMILLE},
        {"nom": "Lelivère", "naissance": date(2026, 11, 5), **SANS_FAMILLE},
        {"naissance": date(2026, 5, 12), **AUTRE_FAMILLE},
        {"prenom": "", "naissance": None, "terme": date(2027, 3, 10)},
        {"prenom": "", **AUTRE_FAMILLE},
        {"nom": "", "prenom": ""},
        {"naissance": None},
    ],
)
def test_deux_enfants_ne_se_confondent_pas(change: dict) -> None:
    autre = replace(CAMILLE, **change)
    assert ressemblance(CAMILLE, autre) is None
    assert ressemblance(autre, CAMILLE) is None


def test_jumeaux_jamais_rapproches() -> None:
    jumelle = replace(CAMILLE, prenom="Camile", multiple=True)
    assert ressemblance(replace(CAMILLE, multiple=True), jumelle) is None
    assert ressemblance(CAMILLE, jumelle) is not None
    assert ressemblance(replace(A_NAITRE, multiple=True), replace(A_NAITRE, multiple=True)) is None
    assert ressemblance(replace(CAMILLE, groupe=4), replace(CAMILLE, groupe=4)) is None
    # The same twin entered twice stays a look-alike.
    assert ressemblance(replace(CAMILLE, multiple=True), replace(CAMILLE, multiple=True))


@pytest.mark.parametrize(
    ("a", "b", "attendu"),
    [
        (A_NAITRE, A_NAITRE, True),
        (A_NAITRE, replace(A_NAITRE, terme=date(2027, 3, 25)), True),
        (A_NAITRE, replace(A_NAITRE, terme=date(2027, 9, 25)), False),
        (A_NAITRE, replace(A_NAITRE, **AUTRE_FAMILLE), False),
        (A_NAITRE, replace(A_NAITRE, **SANS_FAMILLE), True),
        (A_NAITRE, replace(CAMILLE, naissance=date(2027, 3, 2)), True),
        (A_NAITRE, replace(CAMILLE, naissance=date(2027, 3, 2), **AUTRE_FAMILLE), False),
    ],
)
def test_enfant_a_naitre(a: Identite, b: Identite, attendu: bool) -> None:
    assert bool(ressemblance(a, b)) is attendu
    assert bool(ressemblance(b, a)) is attendu


def test_force_et_raisons() -> None:
    inverse = replace(CAMILLE, nom="Camille", prenom="Lelièvre")
    trouvee = ressemblance(CAMILLE, inverse)
    assert trouvee is not None
    assert trouvee.forte
    assert "nom et prénom inversés" in str(trouvee)
    assert "même numéro d’allocataire" in str(trouvee)
    seule = ressemblance(CAMILLE, replace(CAMILLE, **AUTRE_FAMILLE))
    assert seule is not None
    assert not seule.forte


def test_un_telephone_seul_ne_fait_pas_un_doublon() -> None:
    voisin = Identite("Baudry", "Aurore", naissance=CAMILLE.naissance, telephones=CAMILLE.telephones)
    assert ressemblance(CAMILLE, voisin) is None


def test_paires_d_un_lot_et_de_la_base() -> None:
    hugo = replace(CAMILLE, prenom="Hugo", naissance=date(2024, 1, 3))
    nouvelles = [CAMILLE, hugo, replace(CAMILLE, prenom="Camille Zoé")]
    connues = [replace(hugo, nom="Lelivère"), replace(hugo, prenom="Zoé")]
    assert [(i, j) for i, j, _ in ressemblances(nouvelles, connues)] == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("a", "b", "attendu"),
    [
        ("carre", "carre", 0),
        ("carre", "crare", 1),
        ("hamel", "amel", 1),
        ("dupont", "durand", 3),
        ("", "ab", 2),
    ],
)
def test_ecart(a: str, b: str, attendu: int) -> None:
    assert ecart(a, b) == ecart(b, a) == attendu


def test_fautes_pardonnees_selon_la_longueur() -> None:
    assert not a_une_faute_pres("leo", "lea")
    assert a_une_faute_pres("leon", "lean")
    assert not a_une_faute_pres("garnier", "grenier")
    assert not a_une_faute_pres("montferrand", "monferan")
    assert a_une_faute_pres("montferrand", "monferrant")


@pytest.mark.parametrize(
    ("a", "b"), [("Thibault", "Tibo"), ("Gauthier", "Gautier"), ("Philippe", "Filipe"), ("Mickaël", "Micael")]
)
def test_noms_entendus(a: str, b: str) -> None:
    assert cle_son(a) == cle_son(b)
