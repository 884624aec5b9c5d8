"""The verification by itself: every way to tamper with a right result is seen."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from commissions.regles import affectation
from commissions.regles.affectation import affecter
from guichet.erreurs import ErreurMetier
from tests.commissions.instances import accueil, contrat, demande, instance

Resultat = dict[str, Any]


def verifier(probleme: dict[str, Any], resultat: Any) -> list[str]:
    """The anomalies, their no-break spaces made plain."""
    return [a.replace("\u00a0", " ") for a in affectation.verifier(probleme, resultat)]


def ville() -> dict[str, Any]:
    """Half-days, a reserve, a transfer, siblings of each repli, and one request without solution."""
    return instance(
        [
            accueil("A", 2, 1, reserves=(("insertion", 1),)),
            accueil("B", 1, 1),
            accueil("C", 1, 1),
            accueil("G", 1, 1),
            accueil("H", 1, 1) | {"structure": "G"},
        ],
        [
            demande("1", contrat("A", 9, (0, 1))),
            demande("2", contrat("A", 3, (0,)), titres=["insertion"]),
            demande("3", contrat("A", 8, (0,)), contrat("B", 8, (0,))),
            demande("4", contrat("A", 7, (0, 1)), contrat("A", 7, (1,)), contrat("B", 7, (0, 1))),
            demande("5", contrat("B", 6, (0,))),
            demande("6", contrat("B", 5, (0,)), contrat("C", 5, (0,), place_actuelle=True)),
            demande("7", contrat("C", 9, (0,)), contrat("C", 9, (1,))),
            demande("8", contrat("G", 5, (0, 1)), contrat("C", 5, (1,)), groupe="F"),
            demande("9", contrat("H", 5, (0, 1)), groupe="F"),
            demande("a", contrat("G", 1, (0,)), contrat("C", 1, (1,)), groupe="K"),
            demande("b", contrat("H", 1, (0,)), contrat("C", 1, (0,)), groupe="K"),
        ],
        {"F": "aucun", "K": "aucun"},
    )


def sans_solution() -> dict[str, Any]:
    return instance(
        [accueil("A", 1, 1), accueil("B", 1, 1)],
        [
            demande("X", contrat("A", 5, (0, 1)), contrat("A", 5, (0,), place_actuelle=True)),
            demande("Y", contrat("A", 6, (0,)), contrat("B", 6, (0,))),
        ],
    )


def ligne(resultat: Resultat, nom: str, numero: str) -> dict[str, Any]:
    trouvee: dict[str, Any] = next(x for x in resultat[nom] if x["demande"] == numero)
    return trouvee


def refuser(resultat: Resultat, numero: str) -> None:
    retiree = ligne(resultat, "affectations", numero)
    resultat["affectations"].remove(retiree)
    resultat["refus"].append({"demande": numero, "voeux": retiree.get("voeux", [])})
    resultat["refus"].sort(key=lambda r: str(r["demande"]))


def affecter_a(resultat: Resultat, numero: str, nom: str, voeu: int) -> None:
    if any(r["demande"] == numero for r in resultat["refus"]):
        resultat["refus"].remove(ligne(resultat, "refus", numero))
        resultat["affectations"].append({"demande": numero, "titre_reserve": None})
        resultat["affectations"].sort(key=lambda a: str(a["demande"]))
    ligne(resultat, "affectations", numero).update({"accueil": nom, "voeu": voeu})


def raison(resultat: Resultat, numero: str, voeu: int) -> dict[str, Any]:
    lignes = (*resultat["affectations"], *resultat["refus"])
    voeux = next(x for x in lignes if x["demande"] == numero)["voeux"]
    trouvee: dict[str, Any] = next(v for v in voeux if v["voeu"] == voeu)
    return trouvee


def exception(resultat: Resultat, **contenu: Any) -> None:
    resultat["exceptions"].append({"motif": "cycle", **contenu})


FALSIFICATIONS: dict[str, tuple[Callable[[Resultat], Any], str]] = {
    "capacité dépassée": (lambda r: affecter_a(r, "5", "B", 1), "règle 1 : B, créneau 0"),
    "place actuelle perdue": (lambda r: refuser(r, "6"), "règle 4 : 6"),
    "réclamation fondée": (lambda r: refuser(r, "1"), "règle 2 : 1"),
    "place laissée vide": (lambda r: refuser(r, "7"), "règle 2 : 7"),
    "moins bien placé": (lambda r: (refuser(r, "2"), affecter_a(r, "3", "A", 1)), "règle 2 : 2"),
    "fratrie refusée à tort": (lambda r: (refuser(r, "8"), refuser(r, "9")), "règle 3 : F"),
    "fratrie coupée": (lambda r: refuser(r, "9"), "règle 3 : 8 est placé sans les siens"),
    "deux lignes": (lambda r: r["affectations"].insert(0, r["affectations"][0]), "règle 1 : 1 apparaît"),
    "contrat d’un autre": (lambda r: affecter_a(r, "1", "B", 1), "l’accueil du vœu 1 n’est pas"),
    "vœu inventé": (lambda r: affecter_a(r, "1", "A", 2), "vœu inconnu : 2"),
    "vœu booléen": (lambda r: affecter_a(r, "1", "A", True), "vœu inconnu : True"),
    "demande inconnue": (
        lambda r: affecter_a(r, "1", "A", 1) or r["refus"][0].update(demande="z"),
        "inconnue",
    ),
    "demande oubliée": (lambda r: r["refus"].remove(r["refus"][0]), "n’est ni affecté ni refusé"),
    "titre inventé": (
        lambda r: ligne(r, "affectations", "1").update(titre_reserve="insertion"),
        "1 : titre_reserve",
    ),
    "titre tu": (lambda r: ligne(r, "affectations", "2").update(titre_reserve=None), "2 : titre_reserve"),
    "motif faux": (lambda r: raison(r, "5", 1).update(motif="creneau"), "5, vœu 1 : motif"),
    "motif inconnu": (lambda r: raison(r, "5", 1).update(motif="autre"), "motif inconnu"),
    "motif de fratrie faux": (lambda r: raison(r, "b", 1).update(motif="groupe"), "b, vœu 1 : motif"),
    "créneaux complets faux": (lambda r: raison(r, "3", 1).update(creneaux_complets=[1]), "3, vœu 1"),
    "dernier admis faux": (
        lambda r: raison(r, "3", 1)["dernier_admis"].update(points=3),
        "3, vœu 1 : dernier_admis",
    ),
    "dernier admis tu": (lambda r: raison(r, "3", 1).update(dernier_admis=None), "3, vœu 1 : dernier_admis"),
    "occupants faux": (lambda r: raison(r, "7", 1).update(occupe_par="reserve"), "7, vœu 1 : occupe_par"),
    "occupants tus": (lambda r: raison(r, "7", 1).pop("occupe_par"), "7, vœu 1 : occupe_par"),
    "raison tue": (lambda r: ligne(r, "refus", "5")["voeux"].clear(), "5 : 0 vœux expliqués, 1 attendus"),
    "exception fausse": (
        lambda r: exception(r, regle=2, demande="5", voeu=1, accueil="B"),
        "exception fausse : règle 2, 5, 1",
    ),
    "exception de fratrie fausse": (
        lambda r: exception(r, regle=3, groupe="K", voeu=1, accueil="G"),
        "exception fausse : règle 3, K, G",
    ),
    "exception à la règle 1": (
        lambda r: exception(r, regle=1, demande="5", voeu=1, accueil="B"),
        "règle 2 ou 3 attendue",
    ),
    "exception sans motif": (
        lambda r: exception(r, regle=2, demande="5", voeu=1, accueil="B", motif="hasard"),
        "motif inconnu",
    ),
    "groupe inconnu": (
        lambda r: exception(r, regle=3, groupe="Z", voeu=1, accueil="G"),
        "groupe inconnu",
    ),
    "bilan, demandes": (lambda r: r["bilan"].update(demandes=1), "bilan : demandes"),
    "bilan, affectées": (lambda r: r["bilan"].update(affectees=1), "bilan : affectees"),
    "bilan, rangs": (lambda r: r["bilan"]["par_rang"].update({"1": 1}), "bilan : par_rang"),
    "bilan, places": (lambda r: r["bilan"].update(places_creneaux_libres=0), "places_creneaux_libres"),
    "bilan, clé": (lambda r: r["bilan"].update(autre=0), "bilan : autre"),
    "bilan absent": (lambda r: r.update(bilan=None), "bilan : objet attendu"),
    "empreinte": (lambda r: r.update(empreinte="0" * 64), "règle 5 : l’empreinte"),
    "ordre": (lambda r: r["affectations"].reverse(), "règle 5 : affectations"),
    "ordre des refus": (lambda r: r["refus"].reverse(), "règle 5 : refus"),
    "version": (lambda r: r.update(version=2), "version"),
    "moteur": (lambda r: r.update(moteur=1), "moteur"),
    "clé en trop": (lambda r: ligne(r, "refus", "5").update(note=""), "clé inconnue : note"),
    "liste attendue": (lambda r: r.update(refus={}), "refus : liste d’objets attendue"),
    "raisons en texte": (lambda r: ligne(r, "refus", "5").update(voeux="rang"), "liste d’objets attendue"),
}


def test_le_resultat_qu_on_va_falsifier_est_juste() -> None:
    resultat = affecter(ville())
    assert verifier(ville(), resultat) == []
    assert {a["demande"]: (a["accueil"], a["voeu"]) for a in resultat["affectations"]} == {
        "1": ("A", 1),
        "2": ("A", 1),
        "3": ("B", 2),
        "6": ("C", 2),
        "7": ("C", 2),
        "8": ("G", 1),
        "9": ("H", 1),
    }


@pytest.mark.parametrize("cas", sorted(FALSIFICATIONS))
def test_une_falsification_se_voit(cas: str) -> None:
    falsifier, attendu = FALSIFICATIONS[cas]
    resultat = copy.deepcopy(affecter(ville()))
    falsifier(resultat)
    anomalies = verifier(ville(), resultat)
    assert any(attendu in anomalie for anomalie in anomalies), anomalies


def test_une_exception_vraie_se_liste_et_ne_se_tait_pas() -> None:
    resultat = affecter(sans_solution())
    assert [(e["regle"], e["demande"], e["voeu"]) for e in resultat["exceptions"]] == [(2, "X", 1)]
    assert verifier(sans_solution(), resultat) == []
    tue = copy.deepcopy(resultat)
    tue["exceptions"] = []
    assert "règle 2 : X serait pris pour le vœu 1 et ne l’a pas" in verifier(sans_solution(), tue)
    autre = copy.deepcopy(resultat)
    autre["exceptions"][0]["motif"] = "borne"
    assert verifier(sans_solution(), autre) == ["X, vœu 1 : motif 'cycle', attendu 'borne'"]


def test_une_instance_malformee_ne_se_verifie_pas() -> None:
    with pytest.raises(ErreurMetier):
        verifier({"version": 1}, {})


def test_un_resultat_a_la_main_se_verifie_sans_le_moteur() -> None:
    """Two solutions exist; the verification accepts the one the engine would not give."""
    probleme = instance(
        [accueil("A", 1), accueil("B", 1)],
        [
            demande("X", contrat("A", 1), contrat("B", 9)),
            demande("Y", contrat("B", 1), contrat("A", 9)),
        ],
    )
    resultat = affecter(probleme)
    assert {a["demande"]: a["accueil"] for a in resultat["affectations"]} == {"X": "A", "Y": "B"}
    for placee, nom in zip(resultat["affectations"], ("B", "A"), strict=True):
        autre = "A" if nom == "B" else "B"
        placee |= {
            "accueil": nom,
            "voeu": 2,
            "voeux": [
                {
                    "voeu": 1,
                    "accueil": autre,
                    "motif": "rang",
                    "creneaux_complets": [0],
                    "dernier_admis": {"points": 9, "anteriorite": "2026-01-12"},
                }
            ],
        }
    resultat["bilan"]["par_rang"] = {"2": 2}
    assert verifier(probleme, resultat) == []
