"""The grid's JSON: what is refused, in one line that names the element, and what is read."""

import copy
from typing import Any

import pytest

from dossiers.regles.grille_json import ecrire_grille, lire_grille
from dossiers.regles.lecture import lire_json
from guichet.erreurs import ErreurMetier

RESIDENCE = {
    "code": "residence",
    "libelle": "Réside",
    "points": 100,
    "si": {"fait": "residence_commune", "est": True},
}


def document(**cles: Any) -> dict[str, Any]:
    return {"format": 1, "nom": "Essai", "criteres": [copy.deepcopy(RESIDENCE)]} | cles


def critere(**cles: Any) -> dict[str, Any]:
    nouveau = copy.deepcopy(RESIDENCE) | cles
    return {cle: valeur for cle, valeur in nouveau.items() if valeur is not None}


def si(condition: Any) -> dict[str, Any]:
    return document(criteres=[critere(si=condition)])


def emboitee(niveaux: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"fait": "residence_commune", "est": True}
    for _ in range(niveaux):
        condition = {"non": condition}
    return condition


REFUSES: list[tuple[str, Any, str]] = [
    ("pas un objet", [], "un objet est attendu"),
    ("clé inconnue", document(couleur="bleu"), "la clé « couleur » est inconnue"),
    ("sans critère", document(criteres=[]), "criteres : la liste est vide"),
    ("format absent", {"nom": "x", "criteres": [RESIDENCE]}, "la clé « format » manque"),
    ("autre format", document(format=2), "format : le format 1 est attendu"),
    ("format vrai", document(format=True), "format : le format 1 est attendu"),
    ("nom vide", document(nom=" "), "nom : le texte est vide"),
    ("nom sur deux lignes", document(nom="a\nb"), "nom : le texte tient sur une ligne"),
    ("jour impossible", document(debut="2026-02-30"), "debut : une date"),
    ("jour à la française", document(debut="01/02/2026"), "debut : une date"),
    ("départage inconnu", document(departage="age"), "departage : « age » est inconnu"),
    ("code répété", document(criteres=[RESIDENCE, RESIDENCE]), "le code « residence » est écrit deux fois"),
    ("code en capitales", document(criteres=[critere(code="Résidence")]), "n’est pas un code"),
    ("points vrais", document(criteres=[critere(points=True)]), "criteres[1].points : un nombre entier"),
    ("demi-points", document(criteres=[critere(points=0.5)]), "multipliez toute la grille"),
    ("points énormes", document(criteres=[critere(points=10**9)]), "de -100000 à 100000"),
    ("points en texte", document(criteres=[critere(points="10")]), "criteres[1].points"),
    ("deux façons", document(criteres=[critere(manuel={"min": 1, "max": 2})]), "« points » et « manuel »"),
    ("aucune façon", document(criteres=[critere(points=None)]), "ici aucune"),
    ("points sans condition", document(criteres=[critere(si=None)]), "la condition « si » manque"),
    ("clé de critère", document(criteres=[critere(bonus=1)]), "criteres[1] : la clé « bonus » est inconnue"),
    ("groupe inconnu", document(criteres=[critere(groupe="g")]), "le groupe « g » n’existe pas"),
    ("preuve inconnue", document(criteres=[critere(preuves=["photo"])]), "« photo » est inconnu"),
    ("preuves vides", document(criteres=[critere(preuves=[])]), "criteres[1].preuves : la liste est vide"),
    ("sur parole et pièce", document(criteres=[critere(preuves=["sur_parole", "domicile"])]), "s’écrit seul"),
    ("plafond négatif", document(criteres=[critere(plafond=-1)]), "criteres[1].plafond"),
    (
        "protection levée",
        document(criteres=[critere(si={"fait": "handicap_enfant", "est": True}, protege=False)]),
        "« handicap_enfant », qui est protégé",
    ),
    (
        "portée fausse",
        document(criteres=[critere(si={"fait": "rang_voeu", "est": 1}, portee="dossier")]),
        "« rang_voeu » dépend du choix",
    ),
    ("condition vide", si({}), "criteres[1].si : condition vide"),
    ("condition nulle", si([]), "criteres[1].si : un objet est attendu"),
    ("fait inconnu", si({"fait": "couleur_yeux", "est": True}), "le fait « couleur_yeux » n’existe pas"),
    ("fait illisible", si({"fait": ["x"], "est": True}), "criteres[1].si.fait : le fait"),
    ("rien à comparer", si({"fait": "residence_commune"}), "n’est comparé à rien"),
    ("oui ou non en nombre", si({"fait": "residence_commune", "est": 1}), "true ou false"),
    ("borne sur un oui ou non", si({"fait": "residence_commune", "min": 1}), "qui est oui ou non"),
    ("choix hors liste", si({"fait": "activite_1", "est": "pompier"}), "criteres[1].si.est"),
    ("choix répété", si({"fait": "activite_1", "parmi": ["stage", "stage"]}), "écrite deux fois"),
    ("parmi vide", si({"fait": "activite_1", "parmi": []}), "la liste est vide"),
    ("est et max", si({"fait": "quotient_familial", "est": 1, "max": 2}), "sans autre comparaison"),
    (
        "min et plus_de",
        si({"fait": "quotient_familial", "min": 1, "plus_de": 2}),
        "ne s’écrivent pas ensemble",
    ),
    ("bornes inversées", si({"fait": "quotient_familial", "min": 900, "max": 700}), "aucune valeur ne va"),
    ("intervalle vide", si({"fait": "quotient_familial", "plus_de": 7, "max": 7}), "aucune valeur ne va"),
    ("borne vraie", si({"fait": "nb_passages", "min": True}), "un nombre est attendu"),
    ("borne infinie", si({"fait": "nb_passages", "min": float("inf")}), "un nombre est attendu"),
    ("borne énorme", si({"fait": "nb_passages", "min": 10**400}), "un nombre est attendu"),
    ("borne qui n’en est pas une", si({"fait": "nb_passages", "max": float("nan")}), "un nombre est attendu"),
    ("tous vide", si({"tous": []}), "criteres[1].si.tous : la liste est vide"),
    ("tous et fait", si({"tous": [{"fait": "adoption", "est": True}], "fait": "adoption"}), "s’écrit seul"),
    ("non vide", si({"non": {}}), "criteres[1].si.non : condition vide"),
    ("trop emboîtée", si(emboitee(13)), "conditions emboîtées"),
    (
        "niveau sans points",
        document(criteres=[critere(points=None, si=None, niveaux=[{"si": emboitee(0)}])]),
        "criteres[1].niveaux[1] : la clé « points » manque",
    ),
    (
        "répéter un oui ou non",
        document(criteres=[critere(points=None, si=None, par={"fait": "adoption", "points": 1})]),
        "« adoption » ne se compte pas",
    ),
    (
        "tranche nulle",
        document(criteres=[critere(points=None, par={"fait": "nb_passages", "points": 1, "tranche": 0})]),
        "criteres[1].par.tranche",
    ),
    (
        "bornes manuelles",
        document(criteres=[critere(points=None, si=None, manuel={"min": 100, "max": 10})]),
        "« min » dépasse « max »",
    ),
    (
        "plafond sans borne",
        document(plafonds=[{"code": "p", "libelle": "P", "criteres": ["residence"]}]),
        "« max » ou « min » est attendu",
    ),
    (
        "plafond d’un absent",
        document(plafonds=[{"code": "p", "libelle": "P", "criteres": ["absent"], "max": 1}]),
        "le critère « absent » n’existe pas",
    ),
]


@pytest.mark.parametrize(("cas", "brut", "message"), REFUSES, ids=[cas for cas, _, _ in REFUSES])
def test_a_faulty_grid_is_refused_in_one_line(cas: str, brut: Any, message: str) -> None:
    with pytest.raises(ErreurMetier) as faute:
        lire_grille(brut)
    assert message in faute.value.message
    assert "\n" not in faute.value.message


def test_ceilings_that_overlap_are_refused_and_nested_ones_are_not() -> None:
    trois = [critere(code=code) for code in ("a", "b", "c")]

    def avec(premier: list[str], second: list[str]) -> dict[str, Any]:
        plafonds = [
            {"code": "p", "libelle": "P", "criteres": premier, "max": 10},
            {"code": "q", "libelle": "Q", "criteres": second, "max": 10},
        ]
        return document(criteres=trois, plafonds=plafonds)

    assert len(lire_grille(avec(["a", "b"], ["a", "b", "c"])).plafonds or ()) == 2
    with pytest.raises(ErreurMetier, match="se chevauchent"):
        lire_grille(avec(["a", "b"], ["b", "c"]))


def test_explicit_defaults_survive_the_round_trip() -> None:
    brut = document(
        debut="2026-01-01",
        departage="tirage",
        groupes=[],
        plafonds=[],
        plafond_total=300,
        criteres=[
            critere(protege=True, portee="voeu", plafond=50, preuves=["sur_parole"]),
            critere(
                code="seances",
                points=None,
                si=None,
                par={"fait": "nb_passages", "points": 10, "tranche": 2, "max": 5, "au_dela_de": 1},
            ),
            critere(code="suivi", points=None, si=None, manuel={"min": 10, "max": 100, "pas": 5}),
            critere(
                code="age",
                points=None,
                si=None,
                niveaux=[{"libelle": "Bébé", "si": {"fait": "age_mois", "moins_de": 6.5}, "points": -3}],
            ),
        ],
    )
    assert ecrire_grille(lire_grille(brut)) == brut


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("{", "n’est pas du JSON"),
        ('{"a": 1, "a": 2}', "la clé « a » est écrite deux fois"),
        ('{"a": NaN}', "« NaN » n’est pas un nombre"),
        ('{"a": -Infinity}', "n’est pas un nombre"),
        ("[" * 100_000, "emboîte trop"),
        ("1" * 5000, "nombre trop grand"),
    ],
)
def test_a_document_that_is_not_plain_json_is_refused(texte: str, message: str) -> None:
    with pytest.raises(ErreurMetier, match=message):
        lire_json(texte)


def test_a_criterion_knows_its_reach_and_what_must_not_leak() -> None:
    lue = lire_grille(
        document(
            criteres=[
                critere(code="a", si={"fait": "fratrie_meme_structure", "est": True}),
                critere(code="b", si={"non": {"fait": "vulnerabilite", "est": True}}),
                critere(code="c"),
            ]
        )
    )
    assert [c.portee for c in lue.criteres] == ["voeu", "dossier", "dossier"]
    assert [c.protege for c in lue.criteres] == [False, True, False]
    assert lue.faits == {"fratrie_meme_structure", "vulnerabilite", "residence_commune"}
