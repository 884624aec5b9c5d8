"""The allocation: what each rule says, on examples worked by hand."""

import gc
from typing import Any

import pytest

from commissions.regles.affectation import VERSION_MOTEUR, affecter, verifier
from guichet.erreurs import ErreurMetier
from tests.commissions.instances import JOUR, accueil, contrat, demande, instance


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


def raisons(resultat: dict[str, Any], numero: str) -> list[dict[str, Any]]:
    lignes = (*resultat["affectations"], *resultat["refus"])
    trouvees: list[dict[str, Any]] = next(li for li in lignes if li["demande"] == numero).get("voeux", [])
    return trouvees


def test_une_reserve_ne_se_sert_pas_en_deux_passes() -> None:
    """Open places first, then reserved ones, would send V to B, who would get A by listing A alone."""
    voisin = {"titres": ["quartier"]}
    accueils = [accueil("A", 2, reserves=(("quartier", 1),)), accueil("B", 1)]
    autres = [demande("X", contrat("A", 90)), demande("Y", contrat("A", 80), contrat("B", 80))]
    deux = instance(accueils, [*autres, demande("V", contrat("A", 70), contrat("B", 70), **voisin)])
    seul = instance(accueils, [*autres, demande("V", contrat("A", 70), **voisin)])
    assert (
        placements(repartir(deux))
        == placements(repartir(seul))
        == {"X": ("A", 1), "Y": ("B", 2), "V": ("A", 1)}
    )
    assert (
        next(a for a in repartir(deux)["affectations"] if a["demande"] == "V")["titre_reserve"] == "quartier"
    )


def test_une_reserve_que_personne_ne_demande_est_a_tous() -> None:
    resultat = repartir(
        instance(
            [accueil("A", 2, reserves=(("insertion", 2),))],
            [demande("X", contrat("A", 9)), demande("Y", contrat("A", 8)), demande("Z", contrat("A", 7))],
        )
    )
    assert placements(resultat) == {"X": ("A", 1), "Y": ("A", 1)}
    assert raisons(resultat, "Z")[0]["dernier_admis"] == {"points": 8, "anteriorite": JOUR}


def test_un_enfant_ne_compte_que_pour_un_titre() -> None:
    """D bears both titles and counts for the first: the second guarantee is still E's, before F."""
    resultat = repartir(
        instance(
            [accueil("A", 2, reserves=(("insertion", 1), ("personnel", 1)))],
            [
                demande("D", contrat("A", 5), titres=["insertion", "personnel"]),
                demande("E", contrat("A", 1), titres=["personnel"]),
                demande("F", contrat("A", 9)),
            ],
        )
    )
    assert {a["demande"]: a["titre_reserve"] for a in resultat["affectations"]} == {
        "D": "insertion",
        "E": "personnel",
    }
    assert raisons(resultat, "F")[0] == {
        "voeu": 1,
        "accueil": "A",
        "motif": "rang",
        "creneaux_complets": [0],
        "dernier_admis": None,
        "occupe_par": "reserve",
    }


def test_les_ex_aequo_se_departagent_par_anteriorite_tirage_puis_numero() -> None:
    ordre = [
        demande("5", contrat("A", 1)) | {"anteriorite": "2025-12-31"},
        demande("4", contrat("A", 1), tirage=1),
        demande("3", contrat("A", 1), tirage=2),
        demande("1", contrat("A", 1)),
        demande("2", contrat("A", 1), tirage=None),
    ]
    for places in range(6):
        resultat = repartir(instance([accueil("A", places)], ordre))
        assert set(placements(resultat)) == {d["id"] for d in ordre[:places]}


def test_les_trois_motifs_d_une_demi_journee_qui_manque() -> None:
    resultat = repartir(
        instance(
            [accueil("A", 1, 1, 0), accueil("B", 1, 1, 1)],
            [
                demande("P", contrat("A", 9, (0,)), contrat("B", 9, (0,))),
                demande("Q", contrat("A", 8, (0, 1)), contrat("A", 8, (1, 2)), contrat("B", 8, (0, 1, 2))),
                demande("R", contrat("A", 5, (1,))),
                demande("S", contrat("B", 4, (0,))),
            ],
        )
    )
    assert placements(resultat) == {"P": ("A", 1), "Q": ("B", 3), "R": ("A", 1)}
    plein, ferme = raisons(resultat, "Q")
    assert (plein["motif"], plein["creneaux_complets"], plein["dernier_admis"]["points"]) == (
        "creneau",
        [0],
        9,
    )
    assert (ferme["motif"], ferme["creneaux_complets"], ferme["dernier_admis"]) == ("sans_place", [2], None)
    assert raisons(resultat, "S")[0]["motif"] == "rang"


def test_le_dernier_admis_est_celui_de_la_demi_journee_qui_manque() -> None:
    """The lowest admitted on the lacking half-days, not in the section: what this request had to beat."""
    resultat = repartir(
        instance(
            [accueil("A", 2, 1)],
            [
                demande("P", contrat("A", 9, (1,))),
                demande("Q", contrat("A", 7, (0,))),
                demande("R", contrat("A", 6, (0,))),
                demande("S", contrat("A", 5, (0, 1))),
            ],
        )
    )
    assert raisons(resultat, "S")[0] == {
        "voeu": 1,
        "accueil": "A",
        "motif": "rang",
        "creneaux_complets": [0, 1],
        "dernier_admis": {"points": 6, "anteriorite": JOUR},
    }
    assert affecter(instance([accueil("A", 2, 1)], []))["bilan"]["places_creneaux_libres"] == 3


def test_deux_mutations_echangent_leurs_places() -> None:
    resultat = repartir(
        instance(
            [accueil("A", 1), accueil("B", 1)],
            [
                demande("X", contrat("B", 1), contrat("A", 1, place_actuelle=True)),
                demande("Y", contrat("A", 1), contrat("B", 1, place_actuelle=True)),
            ],
        )
    )
    assert placements(resultat) == {"X": ("B", 1), "Y": ("A", 1)}


def test_la_place_qu_une_mutation_quitte_est_redonnee_et_ne_se_perd_jamais() -> None:
    def ville(points: int) -> dict[str, Any]:
        return instance(
            [accueil("A", 1), accueil("B", 1)],
            [
                demande("X", contrat("B", 5), contrat("A", 1, place_actuelle=True)),
                demande("Y", contrat("A", 99)),
                demande("Z", contrat("B", points)),
            ],
        )

    assert placements(repartir(ville(4))) == {"X": ("B", 1), "Y": ("A", 1)}
    reste = repartir(ville(6))
    assert placements(reste) == {"X": ("A", 2), "Z": ("B", 1)}
    assert raisons(reste, "Y")[0] == {
        "voeu": 1,
        "accueil": "A",
        "motif": "rang",
        "creneaux_complets": [0],
        "dernier_admis": None,
        "occupe_par": "presents",
    }


def test_demander_plus_de_jours_la_ou_l_on_est_se_joue_aux_points() -> None:
    def ville(points: int) -> dict[str, Any]:
        return instance(
            [accueil("A", 1, 1)],
            [
                demande("X", contrat("A", 5, (0, 1)), contrat("A", 5, (0,), place_actuelle=True)),
                demande("Y", contrat("A", points, (1,))),
            ],
        )

    assert placements(repartir(ville(4))) == {"X": ("A", 1)}
    assert placements(repartir(ville(6))) == {"X": ("A", 2), "Y": ("A", 1)}


def test_ce_qui_n_a_pas_de_solution_est_dit() -> None:
    """X would lose to Y the half-day it holds by asking one more, and keeps it by asking nothing."""
    probleme = instance(
        [accueil("A", 1, 1)],
        [
            demande("X", contrat("A", 5, (0, 1)), contrat("A", 5, (0,), place_actuelle=True)),
            demande("Y", contrat("A", 6, (0,))),
        ],
    )
    resultat = repartir(probleme)
    assert placements(resultat) == {"X": ("A", 2)}
    assert resultat["exceptions"] == [
        {"regle": 2, "demande": "X", "voeu": 1, "accueil": "A", "motif": "cycle"}
    ]
    assert raisons(resultat, "X")[0]["motif"] == "cycle"
    assert verifier(probleme, resultat | {"exceptions": []}) != []


def fratrie(repli: str, *, places: tuple[int, int], actuelle: bool = False) -> dict[str, Any]:
    """Two siblings ask structure S, a section each, then T for the first alone."""
    bebes, grands = accueil("S:b", places[0]), accueil("S:g", places[1])
    presente = (contrat("T", 1, place_actuelle=True),) if actuelle else (contrat("T", 5),)
    return instance(
        [bebes | {"structure": "S"}, grands | {"structure": "S"}, accueil("T", 1)],
        [
            demande("1", contrat("S:b", 5), *presente, groupe="F"),
            demande("2", contrat("S:g", 5), groupe="F"),
        ],
        {"F": repli},
    )


def test_une_fratrie_entre_ensemble_ou_suit_son_repli() -> None:
    ensemble = {"1": ("S:b", 1), "2": ("S:g", 1)}
    assert placements(repartir(fratrie("aucun", places=(1, 1)))) == ensemble
    assert placements(repartir(fratrie("separes", places=(1, 0)))) == {"1": ("S:b", 1)}
    seuls = repartir(fratrie("aucun", places=(1, 0)))
    assert placements(seuls) == {}
    assert [r["motif"] for r in raisons(seuls, "1")] == ["groupe", "groupe"]
    assert [r["motif"] for r in raisons(seuls, "2")] == ["sans_place"]
    assert raisons(seuls, "1")[0]["creneaux_complets"] == []


def test_une_place_actuelle_survit_a_aucun() -> None:
    assert placements(repartir(fratrie("aucun", places=(1, 0), actuelle=True))) == {"1": ("T", 2)}


def test_un_groupe_evince_part_ensemble_et_ses_places_sont_redonnees() -> None:
    probleme = fratrie("aucun", places=(1, 1))
    probleme["demandes"] += [demande("3", contrat("S:b", 9)), demande("4", contrat("S:g", 1))]
    assert placements(repartir(probleme)) == {"3": ("S:b", 1), "4": ("S:g", 1)}


def test_chaque_frere_a_son_meilleur_contrat_qui_tient() -> None:
    """Twins in one section: the first takes the whole week only if the second still enters."""
    probleme = instance(
        [accueil("S", 1, 1)],
        [
            demande("1", contrat("S", 5, (0, 1)), contrat("S", 5, (0,)), groupe="F"),
            demande("2", contrat("S", 5, (0, 1)), contrat("S", 5, (1,)), groupe="F"),
        ],
        {"F": "aucun"},
    )
    assert placements(repartir(probleme)) == {"1": ("S", 2), "2": ("S", 2)}


def test_par_rang_compte_des_structures_et_le_voeu_des_contrats() -> None:
    resultat = repartir(
        instance(
            [accueil("A", 0), accueil("B", 1)],
            [demande("X", contrat("A", 1), contrat("A", 1, (0,)), contrat("B", 1))],
        )
    )
    assert placements(resultat) == {"X": ("B", 3)}
    assert resultat["bilan"]["par_rang"] == {"2": 1}


def test_le_ramassage_reprend_apres_un_refus_comme_apres_un_resultat() -> None:
    affecter(instance([accueil("A", 1)], []))
    assert gc.isenabled()
    with pytest.raises(ErreurMetier):
        affecter({})
    assert gc.isenabled()


def test_une_instance_vide_et_des_nombres_sans_mesure_se_repartissent() -> None:
    vide = repartir({"version": 1, "creneaux": ["c"], "accueils": [], "demandes": []})
    assert vide["bilan"] == {"demandes": 0, "affectees": 0, "par_rang": {}, "places_creneaux_libres": 0}
    assert repartir(instance([accueil("A", 1)], [], {"F": "aucun"}))["affectations"] == []
    grands = instance(
        [accueil("A", 10**30)],
        [demande("1", contrat("A", -(10**40))), demande("2", contrat("A", 10**40), tirage=-5)],
    )
    assert repartir(grands)["bilan"]["places_creneaux_libres"] == 10**30 - 2


def test_une_fratrie_aux_combinaisons_sans_nombre_finit() -> None:
    """Eight children with six weeks each in one section of six half-days: a million and a half of ways."""
    semaines = [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2)]
    membres = [
        demande(str(n), *(contrat("A", 5, semaine) for semaine in semaines), groupe="F") for n in range(8)
    ]
    probleme = instance([accueil("A", 2, 2, 2)], membres, {"F": "separes"})
    resultat = repartir(probleme)
    assert resultat["bilan"] == {
        "demandes": 8,
        "affectees": 6,
        "par_rang": {"1": 6},
        "places_creneaux_libres": 0,
    }
