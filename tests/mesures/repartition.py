"""The allocation of a whole city: an invented instance of any size, and what the engine makes of it.

`python -m tests.mesures.repartition DEMANDES ACCUEILS [--ordre-commun]` measures one, in its own process.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from commissions.regles.affectation import affecter, verifier
from structures.regles.semaine import CRENEAUX, NB_CRENEAUX

GRAINE = 20_261_130
TAILLES = ((1_500, 84), (10_000, 1_000), (63_000, 2_100))
AGES = ("bebes", "moyens", "grands")
PART_TEMPS, MUTATIONS, FRATRIES, INSERTION = 0.40, 0.02, 0.02, 0.05
PLACES_PAR_DEMANDE = 0.45


def ville(
    demandes: int, accueils: int, *, ordre_commun: bool = False, graine: int = GRAINE
) -> dict[str, Any]:
    """Structures on a ring, families asking those around them, one section for each age.

    40 % of part-time weeks, 2 % of transfers, one dossier in three with an alternative week. A common order
    gives a child the same points everywhere; otherwise a sibling present is worth more in one structure,
    one section in five guarantees a place to the title « insertion », 2 % are siblings asking together and
    one transfer in ten asks more days where it is.
    """
    rng = Random(f"{graine}:{demandes}:{accueils}:{ordre_commun}")
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
        _mutation(rng, voeux, [s["id"] for s in sections], complement=not ordre_commun and rng.random() < 0.1)
    return {
        "id": f"2026-{n:06d}",
        "anteriorite": f"{rng.choice((2025, 2026))}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "tirage": rng.randrange(10**6),
        "titres": ["insertion"] if rng.random() < INSERTION else [],
        "voeux": voeux,
    }


def _mutation(rng: Random, voeux: list[dict[str, Any]], sections: list[str], *, complement: bool) -> None:
    """The child holds a contract where it asks nothing; or, for a complement, part of its first wish."""
    points = voeux[0]["points"]
    if complement:
        presente, jours = voeux[0]["accueil"], voeux[0]["creneaux"][:-2] or [0]
    else:
        ailleurs = sorted(set(sections) - {voeu["accueil"] for voeu in voeux})
        if not ailleurs:
            return
        presente, jours = rng.choice(ailleurs), semaine(rng)
    voeux.append({"accueil": presente, "creneaux": jours, "points": points, "place_actuelle": True})


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


@dataclass(frozen=True)
class MesureRepartition:
    """One allocation: validation, signature, placing and reasons, in seconds of processor."""

    demandes: int
    accueils: int
    contrats: int
    affectees: int
    exceptions: int
    secondes: float
    memoire_mo: int

    def ligne(self, precedente: "MesureRepartition | None", *, ordre_commun: bool) -> str:
        """One row of the table; the growth is said against the size before."""
        milliers = f"{self.demandes:,} × {self.accueils:,}".replace(",", "\u202f")
        croissance = ""
        if precedente is not None:
            rapport, taille = (
                self.secondes / precedente.secondes,
                self.contrats / precedente.contrats,
            )
            croissance = f", {rapport:.1f} × le temps pour {taille:.1f} × de vœux"
        pour_mille = f"{1000 * self.exceptions / self.demandes:.2f}"
        secondes = f"{self.secondes:.2f}"
        exceptions = f"{self.exceptions} exception{'s' if self.exceptions > 1 else ''}"
        ordre = "un seul ordre" if ordre_commun else "points par vœu"
        budgets = ["0 exception" if ordre_commun else "≤ 1 ‰"]
        if (self.demandes, self.accueils) == TAILLES[-1]:
            budgets += ["≤ 6 s", "≤ 1 Go"]
        return (
            f"| répartition, {milliers} accueils, {ordre} | 0 | {secondes} s de processeur "
            f"| {exceptions} ({pour_mille} ‰), {self.memoire_mo} Mo{croissance} "
            f"| {', '.join(budgets)} |"
        )


def mesurer_ville(
    demandes: int, accueils: int, *, ordre_commun: bool, verification: bool = False
) -> MesureRepartition:
    """Allocate the invented city once; the verification, asked, raises on any anomaly."""
    instance = ville(demandes, accueils, ordre_commun=ordre_commun)
    debut = time.process_time()
    resultat = affecter(instance)
    secondes = time.process_time() - debut
    memoire = _memoire_mo()
    if verification and (anomalies := verifier(instance, resultat)):
        raise ValueError("\n".join(anomalies))
    return MesureRepartition(
        demandes=demandes,
        accueils=accueils,
        contrats=sum(len(demande["voeux"]) for demande in instance["demandes"]),
        affectees=resultat["bilan"]["affectees"],
        exceptions=len(resultat["exceptions"]),
        secondes=secondes,
        memoire_mo=memoire,
    )


def _memoire_mo() -> int:
    """The peak of this process alone: `getrusage` would carry over that of the parent it was forked from."""
    statut = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"^VmHWM:\s+(\d+) kB", statut, re.MULTILINE)[1]) // 1024  # type: ignore[index]


def mesurer_repartition() -> list[str]:
    """Every size, under both kinds of order: the rows of the table. Memory is that of a fresh process."""
    lignes = []
    for ordre_commun in (False, True):
        precedente = None
        for demandes, accueils in TAILLES:
            mesure = dans_un_processus(demandes, accueils, ordre_commun=ordre_commun)
            lignes.append(mesure.ligne(precedente, ordre_commun=ordre_commun))
            precedente = mesure
    return lignes


def dans_un_processus(demandes: int, accueils: int, *, ordre_commun: bool) -> MesureRepartition:
    arguments = [str(demandes), str(accueils), *(["--ordre-commun"] if ordre_commun else [])]
    fait = subprocess.run(
        [sys.executable, "-m", __name__, *arguments], check=True, capture_output=True, text=True
    )
    return MesureRepartition(**json.loads(fait.stdout))


if __name__ == "__main__":
    taille = mesurer_ville(int(sys.argv[1]), int(sys.argv[2]), ordre_commun="--ordre-commun" in sys.argv)
    sys.stdout.write(json.dumps(asdict(taille)))
