"""Places and people of the city: structures, sections, agents."""

from datetime import date, time
from typing import Any

from structures.models import (
    Agent,
    Agrement,
    AssistanteMaternelle,
    Capacite,
    Convention,
    CreneauSupplementaire,
    Gestionnaire,
    Habilitation,
    Mairie,
    NatureGestionnaire,
    PlacesEmployeur,
    Profil,
    Quartier,
    Section,
    ServicePartenaire,
    Structure,
    Tache,
    TrancheAge,
    TypeStructure,
)
from tests.factories.reperes import DEBUT, MOT_DE_PASSE, suivant


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


def creer_familiale(places: int = 30, **champs: Any) -> Section:
    """A crèche familiale: one section of mixed ages, `places` every half-day."""
    structure = creer_structure(type=TypeStructure.CRECHE_FAMILIALE, **champs)
    section = creer_section(structure)
    creer_capacite(section, places=[places] * 10)
    return section


def creer_assistante(structure: Structure, places: int = 0, **champs: Any) -> AssistanteMaternelle:
    """An assistante maternelle, with an agrément for `places` children when given."""
    n = suivant()
    champs.setdefault("quartier", None)
    champs["quartier"] = champs["quartier"] or creer_quartier()
    defauts = {"structure": structure, "prenom": "Sylvie", "nom": f"Garde{n}"}
    assistante = AssistanteMaternelle.objects.create(**{**defauts, **champs})
    if places:
        creer_agrement(assistante, places=places)
    return assistante


def creer_agrement(assistante: AssistanteMaternelle, **champs: Any) -> Agrement:
    defauts = {"assistante": assistante, "debut": DEBUT, "places": 3}
    return Agrement.objects.create(**{**defauts, **champs})


def creer_places_employeur(section: Section, places: int = 2, **champs: Any) -> PlacesEmployeur:
    """`places` an employer reserves every half-day, from the first day known."""
    defauts = {"employeur": f"Entreprise {suivant()}", "debut": DEBUT, "places": [places] * 10}
    return PlacesEmployeur.objects.create(section=section, **{**defauts, **champs})


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


def creer_convention(gestionnaire: Gestionnaire | None = None, **champs: Any) -> Convention:
    defauts = {"gestionnaire": gestionnaire or creer_gestionnaire(), "debut": DEBUT, "places": 20}
    return Convention.objects.create(**{**defauts, **champs})


def creer_creneau(section: Section | None = None, **champs: Any) -> CreneauSupplementaire:
    """At most two children before 8 o'clock, until further notice."""
    defauts = {"section": section or creer_section(), "debut": DEBUT, "places": 2, "nature": "ouverture"}
    seuil = {} if champs.get("nature") == "lit" else {"heure": time(8)}
    return CreneauSupplementaire.objects.create(**{**defauts, **seuil, **champs})


def creer_capacite(section: Section | None = None, **champs: Any) -> Capacite:
    """An ordinary capacity of ten places every half-day, until further notice."""
    defauts = {"section": section or creer_section(), "debut": DEBUT, "places": [10] * 10}
    return Capacite.objects.create(**{**defauts, **champs})
