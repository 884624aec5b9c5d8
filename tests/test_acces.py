"""Who may open what: one table route × persona → status. A route of the URLconf missing from it fails.

To add a route, add one line under your app's heading:

    ligne("dossiers:dossier_detail", "302 200 200 200 403 403 404 403 403", avec=un_dossier),

The nine statuses are in the order of PERSONAS. `avec` makes the objects the address names, inside the
test's transaction, and returns the keyword arguments of `reverse`; `methode="post"` for a route that only
takes POST (an empty one is sent). A GET that writes fails here too: see guichet.lecture.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dossiers.models import Brouillon, Dossier, Maintien, MembreCercle
from dossiers.services.fusion import fusionner
from dossiers.services.liens import declarer_lien
from dossiers.services.protection import nommer_personne, ouvrir_avec_motif
from dossiers.services.publication import programmer_grille
from structures.models import Agent, Mairie, Profil, Structure
from tests import factories
from tests.conftest import ClientStrict

PERSONAS = (
    *("anonyme", "agent", "coordination", "direction", "membre", "presidence"),
    *("partenaire", "administration", "dpo"),
)
# Served by packages, without a page of ours behind.
HORS_TABLE: set[str] = set()


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


def tache_de_la_coordination(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_tache(demandee_par=monde.agents["coordination"]).pk}


def une_grille(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_version_grille(publiee=True).pk}


def un_brouillon(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_version_grille().pk}


def une_grille_prevue(monde: Monde) -> dict[str, Any]:
    version = factories.creer_version_grille(debut="2100-01-01")
    return {"pk": programmer_grille(version, par=None, maintenant=factories.INSTANT).pk}


def un_critere(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_version_grille().pk, "code": "residence"}


def un_dossier(monde: Monde) -> dict[str, Any]:
    return {"numero": factories.creer_dossier(mairie=monde.mairie).numero}


def un_dossier_choisi(monde: Monde) -> dict[str, Any]:
    factories.creer_section(monde.structure)
    return {"numero": factories.creer_dossier(mairie=monde.mairie, voeux=[monde.structure]).numero}


def une_ressemblance(monde: Monde) -> dict[str, Any]:
    paire = factories.creer_dossier(mairie=monde.mairie), factories.creer_dossier()
    return {"pk": factories.creer_rapprochement(*paire).pk}


def une_fusion(monde: Monde) -> dict[str, Any]:
    garde, absorbe = factories.creer_dossier(mairie=monde.mairie), factories.creer_dossier()
    par = monde.agents["agent"]
    return {"pk": fusionner(garde, absorbe, choix={}, par=par, maintenant=factories.INSTANT).pk}


def une_urgence(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_urgence(factories.creer_section(monde.structure)).pk}


def un_enfant_present(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_admission(factories.creer_section(monde.structure)).pk}


def un_renseignement(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_renseignement(mairie=monde.mairie).pk}


def une_piece(monde: Monde) -> dict[str, Any]:
    return un_dossier(monde) | {"code": "domicile"}


def un_courrier(monde: Monde) -> dict[str, Any]:
    dossier = factories.creer_dossier(mairie=monde.mairie)
    return {"numero": dossier.numero, "pk": factories.creer_courrier(dossier).pk}


def un_dossier_a_noter(monde: Monde) -> dict[str, Any]:
    """Scored under a grid where points are given by hand."""
    avis = {"code": "avis", "libelle": "Avis", "manuel": {"min": 1, "max": 5}}
    grille = factories.creer_version_grille(criteres=[avis], publiee=True)
    dossier = factories.creer_dossier(mairie=monde.mairie)
    factories.creer_cotation(dossier, grille)
    return {"numero": dossier.numero}


def des_points_donnes(monde: Monde) -> dict[str, Any]:
    return un_dossier(monde) | {"code": "avis"}


def une_suspension(monde: Monde) -> dict[str, Any]:
    return un_dossier(monde) | {"geste": "suspendre"}


def un_dossier_en_attente(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_dossier().pk}


def un_export_de_la_coordination(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_export(monde.agents["coordination"]).pk}


def la_vue_d_un_autre(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_vue().pk}


def les_colonnes_d_un_autre(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_jeu_colonnes().pk}


def brouillon_de_la_coordination(monde: Monde) -> dict[str, Any]:
    agent = monde.agents["coordination"]
    brouillon = Brouillon.objects.create(agent=agent, cree_le=factories.INSTANT, modifie_le=factories.INSTANT)
    return {"pk": brouillon.pk}


def un_dossier_a_modifier(monde: Monde) -> dict[str, Any]:
    return {"numero": factories.creer_dossier(mairie=monde.mairie).numero}


def un_maintien(monde: Monde) -> dict[str, Any]:
    dossier = factories.creer_dossier()
    champs = {"motif": "recours", "jusqu_au": date(2030, 1, 1), "pose_le": factories.INSTANT}
    return {"pk": Maintien.objects.create(dossier=dossier, **champs).pk}


def l_acces_d_un_autre(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_export_acces().pk, "format": "pdf"}


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


def un_compte(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_agent("dpo").pk}


def un_droit(monde: Monde) -> dict[str, Any]:
    agent = factories.creer_agent("dpo")
    return {"pk": agent.pk, "droit": agent.habilitations.get().pk}


def la_structure(monde: Monde) -> dict[str, Any]:
    return {"pk": monde.structure.pk}


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


def _reprise(monde: Monde, **options: Any) -> int:
    octets = "Nom;Prénom;Né le;Entrée;Lundi;Choix 1\nPrat;Ada;01/02/2026;01/09/2027;J;{}\n"
    nom = monde.structure.nom
    return factories.creer_reprise(
        octets.format(nom).encode(), par=monde.agents["coordination"], **options
    ).pk


def une_reprise(monde: Monde) -> dict[str, Any]:
    return {"pk": _reprise(monde)}


def une_reprise_essayee(monde: Monde) -> dict[str, Any]:
    return {"pk": _reprise(monde, essayee=True)}


def un_rapport_de_reprise(monde: Monde) -> dict[str, Any]:
    return {"pk": _reprise(monde, essayee=True), "forme": "csv"}


def une_situation(monde: Monde) -> dict[str, Any]:
    """Of the agent's counter, shared with the partner only."""
    dossier = factories.creer_dossier(mairie=monde.mairie)
    return {"pk": factories.creer_situation(dossier, monde.agents["partenaire"]).pk}


def un_geste_de_situation(geste: str) -> Fabrique:
    return lambda monde: une_situation(monde) | {"geste": geste}


def une_tache_du_partenaire(monde: Monde) -> dict[str, Any]:
    cles = une_situation(monde)
    partenaire = monde.agents["partenaire"]
    tache = factories.creer_tache_situation(cles["pk"], partenaire)
    return cles | {"tache": tache.pk}


def un_membre_du_cercle(monde: Monde) -> dict[str, Any]:
    cles = une_situation(monde)
    return cles | {"membre": MembreCercle.objects.get(situation=cles["pk"]).pk}


def un_lien_d_un_autre(monde: Monde) -> dict[str, Any]:
    agent = factories.creer_agent("agent")
    return {"pk": declarer_lien(factories.creer_dossier(), par=agent, maintenant=factories.INSTANT).pk}


def un_dossier_protege(monde: Monde) -> dict[str, Any]:
    famille = factories.creer_famille(protegee=True)
    return {"numero": factories.creer_dossier(famille=famille, mairie=monde.mairie).numero}


def une_personne_nommee(monde: Monde) -> dict[str, Any]:
    cles = un_dossier_protege(monde)
    dossier, par = Dossier.objects.get(**cles), monde.agents["agent"]
    agent = factories.creer_agent("agent")
    return cles | {"pk": nommer_personne(dossier, agent=agent, par=par, maintenant=factories.INSTANT).pk}


def une_ouverture(monde: Monde) -> dict[str, Any]:
    dossier, par = Dossier.objects.get(**un_dossier_protege(monde)), factories.creer_agent("agent")
    return {"pk": ouvrir_avec_motif(dossier, motif="urgence", par=par, maintenant=factories.INSTANT).pk}


def une_note(monde: Monde) -> dict[str, Any]:
    dossier = factories.creer_dossier(mairie=monde.mairie)
    note = dossier.notes.create(texte="Rappeler le soir", ecrite_le=factories.INSTANT)
    return {"numero": dossier.numero, "pk": note.pk}


COMMISSION = "302 403 200 403 404 200 403 403 403"
PREPARATION = "302 403 200 403 403 403 403 403 403"


def une_seance(monde: Monde) -> dict[str, Any]:
    """A planned séance where the presidence sits and the member does not."""
    seance = factories.creer_seance()
    factories.creer_presence(seance, monde.agents["presidence"])
    return {"pk": seance.pk}


def une_seance_gelee(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_seance_gelee(monde.agents["presidence"]).pk}


def une_presence(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance()
    return {"pk": factories.creer_presence(seance, monde.agents["presidence"]).pk}


def des_places(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance(places={factories.creer_section(monde.structure): 2})
    return {"pk": seance.places.get().pk}


def un_ordre_du_jour(version: str) -> Fabrique:
    def imprimer(monde: Monde) -> dict[str, Any]:
        seance = factories.creer_seance_gelee(monde.agents["presidence"])
        return {"pk": factories.creer_ordre_du_jour(seance, version=version).pk}

    return imprimer


# anonyme agent coordination direction membre presidence partenaire administration dpo
TABLE = [
    # -- dossiers, reprise
    ligne("dossiers:reprises", COORDINATION),
    ligne("dossiers:reprise_colonnes", COORDINATION, avec=une_reprise),
    ligne("dossiers:reprise_detail", COORDINATION, avec=une_reprise_essayee),
    ligne("dossiers:reprise_rapport", COORDINATION, avec=un_rapport_de_reprise),
    ligne("dossiers:reprise_appliquer", COORDINATION_POST, avec=une_reprise_essayee, methode="post"),
    ligne("dossiers:reprise_abandonner", COORDINATION_POST, avec=une_reprise, methode="post"),
    # -- guichet
    ligne("accueil", TOUS),
    ligne("connexion", "200 302 302 302 302 302 302 302 302"),
    ligne("deconnexion", "302 302 302 302 302 302 302 302 302", methode="post"),
    ligne("compte", TOUS),
    ligne("compte_raccourcis", "302 302 302 302 302 302 302 302 302", methode="post"),
    ligne("couleurs", "200 200 200 200 200 200 200 200 200"),
    ligne("logo", "404 404 404 404 404 404 404 404 404"),
    # -- structures
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
    ligne("dossiers:places", "302 403 200 200 403 403 403 403 403"),
    ligne("dossiers:places_structure", "302 403 200 200 403 403 403 403 403", avec=la_structure),
    ligne("dossiers:places_perdues", COORDINATION, avec=la_structure),
    ligne("dossiers:rentrees", "302 403 200 200 403 403 403 403 403"),
    ligne("dossiers:rentree", "302 403 200 200 403 403 403 403 403", avec=la_structure),
    ligne("dossiers:presents", LISTE),
    ligne("dossiers:depart", LISTE, avec=un_enfant_present),
    ligne("dossiers:jours", LISTE, avec=un_enfant_present),
    ligne(
        "dossiers:depart_annuler",
        "302 302 302 302 403 403 403 403 403",
        avec=un_enfant_present,
        methode="post",
    ),
    ligne("structures:section_detail", PLACES, avec=une_section),
    ligne("structures:capacite_nouvelle", PLACES, avec=une_section),
    ligne("structures:capacite_modifier", PLACES, avec=une_capacite),
    ligne(
        "structures:capacite_retirer",
        "302 403 302 302 403 403 403 302 403",
        avec=une_capacite,
        methode="post",
    ),
    ligne("structures:tache_detail", "302 404 200 404 404 404 404 404 404", avec=tache_de_la_coordination),
    ligne(
        "structures:tache_avancement", "302 404 200 404 404 404 404 404 404", avec=tache_de_la_coordination
    ),
    # -- dossiers: le guichet (saisie, fiche, récépissé)
    # -- dossiers: le journal et le relais (un partenaire de la PMI n’est pas le relais)
    ligne("dossiers:journal", "302 403 403 403 403 403 403 403 200"),
    ligne("dossiers:relais", "302 403 403 403 403 403 403 403 403"),
    ligne("dossiers:reponse", "302 403 403 403 200 200 403 403 403"),
    ligne("dossiers:index", GUICHET),
    ligne("dossiers:recherche", LISTE),
    ligne("dossiers:fiche", LISTE, avec=un_dossier),
    ligne("dossiers:historique", LISTE, avec=un_dossier),
    ligne("dossiers:acces", GUICHET_POST, avec=un_dossier, methode="post"),
    ligne("dossiers:naissance", GUICHET_POST, avec=un_dossier),
    ligne("dossiers:a_verifier", GUICHET),
    ligne("dossiers:pieces", GUICHET, avec=un_dossier),
    ligne("dossiers:piece_redemandee", GUICHET_POST, avec=une_piece, methode="post"),
    ligne("dossiers:piece", GUICHET, avec=une_piece, methode="post"),
    ligne("dossiers:piece_refusee", GUICHET, avec=une_piece, methode="post"),
    ligne("dossiers:contact", LISTE, avec=un_dossier_choisi, methode="post"),
    ligne("dossiers:etat", GUICHET_POST, avec=une_suspension, methode="post"),
    ligne("dossiers:points_donner", COORDINATION, avec=un_dossier_a_noter, methode="post"),
    ligne("dossiers:points_retirer", COORDINATION_POST, avec=des_points_donnes, methode="post"),
    ligne("dossiers:renouveler", GUICHET_POST, avec=un_dossier, methode="post"),
    ligne("dossiers:courriers", GUICHET),
    ligne("dossiers:courriers_imprimer", GUICHET_POST, methode="post"),
    ligne("dossiers:courriers_imprimes", GUICHET_POST, methode="post"),
    ligne("dossiers:dossier_courriers", GUICHET, avec=un_dossier),
    ligne("dossiers:courrier_pdf", GUICHET, avec=un_courrier, methode="post"),
    ligne("dossiers:courrier_renvoyer", GUICHET_POST, avec=un_courrier, methode="post"),
    ligne("dossiers:recepisse", GUICHET, avec=un_dossier),
    ligne("dossiers:recepisse_imprimer", GUICHET, avec=un_dossier, methode="post"),
    # -- dossiers: les doublons
    ligne("dossiers:rapprochements", GUICHET),
    ligne("dossiers:rapprochement", GUICHET, avec=une_ressemblance),
    ligne("dossiers:rapprochement_fusionner", GUICHET, avec=une_ressemblance),
    ligne("dossiers:rapprochement_distinguer", GUICHET, avec=une_ressemblance, methode="post"),
    ligne("dossiers:rapprochement_demander", GUICHET_POST, avec=une_ressemblance, methode="post"),
    ligne("dossiers:fusion", GUICHET, avec=une_fusion),
    # -- dossiers: situations partagées, liens, notes
    ligne("dossiers:situations", "302 200 200 200 403 403 200 403 403"),
    ligne("dossiers:situation_nouvelle", "302 403 403 403 403 403 200 403 403"),
    ligne("dossiers:situation", "302 200 200 404 403 403 200 403 403", avec=une_situation),
    ligne("dossiers:situation_ouvrir", GUICHET, avec=un_dossier),
    ligne(
        "dossiers:situation_geste",
        "302 200 200 404 403 403 200 403 403",
        avec=un_geste_de_situation("changement"),
        methode="post",
    ),
    ligne(
        "dossiers:tache_faite",
        "302 302 302 404 403 403 302 403 403",
        avec=une_tache_du_partenaire,
        methode="post",
    ),
    ligne(
        "dossiers:cercle_sortir",
        "302 302 302 403 403 403 403 403 403",
        avec=un_membre_du_cercle,
        methode="post",
    ),
    ligne("dossiers:protection", GUICHET, avec=un_dossier_protege),
    ligne("dossiers:protection_nommer", GUICHET, avec=un_dossier_protege, methode="post"),
    ligne("dossiers:protection_retirer", GUICHET_POST, avec=une_personne_nommee, methode="post"),
    ligne("dossiers:protection_lever", GUICHET, avec=un_dossier_protege, methode="post"),
    ligne("dossiers:ouverture_vue", GUICHET_POST, avec=une_ouverture, methode="post"),
    ligne("dossiers:liens", "302 200 200 200 200 200 200 403 403"),
    ligne("dossiers:lien_declarer", "302 302 302 302 403 403 403 403 403", avec=un_dossier, methode="post"),
    ligne("dossiers:lien_lever", COORDINATION, avec=un_lien_d_un_autre, methode="post"),
    ligne("dossiers:note", GUICHET, avec=un_dossier, methode="post"),
    ligne("dossiers:note_effacer", GUICHET_POST, avec=une_note, methode="post"),
    # -- dossiers: la liste partagée
    ligne("dossiers:liste", "302 200 200 200 403 403 403 403 403"),
    ligne("dossiers:liste_points", "302 200 200 403 403 403 403 403 403", avec=un_dossier_en_attente),
    ligne("dossiers:liste_exporter", "302 302 302 302 403 403 403 403 403", methode="post"),
    ligne("dossiers:liste_passee", "302 200 200 200 403 200 403 403 200"),
    ligne("dossiers:liste_passee_exporter", "302 200 200 200 403 200 403 403 200", methode="post"),
    ligne("dossiers:liste_export", "302 404 200 404 403 404 403 403 404", avec=un_export_de_la_coordination),
    ligne("dossiers:liste_imprimer", "302 200 200 200 403 403 403 403 403", methode="post"),
    ligne("dossiers:liste_vue_enregistrer", "302 302 302 302 403 403 403 403 403", methode="post"),
    ligne(
        "dossiers:liste_vue_retirer",
        "302 404 404 404 403 403 403 403 403",
        avec=la_vue_d_un_autre,
        methode="post",
    ),
    ligne("dossiers:liste_colonnes", LISTE),
    ligne(
        "dossiers:liste_colonnes_retirer",
        "302 404 404 404 403 403 403 403 403",
        avec=les_colonnes_d_un_autre,
        methode="post",
    ),
    # -- dossiers: la direction, les urgences, la semaine
    ligne("dossiers:semaine", LISTE),
    ligne("dossiers:urgences", LISTE),
    ligne("dossiers:urgence", COORDINATION, avec=une_urgence),
    ligne("dossiers:urgence_nouvelle", LISTE, avec=un_dossier_choisi),
    ligne("dossiers:vu", "302 403 403 302 403 403 403 403 403", methode="post"),
    # -- dossiers: les renseignements sans dossier
    ligne("dossiers:renseignements", GUICHET),
    ligne("dossiers:renseignement_nouveau", GUICHET),
    ligne("dossiers:renseignements_comptes", COORDINATION),
    ligne("dossiers:renseignement_dossier", GUICHET_POST, avec=un_renseignement, methode="post"),
    # -- dossiers: la grille
    ligne("dossiers:grilles", "302 200 200 200 200 200 403 403 403"),
    ligne("dossiers:grille_detail", "302 200 200 200 200 200 403 403 403", avec=une_grille),
    ligne("dossiers:grille_fichier", "302 200 200 200 200 200 403 403 403", avec=une_grille),
    ligne("dossiers:grille_essai", "302 200 200 403 403 403 403 403 403", avec=une_grille),
    ligne("dossiers:grille_importer", "302 403 200 403 403 403 403 403 403"),
    ligne("dossiers:grille_copier", "302 403 200 403 403 403 403 403 403", avec=une_grille),
    ligne("dossiers:grille_cadre", "302 403 200 403 403 403 403 403 403", avec=un_brouillon),
    ligne("dossiers:grille_json", "302 403 200 403 403 403 403 403 403", avec=un_brouillon),
    ligne("dossiers:grille_publier", "302 403 200 403 403 403 403 403 403", avec=un_brouillon),
    ligne(
        "dossiers:grille_deprogrammer",
        "302 403 302 403 403 403 403 403 403",
        avec=une_grille_prevue,
        methode="post",
    ),
    ligne(
        "dossiers:grille_supprimer",
        "302 403 302 403 403 403 403 403 403",
        avec=un_brouillon,
        methode="post",
    ),
    ligne("dossiers:critere_nouveau", "302 403 200 403 403 403 403 403 403", avec=un_brouillon),
    ligne("dossiers:critere_modifier", "302 403 200 403 403 403 403 403 403", avec=un_critere),
    ligne(
        "dossiers:critere_deplacer", "302 403 302 403 403 403 403 403 403", avec=un_critere, methode="post"
    ),
    ligne("dossiers:critere_retirer", "302 403 302 403 403 403 403 403 403", avec=un_critere, methode="post"),
    # -- dossiers: la reprise
    # -- dossiers, the entry page
    ligne("dossiers:nouveau", "302 200 200 403 403 403 403 403 403"),
    ligne("dossiers:saisie_suivi", "302 200 200 403 403 403 403 403 403", methode="post"),
    ligne("dossiers:brouillons", "302 200 200 403 403 403 403 403 403"),
    ligne(
        "dossiers:brouillon_supprimer",
        "302 404 302 403 403 403 403 403 403",
        avec=brouillon_de_la_coordination,
        methode="post",
    ),
    ligne("dossiers:modifier", "302 200 200 403 403 403 403 403 403", avec=un_dossier_a_modifier),
    ligne(
        "dossiers:modifier_suivi",
        "302 200 200 403 403 403 403 403 403",
        avec=un_dossier_a_modifier,
        methode="post",
    ),
    # -- dossiers, retention
    ligne("dossiers:conservation", DPO),
    ligne(
        *("dossiers:conservation_lever", "302 403 403 403 403 403 403 403 302"),
        avec=un_maintien,
        methode="post",
    ),
    ligne("dossiers:registre", DPO),
    ligne("dossiers:registre_pdf", DPO),
    ligne("dossiers:acces_famille", "302 403 200 403 403 403 403 403 200"),
    ligne(
        "dossiers:acces_famille_fichier",
        "302 403 404 403 403 403 403 403 404",
        avec=l_acces_d_un_autre,
    ),
    # -- commissions
    ligne("commissions:deport", "302 403 302 403 404 302 403 403 403", avec=une_seance_gelee, methode="post"),
    ligne("commissions:delais", COORDINATION),
    ligne("commissions:seances", "302 403 200 403 200 200 403 403 403"),
    ligne("commissions:seance_nouvelle", PREPARATION),
    ligne("commissions:seance_detail", COMMISSION, avec=une_seance),
    ligne("commissions:seance_calendrier", COMMISSION, avec=une_seance),
    ligne("commissions:seance_modifier", PREPARATION, avec=une_seance),
    ligne("commissions:seance_membres", PREPARATION, avec=une_seance),
    ligne(
        *("commissions:membre_retirer", "302 403 302 403 403 403 403 403 403"),
        avec=une_presence,
        methode="post",
    ),
    ligne("commissions:seance_sections", PREPARATION, avec=une_seance),
    ligne("commissions:places_modifier", PREPARATION, avec=des_places),
    ligne(
        *("commissions:places_recompter", "302 403 302 403 403 403 403 403 403"),
        avec=une_seance,
        methode="post",
    ),
    ligne("commissions:seance_geler", PREPARATION, avec=une_seance),
    ligne("commissions:seance_ecartes", PREPARATION, avec=une_seance),
    ligne("commissions:agenda", COMMISSION, avec=une_seance_gelee),
    ligne(
        *("commissions:ordre_du_jour_imprimer", "302 403 302 403 403 403 403 403 403"),
        avec=une_seance_gelee,
        methode="post",
    ),
    ligne("commissions:ordre_du_jour", COMMISSION, avec=un_ordre_du_jour("sans_noms")),
]


def routes(motifs: list[URLPattern | URLResolver] | None = None, espace: str = "") -> Iterator[str]:
    """Every named route of the project, with its namespace; an unnamed one comes out as its pattern."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            sous_espace = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from routes(motif.url_patterns, sous_espace)
        else:
            yield f"{espace}{motif.name}" if motif.name else f"sans nom : {espace}{motif.pattern}"


@pytest.fixture
def monde(db: None) -> Monde:
    mairie, structure = factories.creer_mairie(), factories.creer_structure()
    portees: dict[str, dict[str, Any]] = {"agent": {"mairie": mairie}, "direction": {"structure": structure}}
    agents = {profil: factories.creer_agent(profil, **portees.get(profil, {})) for profil in Profil.values}
    return Monde(agents, mairie, structure)


def test_chaque_profil_est_dans_la_table() -> None:
    assert set(PERSONAS) == {"anonyme", *Profil.values}


def test_chaque_route_est_dans_la_table() -> None:
    dans_la_table = [une.route for une in TABLE]
    assert sorted(set(routes()) - HORS_TABLE - set(dans_la_table)) == [], "routes absentes de la table"
    assert sorted(set(dans_la_table) - set(routes())) == [], "routes de la table qui n’existent pas"
    assert len(dans_la_table) == len(set(dans_la_table)), "une route est deux fois dans la table"


@pytest.mark.parametrize("attendue", TABLE, ids=lambda une: une.route)
def test_statut_de_chaque_profil(attendue: Ligne, monde: Monde) -> None:
    adresse = reverse(attendue.route, kwargs=attendue.avec(monde))
    obtenus = {}
    for persona in PERSONAS:
        client = ClientStrict()
        qui = monde.agents.get(persona, AnonymousUser())
        if isinstance(qui, Agent):
            client.force_login(qui, backend="django.contrib.auth.backends.ModelBackend")
        # Each persona finds the same world: what a POST changed is undone.
        with transaction.atomic():
            obtenus[persona] = getattr(client, attendue.methode)(adresse).status_code
            transaction.set_rollback(True)
    assert obtenus == attendue.statuts


def test_une_route_oubliee_se_voit() -> None:
    from django.http import HttpResponse
    from django.urls import include, path

    motifs = [
        path("a", lambda r: HttpResponse(), name="a"),
        path("b", include(([path("c", lambda r: HttpResponse(), name="c")], "espace"))),
        path("d", lambda r: HttpResponse()),
    ]
    assert list(routes(motifs)) == ["a", "espace:c", "sans nom : d"]
