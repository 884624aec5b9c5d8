"""The allocation instance: its canonical bytes, worked by hand, and everything it refuses."""

import copy
import hashlib
import json
import random
from datetime import date
from typing import Any

import pytest

from commissions.regles import instance as format_instance
from commissions.regles.instance import (
    Accueil,
    Demande,
    PlaceActuelle,
    Voeu,
    canonique,
    construire,
    empreinte,
)
from commissions.regles.instance_lecture import lire, valider
from guichet.erreurs import ErreurMetier

# The worked example of the format: whole places, A has 2, B has 1, order Lea 60, Kai 55, Mia 50.
EXEMPLE = construire(
    ["place"],
    [Accueil("B", "B", (1,)), Accueil("A", "A", (2,))],
    [
        Demande("Lea", date(2026, 1, 12), ((0,),), (Voeu("A", 60),)),
        Demande("Kai", date(2026, 1, 12), ((0,),), (Voeu("B", 55), Voeu("A", 55))),
        Demande("Mia", date(2026, 1, 12), ((0,),), (Voeu("B", 50), Voeu("A", 50))),
    ],
    {},
)
OCTETS = (
    '{"accueils":[{"capacite":[2],"id":"A","reserves":[],"structure":"A"},'
    '{"capacite":[1],"id":"B","reserves":[],"structure":"B"}],"creneaux":["place"],"demandes":['
    '{"anteriorite":"2026-01-12","id":"Kai","titres":[],"voeux":['
    '{"accueil":"B","creneaux":[0],"points":55},{"accueil":"A","creneaux":[0],"points":55}]},'
    '{"anteriorite":"2026-01-12","id":"Lea","titres":[],"voeux":['
    '{"accueil":"A","creneaux":[0],"points":60}]},'
    '{"anteriorite":"2026-01-12","id":"Mia","titres":[],"voeux":['
    '{"accueil":"B","creneaux":[0],"points":50},{"accueil":"A","creneaux":[0],"points":50}]}],'
    '"groupes":[],"version":1}'
)


def riche() -> dict[str, Any]:
    """An instance that uses every part of the format."""
    return construire(
        ["lun_matin", "lun_apm", "é"],
        [Accueil("S:b", "S", (3, 3, 2), (("insertion", 1),)), Accueil("T:b", "T", (1, 0, 4))],
        [
            Demande(
                "2", date(2026, 2, 1), ((2, 0), (0,)), (Voeu("T:b", 7), Voeu("S:b", 9)), 4, ("z", "a"), "F"
            ),
            Demande("1", date(2026, 2, 2), ((1,),), (Voeu("S:b", 9),), None, (), "F"),
            Demande(
                *("3", date(2026, 2, 2), ((1,), (1,)), (Voeu("S:b", 3),)),
                place_actuelle=PlaceActuelle("T:b", (1, 1, 0), 2),
            ),
        ],
        {"F": "ensemble_sinon_separes"},
    )


def test_les_octets_de_l_exemple_ecrits_a_la_main() -> None:
    assert canonique(EXEMPLE).decode() == OCTETS
    assert empreinte(canonique(EXEMPLE)) == hashlib.sha256(OCTETS.encode()).hexdigest()


def test_l_ordre_du_fichier_ne_change_pas_les_octets() -> None:
    attendus, hasard = canonique(riche()), random.Random(4)
    for _ in range(20):
        melange = copy.deepcopy(riche())
        for nom in ("accueils", "demandes", "groupes"):
            hasard.shuffle(melange[nom])
        for demande in melange["demandes"]:
            hasard.shuffle(demande["titres"])
            demande.setdefault("tirage", None)
            for voeu in demande["voeux"]:
                hasard.shuffle(voeu["creneaux"])
        assert canonique(lire(json.dumps(melange))) == attendus


def test_l_ordre_des_voeux_et_des_reserves_compte() -> None:
    autre = copy.deepcopy(riche())
    autre["demandes"][1]["voeux"].reverse()
    assert canonique(autre) != canonique(riche())


def test_la_place_actuelle_vient_en_dernier_et_s_ajoute_a_la_capacite() -> None:
    construite = riche()
    assert construite["demandes"][2]["voeux"][-1] == {
        "accueil": "T:b",
        "creneaux": [0, 1],
        "points": 2,
        "place_actuelle": True,
    }
    assert construite["accueils"][1]["capacite"] == [2, 1, 4]
    assert "é" in canonique(construite).decode()


def test_un_groupe_d_un_seul_ou_separe_disparait() -> None:
    demandes = [
        Demande(n, date(2026, 1, 1), ((0,),), (Voeu("A", 1),), groupe=g)
        for n, g in (("1", "seul"), ("2", "sep"), ("3", "sep"))
    ]
    construite = construire(
        ["place"], [Accueil("A", "A", (1,))], demandes, {"seul": "ensemble_ou_rien", "sep": "separes"}
    )
    assert construite["groupes"] == []
    assert all("groupe" not in d for d in construite["demandes"])


def _pose(chemin: str, valeur: Any) -> Any:
    def changer(i: dict[str, Any]) -> None:
        *avant, dernier = (int(p) if p.isdigit() else p for p in chemin.split("."))
        cible: Any = i
        for pas in avant:
            cible = cible[pas]
        if valeur is _ABSENT:
            del cible[dernier]
        else:
            cible[dernier] = valeur

    return changer


_ABSENT = object()
MALFORMEES = {
    "version inconnue": _pose("version", 2),
    "version booléenne": _pose("version", True),
    "sans demandes": _pose("demandes", _ABSENT),
    "clé inconnue": _pose("note", "x"),
    "sans créneau": _pose("creneaux", []),
    "créneau double": _pose("creneaux.1", "lun_matin"),
    "capacité trop courte": _pose("accueils.0.capacite", [1]),
    "capacité négative": _pose("accueils.0.capacite.0", -1),
    "capacité décimale": _pose("accueils.0.capacite.0", 1.0),
    "capacité booléenne": _pose("accueils.0.capacite.0", True),
    "accueil double": _pose("accueils.1.id", "S:b"),
    "id non texte": _pose("accueils.1.id", 4),
    "structure absente": _pose("accueils.0.structure", _ABSENT),
    "réserve négative": _pose("accueils.0.reserves.0.places", -1),
    "réserve inconnue": _pose("accueils.0.reserves.0.seuil", 1),
    "demande double": _pose("demandes.1.id", "1"),
    "antériorité fausse": _pose("demandes.0.anteriorite", "2026-02-30"),
    "antériorité mêlée": _pose("demandes.0.anteriorite", "2026-02-03T10:00:00"),
    "antériorité en français": _pose("demandes.0.anteriorite", "01/02/2026"),
    "tirage texte": _pose("demandes.1.tirage", "4"),
    "titre double": _pose("demandes.1.titres", ["a", "a"]),
    "groupe inconnu": _pose("demandes.1.groupe", "G"),
    "groupe liste": _pose("demandes.1.groupe", ["F"]),
    "sans vœu": _pose("demandes.1.voeux", []),
    "accueil inconnu": _pose("demandes.1.voeux.0.accueil", "U:b"),
    "contrat vide": _pose("demandes.1.voeux.0.creneaux", []),
    "créneau deux fois": _pose("demandes.1.voeux.0.creneaux", [0, 0]),
    "créneau hors semaine": _pose("demandes.1.voeux.0.creneaux", [3]),
    "points texte": _pose("demandes.1.voeux.0.points", "7"),
    "place actuelle pas dernière": _pose("demandes.1.voeux.0.place_actuelle", True),
    "place actuelle entière": _pose("demandes.1.voeux.3.place_actuelle", 1),
    "place actuelle sans capacité": _pose("accueils.1.capacite", [0, 0, 0]),
    "règle inconnue": _pose("groupes.0.regle", "separes"),
    "repli inconnu": _pose("groupes.0.repli", "rien"),
    "demandes en objet": _pose("demandes", {}),
}


@pytest.mark.parametrize("cas", sorted(MALFORMEES))
def test_une_instance_malformee_est_refusee_et_nommee(cas: str) -> None:
    fausse = riche()
    valider(fausse)
    MALFORMEES[cas](fausse)
    with pytest.raises(ErreurMetier) as refus:
        valider(fausse)
    assert refus.value.code == "instance_invalide"
    assert " : " in refus.value.message


@pytest.mark.parametrize(
    "texte", ["", "[]", "{", '{"version": 1, "version": 1}', '{"version": NaN}', b"\xff\xfe{", "[" * 100_000]
)
def test_ce_qui_n_est_pas_une_instance_est_refuse(texte: str | bytes) -> None:
    with pytest.raises(ErreurMetier):
        lire(texte)


def test_les_deux_regles_de_groupe_du_format() -> None:
    assert format_instance.REGLES_GROUPE == {
        "ensemble_sinon_separes": ("ensemble", "separes"),
        "ensemble_ou_rien": ("ensemble", "aucun"),
    }
