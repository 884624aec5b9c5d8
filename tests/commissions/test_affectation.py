"""The allocation: examples worked by hand, then the five rules on random instances."""

from random import Random
from typing import Any

import pytest

from commissions.regles.affectation import VERSION_MOTEUR, affecter, resultat_canonique, verifier
from tests.commissions.instances import melanger, petite

JOUR = "2026-01-12"


def contrat(accueil: str, points: int, creneaux: tuple[int, ...] = (0,), **reste: Any) -> dict[str, Any]:
    return {"accueil": accueil, "creneaux": list(creneaux), "points": points, **reste}


def demande(numero: str, *voeux: dict[str, Any], **reste: Any) -> dict[str, Any]:
    return {"id": numero, "anteriorite": JOUR, "voeux": list(voeux), **reste}


def accueil(nom: str, *capacite: int, reserves: tuple[tuple[str, int], ...] = ()) -> dict[str, Any]:
    return {
        "id": nom,
        "structure": nom,
        "capacite": list(capacite),
        "reserves": [{"titre": titre, "places": places} for titre, places in reserves],
    }


def instance(
    accueils: list[dict[str, Any]],
    demandes: list[dict[str, Any]],
    groupes: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "version": 1,
        "creneaux": [f"c{k}" for k in range(len(accueils[0]["capacite"]))],
        "accueils": accueils,
        "demandes": demandes,
        "groupes": [{"id": g, "regle": "ensemble", "repli": r} for g, r in (groupes or {}).items()],
    }


def placements(resultat: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {a["demande"]: (a["accueil"], a["voeu"]) for a in resultat["affectations"]}


def repartir(probleme: dict[str, Any]) -> dict[str, Any]:
    """The result, once the independent verification found nothing to say."""
    resultat = affecter(probleme)
    assert verifier(probleme, resultat) == []
    return resultat


def test_l_exemple_du_format() -> None:
    resultat = repartir(
        instance(
            [accueil("A", 2), accueil("B", 1)],
            [
                demande("Lea", contrat("A", 60)),
                demande("Kai", contrat("B", 55), contrat("A", 55)),
                demande("Mia", contrat("B", 50), contrat("A", 50)),
            ],
        )
    )
    assert (resultat["version"], resultat["moteur"]) == (1, VERSION_MOTEUR)
    assert resultat["affectations"] == [
        {"demande": "Kai", "accueil": "B", "voeu": 1, "titre_reserve": None},
        {"demande": "Lea", "accueil": "A", "voeu": 1, "titre_reserve": None},
        {
            "demande": "Mia",
            "accueil": "A",
            "voeu": 2,
            "titre_reserve": None,
            "voeux": [
                {
                    "voeu": 1,
                    "accueil": "B",
                    "motif": "rang",
                    "creneaux_complets": [0],
                    "dernier_admis": {"points": 55, "anteriorite": JOUR},
                }
            ],
        },
    ]
    assert (resultat["refus"], resultat["exceptions"]) == ([], [])
    assert resultat["bilan"] == {
        "demandes": 3,
        "affectees": 3,
        "par_rang": {"1": 2, "2": 1},
        "places_creneaux_libres": 0,
    }


@pytest.mark.parametrize("graine", range(300))
def test_les_regles_tiennent_et_l_ordre_du_fichier_ne_change_rien(graine: int) -> None:
    probleme = petite(graine, creneaux=1 + graine % 4, demandes=4 + graine % 7)
    resultat = repartir(probleme)
    autre = affecter(melanger(probleme, Random(graine)))
    assert resultat_canonique(autre) == resultat_canonique(resultat)
