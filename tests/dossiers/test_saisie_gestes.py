"""The page's small buttons: presets, choices, second responsable; with and without htmx."""

import pytest

from dossiers.models import Brouillon
from structures.models import Structure
from tests import factories
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]


@pytest.mark.parametrize(
    ("geste", "champ", "attendu"),
    [
        ("plein:regulier", "regulier-semaine", [str(c) for c in range(10)]),
        ("quatre:regulier", "regulier-semaine", ["0", "1", "2", "3", "6", "7", "8", "9"]),
        ("matins:regulier", "regulier-semaine", ["0", "2", "4", "6", "8"]),
        ("effacer:regulier", "regulier-semaine", []),
        ("monter:2", "voeux", ["B", "A"]),
        ("descendre:1", "voeux", ["B", "A"]),
        ("retirer:1", "voeux", ["B"]),
        ("monter:1", "voeux", ["A", "B"]),
        ("second:ajouter", "second", ["1"]),
        ("alternative:ajouter", "alternatives", ["1"]),
    ],
)
def test_les_boutons_marchent_sans_javascript(
    client_de: ClientDe, structure: Structure, geste: str, champ: str, attendu: list[str]
) -> None:
    autre = factories.creer_structure()
    noms = {"A": str(structure.pk), "B": str(autre.pk)}
    envoi = tape(structure, geste=geste, voeux=[noms["A"], noms["B"]])
    reponse = client_de("agent").post(NOUVEAU, envoi)
    assert reponse.status_code == 200
    feuille = reponse.context["page"].feuille
    assert feuille.mots(champ) == [noms.get(v, v) for v in attendu]
    assert feuille.mot("e1-nom") == "Ferrand"
    assert not reponse.context["fautes"]
    assert Brouillon.objects.count() == 1


@pytest.mark.parametrize(
    ("dit", "annonce", "ajoute"),
    [
        ("calin doudou", "choix 1", True),
        ("Câlin-Doudou · Cotonne", "choix 1", True),
        ("inconnue", "Aucune structure", False),
        ("creche", "Plusieurs structures", False),
        ("", "Écrivez un nom", False),
    ],
)
def test_une_structure_s_ajoute_par_son_nom(
    client_de: ClientDe, structure: Structure, dit: str, annonce: str, ajoute: bool
) -> None:
    for _ in range(2):
        factories.creer_structure()
    reponse = client_de("agent").post(NOUVEAU, tape(structure, geste="ajouter", voeux=None, ajout=dit))
    assert annonce in reponse.context["annonce"]
    assert (reponse.context["page"].voeux == [structure.pk]) is ajoute


def test_htmx_ne_recoit_que_la_partie(client_de: ClientDe, structure: Structure) -> None:
    envoi = tape(structure, geste="plein:regulier")
    reponse = client_de("agent").post(NOUVEAU, envoi, headers={"HX-Request": "true", "HX-Target": "partie-4"})
    page = reponse.content.decode()
    assert page.lstrip().startswith("<section")
    assert 'id="points"' in page
    assert "<html" not in page
