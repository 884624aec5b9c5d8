"""The lines of the project and of `structures`."""

from typing import Any

from tests import factories
from tests.acces.monde import (
    ADMINISTRATION,
    COORDINATION,
    PLACES,
    REFERENTIEL,
    TOUS,
    Monde,
    la_structure,
    ligne,
)


def tache_de_la_coordination(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_tache(demandee_par=monde.agents["coordination"]).pk}


def un_compte(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_agent("dpo").pk}


def un_droit(monde: Monde) -> dict[str, Any]:
    agent = factories.creer_agent("dpo")
    return {"pk": agent.pk, "droit": agent.habilitations.get().pk}


def la_mairie(monde: Monde) -> dict[str, Any]:
    return {"pk": monde.mairie.pk}


def un_quartier(monde: Monde) -> dict[str, Any]:
    return {"pk": monde.structure.quartier_id}


def un_gestionnaire(monde: Monde) -> dict[str, Any]:
    return {"pk": monde.structure.gestionnaire_id}


def une_convention(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_convention(monde.structure.gestionnaire).pk}


def un_reglage(monde: Monde) -> dict[str, Any]:
    return {"cle": "delai_offre"}


def une_section(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_section(monde.structure).pk}


def une_capacite(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_capacite(factories.creer_section(monde.structure)).pk}


def un_creneau(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_creneau(factories.creer_section(monde.structure)).pk}


def une_familiale(monde: Monde) -> dict[str, Any]:
    monde.structure.type = "creche_familiale"
    monde.structure.save()
    return {"pk": monde.structure.pk}


def une_assistante(monde: Monde) -> dict[str, Any]:
    une_familiale(monde)
    return {"pk": factories.creer_assistante(monde.structure).pk}


def un_agrement(monde: Monde) -> dict[str, Any]:
    une_familiale(monde)
    return {"pk": factories.creer_agrement(factories.creer_assistante(monde.structure)).pk}


# anonyme agent coordination direction membre presidence partenaire administration dpo
LIGNES = [
    ligne("accueil", TOUS),
    ligne("connexion", "200 302 302 302 302 302 302 302 302"),
    ligne("deconnexion", "302 302 302 302 302 302 302 302 302", methode="post"),
    ligne("compte", TOUS),
    ligne("compte_raccourcis", "302 302 302 302 302 302 302 302 302", methode="post"),
    ligne("couleurs", "200 200 200 200 200 200 200 200 200"),
    ligne("logo", "404 404 404 404 404 404 404 404 404"),
    ligne("structures:comptes", ADMINISTRATION),
    ligne("structures:compte_nouveau", ADMINISTRATION),
    ligne("structures:compte_detail", ADMINISTRATION, avec=un_compte),
    ligne(
        "structures:compte_mot_de_passe",
        "302 403 403 403 403 403 403 302 403",
        avec=un_compte,
        methode="post",
    ),
    ligne(
        "structures:compte_ouverture", "302 403 403 403 403 403 403 302 403", avec=un_compte, methode="post"
    ),
    ligne("structures:compte_droit_accorder", ADMINISTRATION, avec=un_compte, methode="post"),
    ligne("structures:compte_droit_finir", ADMINISTRATION, avec=un_droit),
    ligne("structures:ville", ADMINISTRATION),
    ligne("structures:structures", REFERENTIEL),
    ligne("structures:structure_nouvelle", REFERENTIEL),
    ligne("structures:mairies", REFERENTIEL),
    ligne("structures:mairie_nouvelle", REFERENTIEL),
    ligne("structures:quartiers", REFERENTIEL),
    ligne("structures:quartier_nouveau", REFERENTIEL),
    ligne("structures:gestionnaires", REFERENTIEL),
    ligne("structures:gestionnaire_nouveau", REFERENTIEL),
    ligne("structures:reglages", REFERENTIEL),
    ligne("structures:structure_detail", REFERENTIEL, avec=la_structure),
    ligne("structures:section_nouvelle", REFERENTIEL, avec=la_structure),
    ligne("structures:section_modifier", REFERENTIEL, avec=une_section),
    ligne("structures:mairie_modifier", REFERENTIEL, avec=la_mairie),
    ligne("structures:quartier_modifier", REFERENTIEL, avec=un_quartier),
    ligne("structures:gestionnaire_detail", REFERENTIEL, avec=un_gestionnaire),
    ligne("structures:convention_nouvelle", REFERENTIEL, avec=un_gestionnaire),
    ligne("structures:convention_modifier", REFERENTIEL, avec=une_convention),
    ligne("structures:reglage_detail", REFERENTIEL, avec=un_reglage),
    ligne("structures:section_detail", PLACES, avec=une_section),
    ligne("structures:employeur_nouveau", COORDINATION, avec=une_section),
    ligne("structures:assistantes", PLACES, avec=une_familiale),
    ligne("structures:assistante_nouvelle", PLACES, avec=une_familiale),
    ligne("structures:assistante", PLACES, avec=une_assistante),
    ligne("structures:agrement_nouveau", PLACES, avec=une_assistante),
    ligne("structures:agrement", PLACES, avec=un_agrement),
    ligne("structures:capacite_nouvelle", PLACES, avec=une_section),
    ligne("structures:capacite_modifier", PLACES, avec=une_capacite),
    ligne(
        "structures:capacite_retirer",
        "302 403 302 302 403 403 403 302 403",
        avec=une_capacite,
        methode="post",
    ),
    ligne("structures:creneau_nouveau", PLACES, avec=une_section),
    ligne("structures:creneau_modifier", PLACES, avec=un_creneau),
    ligne(
        "structures:creneau_retirer",
        "302 403 302 302 403 403 403 302 403",
        avec=un_creneau,
        methode="post",
    ),
    ligne("structures:tache_detail", "302 404 200 404 404 404 404 404 404", avec=tache_de_la_coordination),
    ligne(
        "structures:tache_avancement", "302 404 200 404 404 404 404 404 404", avec=tache_de_la_coordination
    ),
]
