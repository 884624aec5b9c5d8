"""Dry runs: the engine on a changed copy of a list, compared with what it gives today. Nothing is kept.

A simulation of a draft grid writes only totals, on the job that computed them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commissions.models import PlaceOfferte, Seance
from commissions.queries.candidats import accueils_de, places_de
from commissions.queries.points_essai import (
    faits_de,
    jour_des_faits,
    points_sous,
    profils,
    proteges,
    structures_de,
)
from commissions.queries.proposition import PropositionLue
from commissions.regles.affectation import VERSION_MOTEUR, affecter
from commissions.regles.essai import Difference, avec_places, avec_points, avec_reserve, difference
from commissions.regles.instance import Instance
from commissions.regles.lecture_resultat import Issue, lire_issues
from commissions.regles.repartition import repartir
from commissions.services.probleme import construire_instance
from commissions.services.retenus import retenir
from dossiers.models import GrilleCriteres
from dossiers.queries.grilles import version_en_vigueur
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Tache
from structures.queries import reglage
from structures.services.taches import avancer, lancer, suivre

SIMULER = "commissions.taches.simuler"
NATURE = "simulation"
LIMITE_ESSAI = 5000
ETAPES = 5


@dataclass(frozen=True)
class Changement:
    """What is tried: places of a section, a guarantee there, or a draft grid for all."""

    section: int | None = None
    creneaux: tuple[int, ...] = ()
    ecart: int = 0
    titre: str = ""
    garanties: int = 0
    grille: GrilleCriteres | None = None


@dataclass(frozen=True)
class Essai:
    """The answers before and after, and what differs."""

    avant: Mapping[str, Issue]
    apres: Mapping[str, Issue]
    difference: Difference


def essayer(lue: PropositionLue, changement: Changement, places: list[PlaceOfferte], *, jour: date) -> Essai:
    """The same list with this change. Raises ErreurMetier `essai_trop_long`, `section_absente`."""
    instance = lue.instance
    if len(instance["demandes"]) > LIMITE_ESSAI:
        raise ErreurMetier("essai_trop_long", "Cette liste est trop longue pour un essai dans la page.")
    essai = instance
    if changement.section is not None:
        accueil = next((a for a, s in lue.sections.items() if s == changement.section), None)
        if accueil is None:
            raise ErreurMetier("section_absente", "Cette section n’est pas dans la séance.", champ="section")
        if changement.ecart:
            essai = avec_places(essai, accueil, changement.creneaux, changement.ecart)
        if changement.titre:
            essai = avec_reserve(essai, accueil, changement.titre, changement.garanties)
    if changement.grille is not None:
        structures = structures_de(places, lue.sections, instance)
        seance = lue.proposition.seance
        with faits_de(seance):
            points = points_sous(changement.grille, instance, structures, jour=jour_des_faits(seance, jour))
        essai = avec_points(essai, points)
    avant = lue.issues if lue.proposition.moteur == VERSION_MOTEUR else _issues(instance)
    apres = _issues(essai)
    return Essai(avant, apres, difference(instance, avant, apres))


def _issues(instance: Instance) -> dict[str, Issue]:
    return lire_issues(instance, affecter(instance))


def demander_simulation(seance: Seance, grille: GrilleCriteres, *, par: Agent) -> Tache:
    """Ask what a draft grid would change for a séance, frozen or still planned."""
    return lancer(
        NATURE,
        f"Simulation de «\u00a0{grille.nom}\u00a0» sur «\u00a0{seance}\u00a0»",
        SIMULER,
        par=par,
        retour=reverse("commissions:simulation_demander", args=[seance.pk]),
        seance_id=seance.pk,
        grille_id=grille.pk,
    )


def executer_simulation(tache_id: str, *, seance_id: int, grille_id: int, maintenant: datetime) -> None:
    """The body of the job; its totals stay on the job's row."""
    with suivre(tache_id, total=ETAPES) as tache:
        seance = Seance.objects.get(pk=seance_id)
        grille = GrilleCriteres.objects.get(pk=grille_id)
        simulation = simuler(
            seance, grille, le=timezone.localdate(maintenant), avancer=partial(avancer, tache)
        )
        tache.message = f"{simulation['demandes']} demandes comparées."
        tache.resultat = {
            "url": reverse("commissions:simulation", args=[tache.pk]),
            "libelle": "Lire la simulation",
            "simulation": simulation,
        }


def simuler(
    seance: Seance, grille: GrilleCriteres, *, le: date, avancer: Any = lambda fait, total: None
) -> dict[str, Any]:
    """Children placed today and under `grille`, group by group; small groups are melted, none is named."""
    places = places_de(seance)
    instance = json.loads(seance.instance) if seance.gelee else _instance_prevue(seance, places, le=le)
    sections = {accueil: section for section, accueil in accueils_de(places).items()}
    avancer(1, ETAPES)
    structures = structures_de(places, sections, instance)
    numeros = [d["id"] for d in instance["demandes"]]
    tus = proteges(numeros)
    with faits_de(seance):
        points = points_sous(grille, instance, structures, jour=jour_des_faits(seance, le))
        groupes = profils(numeros, tus=tus)
    avancer(2, ETAPES)
    avant = _issues(instance)
    avancer(3, ETAPES)
    apres = _issues(avec_points(instance, points))
    avancer(4, ETAPES)
    ecarts = difference(instance, avant, apres)
    places_avant, places_apres = _entrants(avant), _entrants(apres)
    seuil = int(reglage("seuil_quartier", le=le))
    avancer(5, ETAPES)
    return {
        "seance": str(seance),
        "seance_id": seance.pk,
        "gelee": seance.gelee,
        "grille": grille.nom,
        "seuil": seuil,
        "demandes": len(avant),
        "avant": len(places_avant),
        "apres": len(places_apres),
        "gagnent": len(ecarts.gagnent),
        "perdent": len(ecarts.perdent),
        "separees": len(ecarts.separees),
        "sans_faits": len(set(numeros) - {numero for numero, _ in points}),
        "tableaux": _tableaux(groupes, places_avant, places_apres, seuil),
    }


def _tableaux(
    groupes: Mapping[str, Mapping[str, str]], avant: frozenset[str], apres: frozenset[str], seuil: int
) -> list[dict[str, Any]]:
    return [
        {
            "titre": titre,
            "lignes": [[g.nom, g.dossiers, g.avant, g.apres] for g in repartir(siens, avant, apres, seuil)],
        }
        for titre, siens in groupes.items()
    ]


def _entrants(issues: Mapping[str, Issue]) -> frozenset[str]:
    return frozenset(numero for numero, issue in issues.items() if issue.entre)


def _instance_prevue(seance: Seance, places: list[PlaceOfferte], *, le: date) -> Instance:
    """What the freeze would build now, on the pending list; nothing is saved."""
    seance.grille = version_en_vigueur()
    if seance.grille is None:
        raise ErreurMetier("sans_grille", "Aucune grille n’est en vigueur\u00a0: publiez-en une d’abord.")
    return construire_instance(retenir(seance, places, le=le), places, {}, le=le)
