"""The people of the access table, and how one of its lines is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from structures.models import Agent, Mairie, Structure

PERSONAS = (
    *("anonyme", "agent", "coordination", "direction", "membre", "presidence"),
    *("partenaire", "administration", "dpo"),
)


@dataclass(frozen=True)
class Monde:
    """The people of the table and the places they belong to."""

    agents: dict[str, Agent]
    mairie: Mairie
    structure: Structure


Fabrique = Callable[[Monde], dict[str, Any]]


@dataclass(frozen=True)
class Ligne:
    route: str
    statuts: dict[str, int]
    avec: Fabrique
    methode: str


def sans_objet(monde: Monde) -> dict[str, Any]:
    return {}


def la_structure(monde: Monde) -> dict[str, Any]:
    return {"pk": monde.structure.pk}


def ligne(route: str, statuts: str, *, avec: Fabrique = sans_objet, methode: str = "get") -> Ligne:
    lus = [int(statut) for statut in statuts.split()]
    assert len(lus) == len(PERSONAS), f"{route} : {len(PERSONAS)} statuts attendus, {len(lus)} donnés"
    return Ligne(route, dict(zip(PERSONAS, lus, strict=True)), avec, methode)


DPO = "302 403 403 403 403 403 403 403 200"
TOUS = "302 200 200 200 200 200 200 200 200"
GUICHET = "302 200 200 403 403 403 403 403 403"
GUICHET_POST = "302 302 302 403 403 403 403 403 403"
LISTE = "302 200 200 200 403 403 403 403 403"
ADMINISTRATION = "302 403 403 403 403 403 403 200 403"
REFERENTIEL = "302 403 200 403 403 403 403 200 403"
COORDINATION = "302 403 200 403 403 403 403 403 403"
COORDINATION_POST = "302 403 302 403 403 403 403 403 403"
PLACES = "302 403 200 200 403 403 403 200 403"
