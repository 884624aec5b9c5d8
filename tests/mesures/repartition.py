"""The allocation of a whole city: an invented instance of any size, and what the engine makes of it."""

from collections.abc import Iterator
from random import Random
from typing import Any

from structures.regles.semaine import CRENEAUX, NB_CRENEAUX

GRAINE = 20_261_130
AGES = ("bebes", "moyens", "grands")
PART_TEMPS, MUTATIONS, FRATRIES, INSERTION = 0.40, 0.02, 0.02, 0.05
PLACES_PAR_DEMANDE = 0.45


def ville(demandes: int, accueils: int, *, ordre_commun: bool = False) -> dict[str, Any]:
    """Structures on a ring, families asking those around them, one section for each age.

    40 % of part-time weeks, 2 % of transfers, one dossier in three with an alternative week. A common order
    gives a child the same points everywhere; otherwise a sibling present is worth more in one structure,
    one section in five guarantees a place to the title « insertion », and 2 % are siblings asking together.
    """
    rng = Random(f"{GRAINE}:{demandes}:{accueils}:{ordre_commun}")
    sections = list(_sections(rng, demandes, accueils, reserves=not ordre_commun))
    par_age = {age: sections[i :: len(AGES)] for i, age in enumerate(AGES)}
    liste = [_demande(rng, n, par_age, ordre_commun=ordre_commun) for n in range(demandes)]
    groupes = [] if ordre_commun else list(_fratries(rng, liste))
    capacites = {section["id"]: section["capacite"] for section in sections}
    for demande in liste:
        actuel = demande["voeux"][-1]
        if actuel.get("place_actuelle"):
            for k in actuel["creneaux"]:
                capacites[actuel["accueil"]][k] += 1
    return {
        "version": 1,
        "creneaux": list(CRENEAUX),
        "accueils": sections,
        "demandes": liste,
        "groupes": groupes,
    }


def _sections(rng: Random, demandes: int, accueils: int, *, reserves: bool) -> Iterator[dict[str, Any]]:
    moyenne = PLACES_PAR_DEMANDE * demandes / accueils
    for i in range(accueils):
        places = max(1, round(rng.uniform(0.4, 1.6) * moyenne))
        capacite = [places] * NB_CRENEAUX
        if rng.random() < 0.4:
            # Wednesdays and the ends of the week are what part-timers leave.
            for k in rng.sample(range(NB_CRENEAUX), rng.randint(1, 4)):
                capacite[k] += rng.choice((-1, 1, 2))
        yield {
            "id": f"S{i // len(AGES):04d}:{AGES[i % len(AGES)]}",
            "structure": f"S{i // len(AGES):04d}",
            "capacite": capacite,
            "reserves": [{"titre": "insertion", "places": 1}] if reserves and rng.random() < 0.2 else [],
        }


def semaine(rng: Random) -> list[int]:
    """The whole week, or two to four days, one time in five mornings only."""
    if rng.random() >= PART_TEMPS:
        return list(range(NB_CRENEAUX))
    jours = sorted(rng.sample(range(5), rng.randint(2, 4)))
    moities = (0,) if rng.random() < 0.2 else (0, 1)
    return [2 * jour + moitie for jour in jours for moitie in moities]


def _demande(
    rng: Random, n: int, par_age: dict[str, list[dict[str, Any]]], *, ordre_commun: bool
) -> dict[str, Any]:
    sections = par_age[rng.choice(AGES)]
    chez_soi = rng.randrange(len(sections))
    autour = [(chez_soi + round(rng.gauss(0, 4))) % len(sections) for _ in range(rng.randint(1, 5))]
    choix = [sections[i]["id"] for i in dict.fromkeys(autour)]
    points = rng.choice((0, 20, 40, 60, 80, 100)) + rng.choice((0, 0, 5, 10, 15, 30))
    fratrie = rng.choice(choix) if not ordre_commun and rng.random() < 0.15 else None
    semaines = [semaine(rng)]
    if rng.random() < 0.33:
        semaines.append(sorted(rng.sample(semaines[0], max(2, len(semaines[0]) - rng.choice((2, 4))))))
    voeux: list[dict[str, Any]] = [
        {"accueil": accueil, "creneaux": creneaux, "points": points + (40 if accueil == fratrie else 0)}
        for accueil in choix
        for creneaux in semaines
    ]
    if rng.random() < MUTATIONS:
        presente = sections[rng.randrange(len(sections))]["id"]
        voeux.append(
            {"accueil": presente, "creneaux": semaine(rng), "points": points, "place_actuelle": True}
        )
    return {
        "id": f"2026-{n:06d}",
        "anteriorite": f"{rng.choice((2025, 2026))}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "tirage": rng.randrange(10**6),
        "titres": ["insertion"] if rng.random() < INSERTION else [],
        "voeux": voeux,
    }


def _fratries(rng: Random, liste: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Two children who ask the same structures, each in the section of its age."""
    for n in range(0, len(liste) - 1, round(2 / FRATRIES)):
        aine, cadet = liste[n], liste[n + 1]
        age = rng.choice(AGES)
        cadet["voeux"] = [
            {**voeu, "accueil": f"{voeu['accueil'].partition(':')[0]}:{age}"}
            for voeu in aine["voeux"]
            if not voeu.get("place_actuelle")
        ]
        aine["groupe"] = cadet["groupe"] = f"F{n:06d}"
        yield {
            "id": f"F{n:06d}",
            "regle": "ensemble",
            "repli": "aucun" if rng.random() < 0.3 else "separes",
        }
