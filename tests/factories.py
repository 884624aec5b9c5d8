"""Invented people and places: plain functions, each giving a saved object with anything overridden."""

import itertools
from datetime import date
from typing import Any

from structures.models import (
    Agent,
    Gestionnaire,
    Habilitation,
    Mairie,
    NatureGestionnaire,
    Profil,
    Quartier,
    Section,
    ServicePartenaire,
    Structure,
    Tache,
    TrancheAge,
    TypeStructure,
)

DEBUT = date(2024, 1, 1)
MOT_DE_PASSE = "une phrase de passe pour les tests"
_suite = itertools.count(1)


def suivant() -> int:
    """A number never given before in this run."""
    return next(_suite)


def creer_quartier(**champs: Any) -> Quartier:
    n = suivant()
    return Quartier.objects.create(**{"code": f"quartier-{n}", "nom": f"Quartier {n}", **champs})


def creer_mairie(**champs: Any) -> Mairie:
    n = suivant()
    return Mairie.objects.create(**{"code": f"mairie-{n}", "nom": f"Mairie de proximité {n}", **champs})


def creer_gestionnaire(**champs: Any) -> Gestionnaire:
    n = suivant()
    defauts = {
        "code": f"gestionnaire-{n}",
        "nom": f"Association {n}",
        "nature": NatureGestionnaire.ASSOCIATION,
    }
    return Gestionnaire.objects.create(**{**defauts, **champs})


def creer_structure(**champs: Any) -> Structure:
    n = suivant()
    champs.setdefault("gestionnaire", None)
    champs.setdefault("quartier", None)
    champs["gestionnaire"] = champs["gestionnaire"] or creer_gestionnaire()
    champs["quartier"] = champs["quartier"] or creer_quartier()
    defauts = {
        "code": f"structure-{n}",
        "nom": f"Crèche {n}",
        "type": TypeStructure.MULTI_ACCUEIL,
        "capacite_autorisee": 30,
    }
    return Structure.objects.create(**{**defauts, **champs})


def creer_section(structure: Structure | None = None, **champs: Any) -> Section:
    n = suivant()
    defauts = {
        "structure": structure or creer_structure(),
        "nom": f"Section {n}",
        "tranche": TrancheAge.MIXTE,
        "age_min_jours": 70,
        "age_max_mois": 48,
    }
    return Section.objects.create(**{**defauts, **champs})


def creer_agent(profil: str | None = None, **champs: Any) -> Agent:
    """A user holding one `profil`, with the mairie, structure or service it needs (given or made)."""
    n = suivant()
    portee = {nom: champs.pop(nom) for nom in ("mairie", "structure", "service") if nom in champs}
    agent = Agent.objects.create_user(
        champs.pop("identifiant", f"agent-{n}"),
        champs.pop("password", MOT_DE_PASSE),
        **{"nom": f"Nom{n}", "prenom": f"Prénom{n}", **champs},
    )
    if profil:
        habiliter(agent, profil, **portee)
    return agent


def habiliter(agent: Agent, profil: str, *, debut: date = DEBUT, **portee: Any) -> Habilitation:
    """Give one more right to a user."""
    if profil == Profil.AGENT:
        portee.setdefault("mairie", None)
        portee["mairie"] = portee["mairie"] or creer_mairie()
    elif profil == Profil.DIRECTION:
        portee.setdefault("structure", None)
        portee["structure"] = portee["structure"] or creer_structure()
    elif profil == Profil.PARTENAIRE:
        portee.setdefault("service", ServicePartenaire.PMI)
    return Habilitation.objects.create(agent=agent, profil=profil, debut=debut, **portee)


def creer_tache(**champs: Any) -> Tache:
    return Tache.objects.create(**{"nature": "essai", "libelle": "Un long travail", **champs})
