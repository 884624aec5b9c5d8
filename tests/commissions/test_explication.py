"""Why a child enters or not: the sentence, the threshold that may be told, and the result it is read from."""

from typing import Any

import pytest

from commissions.regles.affectation import affecter
from commissions.regles.explication import Refus, Seuil, mot_court, raison
from commissions.regles.habitude import leses, premier_choix_d_abord
from commissions.regles.lecture_resultat import contrats, lire_issues, places_restantes, points_reels
from commissions.regles.places_vides import places_vides, temps_partiels
from structures.regles.semaine import CRENEAUX, jours_en_mots

MERCREDI = (4, 5)
VIEUX, RECENT = "2026-01-12", "2026-03-02"


def un_refus(motif: str = "rang", **champs: Any) -> Refus:
    defauts = {"points": 240, "anteriorite": RECENT, "complets": MERCREDI, "seuil": Seuil(243, VIEUX)}
    return Refus(motif, **{**defauts, "admis": 5, **champs})


@pytest.mark.parametrize(
    ("creneaux", "mots"),
    [
        ((), ""),
        ((4, 5), "le mercredi"),
        ((4,), "le mercredi matin"),
        ((2, 3, 7), "le mardi et le jeudi après-midi"),
        ((0, 1, 2, 3, 4, 5), "le lundi, le mardi et le mercredi"),
        (tuple(range(10)), "du lundi au vendredi"),
    ],
)
def test_les_demi_journees_se_disent_en_mots(creneaux: tuple[int, ...], mots: str) -> None:
    assert jours_en_mots(creneaux) == mots


@pytest.mark.parametrize(
    ("refus", "phrase", "court"),
    [
        (
            un_refus(),
            "Plus de place le mercredi : le dernier admis y a 243 points, cette demande 240.",
            "mercredi complet",
        ),
        (
            un_refus(seuil=Seuil(240, VIEUX)),
            "Plus de place le mercredi : le dernier admis y a aussi 240 points, son dossier est plus ancien "
            "(12/01/2026 contre 02/03/2026).",
            "mercredi complet",
        ),
        (
            un_refus(seuil=Seuil(240, RECENT)),
            "Plus de place le mercredi : le dernier admis y a aussi 240 points et la même ancienneté, le "
            "départage a tranché.",
            "mercredi complet",
        ),
        (
            un_refus("creneau", complets=(2, 3, 6)),
            "Plus de place le mardi et le jeudi matin à son rang : le dernier admis y a 243 points, cette "
            "demande 240 ; un enfant classé après entre parce qu’il demande d’autres demi-journées.",
            "mar, jeu complets",
        ),
        (
            un_refus("sans_place", seuil=None),
            "Aucune place n’est ouverte le mercredi.",
            "aucune place mercredi",
        ),
        (
            un_refus("groupe", complets=(), seuil=None),
            "Une place lui irait, mais la fratrie ne peut pas entrer ensemble dans cette structure.",
            "fratrie",
        ),
        (
            un_refus("cycle", complets=(), seuil=None),
            "Aucun arrangement stable n’a été trouvé pour ce vœu : la commission l’examine.",
            "à examiner",
        ),
        (
            un_refus(seuil=None, occupe_par="presents"),
            "Plus de place le mercredi : les places sont tenues par des enfants déjà présents.",
            "mercredi complet",
        ),
        (
            un_refus(seuil=None, occupe_par="reserve"),
            "Plus de place le mercredi : les places restantes étaient garanties à d’autres enfants.",
            "mercredi complet",
        ),
        (
            un_refus(seuil=Seuil(57, VIEUX, "avant")),
            "Plus de place le mercredi : un complément de jours passe avant les autres demandes.",
            "mercredi complet",
        ),
        (
            un_refus(a_part="apres"),
            "Plus de place le mercredi : les compléments de jours passent après les autres demandes.",
            "mercredi complet",
        ),
    ],
)
def test_la_raison_tient_en_une_phrase(refus: Refus, phrase: str, court: str) -> None:
    assert raison(refus).replace("\u00a0", " ").replace("\u202f", " ") == phrase
    assert mot_court(refus) == court


@pytest.mark.parametrize(("admis", "dit"), [(1, False), (2, False), (3, True)])
def test_une_famille_ne_lit_pas_le_seuil_de_moins_de_trois_admis(admis: int, dit: bool) -> None:
    refus = un_refus(admis=admis)
    assert ("243" in raison(refus, famille=True)) is dit
    assert "243" in raison(refus)
    egal = un_refus(admis=admis, seuil=Seuil(240, VIEUX))
    assert ("12/01/2026" in raison(egal, famille=True)) is dit


def demande(numero: str, *voeux: tuple[Any, ...], **champs: Any) -> dict[str, Any]:
    """Wishes as (accueil, points) on whole places, or (accueil, points, créneaux[, present])."""
    return {
        "id": numero,
        "anteriorite": VIEUX,
        "voeux": [
            {
                "accueil": v[0],
                "points": v[1],
                "creneaux": list(v[2]) if len(v) > 2 else [0],
                **({"place_actuelle": True} if len(v) > 3 else {}),
            }
            for v in voeux
        ],
        **champs,
    }


def instance(capacites: dict[str, list[int]], *demandes: dict[str, Any]) -> dict[str, Any]:
    nombre = len(next(iter(capacites.values())))
    return {
        "version": 1,
        "creneaux": list(CRENEAUX[:nombre]),
        "accueils": [
            {"id": a, "structure": a, "capacite": c, "reserves": []} for a, c in sorted(capacites.items())
        ],
        "demandes": list(demandes),
        "groupes": [],
    }


def resultat(*affectations: dict[str, Any], refus: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"affectations": list(affectations), "refus": refus or []}


def exemple() -> tuple[dict[str, Any], dict[str, Any]]:
    """The worked example of the format: Kai and Mia want B, Lea A; B has one place."""
    probleme = instance(
        {"A": [2], "B": [1]},
        demande("lea", ("A", 60)),
        demande("kai", ("B", 55), ("A", 55)),
        demande("mia", ("B", 50), ("A", 50)),
    )
    refusee = {
        "voeu": 1,
        "accueil": "B",
        "motif": "rang",
        "creneaux_complets": [0],
        "dernier_admis": {"points": 55, "anteriorite": VIEUX},
    }
    rendu = resultat(
        {"demande": "lea", "accueil": "A", "voeu": 1},
        {"demande": "kai", "accueil": "B", "voeu": 1},
        {"demande": "mia", "accueil": "A", "voeu": 2, "voeux": [refusee]},
    )
    return probleme, rendu


def test_un_resultat_se_lit_demande_par_demande() -> None:
    probleme, rendu = exemple()
    issues = lire_issues(probleme, rendu)
    mia = issues["mia"]
    assert mia.contrat is not None
    assert (mia.contrat.accueil, mia.contrat.voeu, mia.entre) == ("A", 2, True)
    assert [(r.contrat.accueil, r.refus.admis, r.refus.points) for r in mia.refus] == [("B", 1, 50)]
    assert raison(mia.refus[0].refus).startswith("Plus de place le lundi matin")
    assert places_restantes(probleme, issues) == {"A": (0,), "B": (0,)}


def test_les_semaines_d_un_accueil_sont_numerotees_et_la_place_actuelle_a_part() -> None:
    une = demande(
        "x", ("A", 1_000_057, [0, 1]), ("A", 1_000_057, [0]), ("B", 57, [0, 1]), ("A", 57, [1], True)
    )
    lus = contrats(une)
    assert [(c.voeu, c.accueil, c.semaine, c.points, c.actuelle) for c in lus] == [
        (1, "A", 0, 57, False),
        (2, "A", 1, 57, False),
        (3, "B", 0, 57, False),
        (4, "A", 0, 57, True),
    ]
    assert [points_reels(p) for p in (57, 1_000_057, -999_943, -12)] == [
        (57, ""),
        (57, "avant"),
        (57, "apres"),
        (-12, ""),
    ]


def test_le_seuil_ne_compte_ni_les_presents_ni_les_places_garanties() -> None:
    presents = [demande(f"p{n}", ("A", 90, [0]), ("B", 90, [0], True)) for n in range(1)]
    autres = [demande(f"d{n}", ("B", 80 - n, [0])) for n in range(4)]
    probleme = instance({"A": [0], "B": [4]}, *presents, *autres)
    refusee = {
        "voeu": 1,
        "accueil": "B",
        "motif": "rang",
        "creneaux_complets": [0],
        "dernier_admis": {"points": 79, "anteriorite": VIEUX},
    }
    rendu = resultat(
        {"demande": "p0", "accueil": "B", "voeu": 2},
        {"demande": "d0", "accueil": "B", "voeu": 1, "titre_reserve": "insertion"},
        {"demande": "d1", "accueil": "B", "voeu": 1},
        {"demande": "d2", "accueil": "B", "voeu": 1},
        refus=[{"demande": "d3", "voeux": [refusee]}],
    )
    issues = lire_issues(probleme, rendu)
    assert issues["d3"].refus[0].refus.admis == 2
    assert (issues["p0"].garde_sa_place, issues["p0"].entre, issues["d0"].titre) == (True, False, "insertion")


def test_le_premier_choix_d_abord_lese_qui_nomme_une_creche_demandee() -> None:
    """Bea puts A first, where she has no chance; by hand B is full when her second choice comes."""
    probleme = instance(
        {"A": [1], "B": [1]},
        demande("ana", ("A", 90)),
        demande("bea", ("A", 80), ("B", 80)),
        demande("cyr", ("B", 10)),
    )
    habitude = premier_choix_d_abord(probleme)
    assert {n: c.accueil if c else None for n, c in habitude.items()} == {
        "ana": "A",
        "bea": None,
        "cyr": "B",
    }
    (lese,) = leses(probleme, habitude)
    assert (lese.demande, lese.obtenu, lese.contrat.accueil, lese.apres) == ("bea", None, "B", ("cyr",))
    juste = {"ana": contrats(probleme["demandes"][0])[0], "bea": contrats(probleme["demandes"][1])[1]}
    assert leses(probleme, {**juste, "cyr": None}) == []


def test_l_habitude_garde_les_presents_et_rend_la_place_quittee() -> None:
    probleme = instance(
        {"A": [1], "B": [1]},
        demande("dan", ("A", 20), ("B", 20, [0], True)),
        demande("eve", ("B", 10)),
    )
    habitude = premier_choix_d_abord(probleme)
    assert {n: c and (c.accueil, c.actuelle) for n, c in habitude.items()} == {
        "dan": ("A", False),
        "eve": ("B", False),
    }
    # Without a place at A, nobody takes Dan's: he is there before any points.
    plein = {**probleme, "accueils": instance({"A": [0], "B": [1]})["accueils"]}
    habitude = premier_choix_d_abord(plein)
    assert (habitude["dan"] and habitude["dan"].actuelle, habitude["eve"]) == (True, None)
    assert leses(plein, habitude) == []


def test_une_place_vide_dit_ce_qui_manquait() -> None:
    """Wednesday is full: those who wait want Monday with it."""
    semaine = (0, 1, 4, 5)
    probleme = instance(
        {"A": [1, 1, 0, 0, 1, 1, 0, 0, 0, 0], "B": [1] + [0] * 9},
        demande("un", ("A", 90, [4, 5])),
        demande("deux", ("A", 50, semaine)),
        demande("trois", ("A", 40, semaine)),
    )
    rendu = resultat(
        {"demande": "un", "accueil": "A", "voeu": 1},
        refus=[{"demande": d, "voeux": []} for d in ("deux", "trois")],
    )
    issues = lire_issues(probleme, rendu)
    a, b = places_vides(probleme, issues)
    assert (a.accueil, a.creneaux, a.total, a.demandes, a.manquants) == ("A", (0, 1), 2, 2, (4, 5))
    assert a.raison.replace("\u00a0", " ") == (
        "Le lundi : 2 demandes en voulaient une partie, mais avec d’autres, complètes (le mercredi)."
    )
    assert b.raison.replace("\u00a0", " ") == (
        "Le lundi matin : plus aucune demande en attente ne veut ces demi-journées ici."
    )


def test_une_place_vide_peut_attendre_une_fratrie() -> None:
    """Twins who come together or not at all leave the only place to nobody."""
    probleme = instance(
        {"A": [1]}, demande("j1", ("A", 90), groupe="G1"), demande("j2", ("A", 90), groupe="G1")
    )
    probleme["groupes"] = [{"id": "G1", "regle": "ensemble", "repli": "aucun"}]
    (vide,) = places_vides(probleme, lire_issues(probleme, affecter(probleme)))
    assert (vide.demandes, vide.manquants) == (2, ())
    assert vide.raison.endswith("2\u00a0demandes en voulaient, mais leur fratrie n’entre qu’ensemble.")


def test_deux_temps_partiels_qui_se_completent() -> None:
    debut, fin = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)
    probleme = instance(
        {"A": [1] * 10},
        demande("plein", ("A", 90, range(10))),
        demande("x", ("A", 50, debut), ("A", 50, (0, 1))),
        demande("y", ("A", 40, debut)),
        demande("z", ("A", 30, fin)),
    )
    rendu = resultat(
        {"demande": "plein", "accueil": "A", "voeu": 1},
        refus=[{"demande": d, "voeux": []} for d in ("x", "y", "z")],
    )
    (paire,) = temps_partiels(probleme, lire_issues(probleme, rendu))
    assert (paire.accueil, paire.une, paire.autre, paire.semaines) == ("A", "x", "z", (debut, fin))
