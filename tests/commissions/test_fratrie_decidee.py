"""Recomputing after a sibling is decided: « together » keeps its meaning for the others."""

from typing import Any

import pytest

from commissions.models import Passage, Seance
from commissions.queries.avis import avis_de, reponses_proposees
from commissions.queries.reste import Deplace, consequences, sort_essaye
from commissions.queries.salle import salle
from commissions.regles.affectation import affecter
from commissions.regles.fratrie_decidee import REUNIE
from commissions.regles.reste import Sort, hors_fratrie, instance_restante
from commissions.regles.verification import verifier
from commissions.services.decisions import annuler_geste
from commissions.services.salle import decider, recalculer
from dossiers.models import GroupeNaissance
from tests import factories
from tests.commissions.monde import NE_BEBE, Monde, monde_a_geler
from tests.commissions.test_salle import PLEIN, acte, en_seance, ligne


def demande(numero: str, *lieux: str, actuelle: str = "", groupe: str | None = "F1") -> dict[str, Any]:
    voeux = [{"accueil": f"{lieu}:b", "creneaux": [0], "points": 50} for lieu in lieux]
    if actuelle:
        voeux.append({"accueil": f"{actuelle}:b", "creneaux": [0], "points": 50, "place_actuelle": True})
    une: dict[str, Any] = {"id": numero, "anteriorite": "2026-01-01", "voeux": voeux}
    return une | ({"groupe": groupe} if groupe else {})


def probleme(*demandes: dict[str, Any], repli: str) -> dict[str, Any]:
    return {
        "version": 1,
        "creneaux": ["place"],
        "accueils": [{"id": f"{s}:b", "structure": s, "capacite": [3], "reserves": []} for s in "ABC"],
        "demandes": list(demandes),
        "groupes": [{"id": "F1", "regle": "ensemble", "repli": repli}],
    }


def voeux(instance: dict[str, Any]) -> dict[str, str]:
    return {d["id"]: "".join(v["accueil"][0] for v in d["voeux"]) for d in instance["demandes"]}


ADMIS_B = {"1": Sort("B:b", (0,))}


@pytest.mark.parametrize(
    ("repli", "autres", "decidees", "attendu"),
    [
        ("separes", [demande("2", "A", "B", "C")], ADMIS_B, {"2": "BAC"}),
        ("aucun", [demande("2", "A", "B", "C")], ADMIS_B, {"2": "B"}),
        ("separes", [demande("2", "A", "C")], ADMIS_B, {"2": "AC"}),
        ("aucun", [demande("2", "A", "C")], ADMIS_B, {}),
        # Refused, put off or waiting: together is over.
        ("separes", [demande("2", "A", "B")], {"1": Sort()}, {"2": "AB"}),
        ("aucun", [demande("2", "A", "B")], {"1": Sort()}, {}),
        # Three: the two that remain go together, where the first one is when both ask it.
        ("separes", [demande("2", "A", "B"), demande("3", "C", "B")], ADMIS_B, {"2": "BA", "3": "BC"}),
        ("aucun", [demande("2", "A", "B"), demande("3", "C", "B")], ADMIS_B, {"2": "B", "3": "B"}),
        ("aucun", [demande("2", "A", "B"), demande("3", "A", "C")], ADMIS_B, {}),
        # A place already held is never lost.
        ("aucun", [demande("2", "A", actuelle="C")], ADMIS_B, {"2": "C"}),
        ("separes", [demande("2", "A", "B", actuelle="C")], ADMIS_B, {"2": "BAC"}),
        # Another family is not touched.
        ("aucun", [demande("2", "B", groupe=None)], ADMIS_B, {"2": "B"}),
    ],
)
def test_les_voeux_que_la_fratrie_laisse(
    repli: str, autres: list[dict[str, Any]], decidees: dict[str, Sort], attendu: dict[str, str]
) -> None:
    instance = probleme(demande("1", "A", "B"), *autres, repli=repli)
    reste = instance_restante(instance, decidees)
    assert voeux(reste) == attendu
    assert hors_fratrie(instance, decidees) == {d["id"] for d in autres} - set(attendu)
    assert verifier(reste, affecter(reste)) == []


def test_un_transfert_refuse_garde_sa_structure_et_sa_fratrie_l_y_rejoint() -> None:
    instance = probleme(demande("1", "A", actuelle="C"), demande("2", "A", "C"), repli="aucun")
    assert voeux(instance_restante(instance, {"1": Sort()})) == {"2": "C"}


def test_deux_enfants_decides_a_deux_endroits_ne_laissent_rien_de_commun() -> None:
    trois = [demande(n, "A", "B") for n in "123"]
    decidees = {"1": Sort("A:b", (0,)), "2": Sort("B:b", (0,))}
    assert voeux(instance_restante(probleme(*trois, repli="separes"), decidees)) == {"3": "AB"}
    assert voeux(instance_restante(probleme(*trois, repli="aucun"), decidees)) == {}


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


def jumeaux(monde: Monde, regle: str) -> list[Any]:
    famille = factories.creer_famille()
    groupe = GroupeNaissance.objects.create(regle=regle)
    enfants = [factories.creer_enfant(famille, date_naissance=NE_BEBE, groupe=groupe) for _ in range(2)]
    choix = [monde.creche, monde.autre]
    return [monde.dossier(300 - n, voeux=choix, enfant=enfant) for n, enfant in enumerate(enfants)]


def admettre_ailleurs(monde: Monde, seance: Seance, dossier: Any) -> None:
    """The commission leaves the proposal: the first twin goes to its second choice."""
    voeu = ligne(seance, dossier, monde.ailleurs)
    decider(voeu, sens="admis", demi_journees=PLEIN, ecart="groupe", version=0, **acte(monde))


def passage(seance: Seance, dossier: Any) -> Passage:
    return seance.passages.get(dossier=dossier)


@pytest.mark.parametrize("regle", ["ensemble_sinon_separes", "ensemble_ou_rien"])
def test_le_second_jumeau_rejoint_le_premier(monde: Monde, regle: str) -> None:
    un, deux = jumeaux(monde, regle)
    seance = en_seance(monde, places={monde.bebes: 2, monde.ailleurs: 2})
    assert avis_de(seance)[passage(seance, deux).pk].section == monde.bebes.pk
    admettre_ailleurs(monde, seance, un)
    recalculer(seance, **acte(monde))
    avis = avis_de(seance)[passage(seance, deux).pk]
    assert (avis.sens, avis.section) == ("admis", monde.ailleurs.pk)
    # On the screen, its first choice says why it is not proposed there.
    lue = salle(seance, section_id=monde.bebes.pk)
    assert lue is not None
    sienne = next(un for un in lue.lignes if un.voeu.passage.dossier_id == deux.pk)
    assert (sienne.mot.texte, sienne.phrase) == ("Fratrie", REUNIE)


def test_ensemble_ou_rien_ne_propose_plus_rien_au_second(monde: Monde) -> None:
    un, deux = jumeaux(monde, "ensemble_ou_rien")
    autre = monde.dossier(200, voeux=[monde.creche])
    seance = en_seance(monde, places={monde.bebes: 2, monde.ailleurs: 1})
    voeu = ligne(seance, un, monde.bebes)
    ecart = {"sens": "ajourne", "motif": "report", "ecart": "famille", "version": 0}
    attendus = consequences(seance, voeu, sort_essaye(seance, voeu, "ajourne", ()))
    noms = {d.pk: passage(seance, d).numero_ordre for d in (deux, autre)}
    assert sorted(attendus, key=lambda d: d.verbe) == [
        Deplace(noms[autre.pk], "gagne une place", "", "Câlin-Doudou · Bébés"),
        Deplace(noms[deux.pk], "perd sa place", "Câlin-Doudou · Bébés", ""),
    ]
    avant = avis_de(seance)[passage(seance, deux).pk]
    decision = decider(voeu, **ecart, **acte(monde))
    recalculer(seance, **acte(monde))
    avis = avis_de(seance)
    assert (avis[passage(seance, deux).pk].sens, avis[passage(seance, deux).pk].motif) == (
        "liste_complementaire",
        "fratrie",
    )
    assert avis[passage(seance, autre).pk].sens == "admis"
    assert {r.phrase for r in reponses_proposees(seance)[passage(seance, deux).pk].refus} == {REUNIE}
    # The first twin's avis undone, its brother finds what was proposed to both.
    annuler_geste(seance, geste=decision.geste, **acte(monde))
    assert avis_de(seance)[passage(seance, deux).pk] == avant
