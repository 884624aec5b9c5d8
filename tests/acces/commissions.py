"""The lines of `commissions`."""

from typing import Any

from commissions.services.essai import simuler
from tests import factories
from tests.acces.monde import COORDINATION, COORDINATION_POST, Fabrique, Monde, ligne
from tests.acces.objets import un_enfant_a_affecter, une_urgence_accordee

COMMISSION = "302 403 200 403 404 200 403 403 403"
GESTE = "302 403 302 403 403 403 403 403 403"
CONFIRMENT = "302 403 302 302 403 403 403 403 403"
PREPARATION = "302 403 200 403 403 403 403 403 403"


def une_seance(monde: Monde) -> dict[str, Any]:
    """A planned séance where the presidence sits and the member does not."""
    seance = factories.creer_seance()
    factories.creer_presence(seance, monde.agents["presidence"])
    return {"pk": seance.pk}


def une_seance_gelee(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_seance_gelee(monde.agents["presidence"]).pk}


def une_proposition(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance_gelee(monde.agents["presidence"])
    return {"pk": factories.creer_proposition(seance).seance_id}


def une_simulation(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance_gelee(monde.agents["presidence"])
    simulee = simuler(seance, factories.creer_version_grille(), le=factories.INSTANT.date())
    champs = {"nature": "simulation", "etat": "faite", "finie_le": factories.INSTANT}
    return {"pk": factories.creer_tache(**champs, resultat={"simulation": simulee}).pk}


def un_passage_propose(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance_gelee(monde.agents["presidence"])
    factories.creer_proposition(seance)
    return {"pk": seance.passages.get().pk}


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


def des_admis(format: str) -> Fabrique:
    return lambda monde: une_seance_tenue(monde) | {"format": format}


def une_offre(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_offre(section=factories.creer_section(monde.structure)).pk}


def un_geste_d_offre(monde: Monde) -> dict[str, Any]:
    return une_offre(monde) | {"geste": "accepter"}


def une_attente(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_decision("liste_complementaire").pk}


def une_lettre(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_lettre().pk}


def un_lot(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_lettre().lot_id}


def une_confirmation(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_confirmation(structure=monde.structure).pk}


def une_confirmation_refusee(monde: Monde) -> dict[str, Any]:
    refusee = {"etat": "refusee", "motif": "points", "repondue_le": factories.INSTANT}
    return {"pk": factories.creer_confirmation(structure=monde.structure, **refusee).pk}


def un_modele(monde: Monde) -> dict[str, Any]:
    return {"nature": "refus"}


def une_seance_ouverte(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_seance_ouverte(monde.agents["presidence"]).pk}


def une_seance_tenue(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_seance_tenue(monde.agents["presidence"]).pk}


def un_proces_verbal(monde: Monde) -> dict[str, Any]:
    seance = factories.creer_seance_tenue(monde.agents["presidence"])
    factories.creer_proces_verbal(seance, monde.agents["presidence"])
    return {"pk": seance.pk}


def une_seance_a_preparer(monde: Monde) -> dict[str, Any]:
    """Frozen, in the director's own structure."""
    return {"pk": factories.creer_seance_gelee(structure=monde.structure).pk}


# anonyme agent coordination direction membre presidence partenaire administration dpo
LIGNES = [
    ligne("commissions:affectation_echec", "302 403 200 200 403 403 403 403 403", avec=un_enfant_a_affecter),
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
    ligne("commissions:proposition", COMMISSION, avec=une_seance_gelee),
    ligne(
        *("commissions:proposition_demander", "302 403 302 403 403 403 403 403 403"),
        avec=une_seance_gelee,
        methode="post",
    ),
    ligne("commissions:proposition_vides", COMMISSION, avec=une_proposition),
    ligne("commissions:proposition_habitude", COMMISSION, avec=une_proposition),
    ligne("commissions:proposition_essai", PREPARATION, avec=une_proposition),
    ligne("commissions:simulation_demander", PREPARATION, avec=une_seance_gelee),
    ligne("commissions:simulation", PREPARATION, avec=une_simulation),
    ligne("commissions:pourquoi", COMMISSION, avec=un_passage_propose),
    # Offers, letters, call sheet, bilan.
    ligne("commissions:urgence_admettre", COORDINATION, avec=une_urgence_accordee),
    ligne("commissions:offres", "302 200 200 200 403 403 403 403 403"),
    ligne("commissions:offre", "302 200 200 200 403 403 403 403 403", avec=une_offre),
    ligne(
        *("commissions:offre_geste", "302 302 302 404 403 403 403 403 403"),
        avec=un_geste_d_offre,
        methode="post",
    ),
    ligne("commissions:reponses", PREPARATION, avec=une_seance),
    ligne("commissions:lettres_preparer", PREPARATION, avec=une_seance, methode="post"),
    ligne("commissions:lettres_remettre", GESTE, avec=un_lot, methode="post"),
    ligne("commissions:lettres_impression", "302 403 200 403 403 403 403 403 403", avec=un_lot),
    ligne("commissions:lettre", "302 200 200 403 403 403 403 403 403", avec=une_lettre),
    ligne("commissions:lettre_pdf", "302 200 200 403 403 403 403 403 403", avec=une_lettre),
    ligne("commissions:confirmations", "302 403 200 200 403 403 403 403 403"),
    ligne("commissions:confirmations_bloc", CONFIRMENT, methode="post"),
    ligne("commissions:confirmation_confirmer", CONFIRMENT, avec=une_confirmation, methode="post"),
    ligne(
        *("commissions:confirmation_refuser", "302 403 200 200 403 403 403 403 403"),
        avec=une_confirmation,
        methode="post",
    ),
    ligne(
        "commissions:confirmation_redemander",
        COORDINATION_POST,
        avec=une_confirmation_refusee,
        methode="post",
    ),
    ligne("commissions:appels", PREPARATION, avec=une_seance),
    ligne("commissions:appel_noter", GESTE, avec=une_attente, methode="post"),
    ligne(
        "commissions:appel_proposer", "302 403 404 403 403 403 403 403 403", avec=une_attente, methode="post"
    ),
    ligne("commissions:appel_reproposer", GESTE, avec=une_offre, methode="post"),
    ligne("commissions:modeles", PREPARATION),
    ligne("commissions:modele", PREPARATION, avec=un_modele),
    ligne("commissions:signataire", PREPARATION, methode="post"),
    ligne("commissions:bilan", COMMISSION, avec=une_seance_tenue),
    ligne("commissions:bilan_pdf", COMMISSION, avec=une_seance_tenue),
    ligne("commissions:admis", PREPARATION, avec=des_admis("csv"), methode="post"),
    ligne("commissions:ordre_du_jour", COMMISSION, avec=un_ordre_du_jour("sans_noms")),
    ligne("commissions:seance_emargement", COORDINATION, avec=une_seance_gelee),
    ligne("commissions:seance_ouvrir", COORDINATION, avec=une_seance_gelee, methode="post"),
    ligne("commissions:seance_cloturer", COORDINATION, avec=une_seance_ouverte),
    ligne("commissions:seance_conduite", COORDINATION, avec=une_seance_ouverte),
    ligne("commissions:seance_montrer", COORDINATION_POST, avec=une_seance_ouverte, methode="post"),
    ligne("commissions:seance_decider", COORDINATION_POST, avec=une_seance_ouverte, methode="post"),
    ligne("commissions:seance_bloc", COORDINATION_POST, avec=une_seance_ouverte, methode="post"),
    ligne("commissions:seance_annuler", COORDINATION_POST, avec=une_seance_ouverte, methode="post"),
    ligne("commissions:seance_recalculer", COORDINATION_POST, avec=une_seance_ouverte, methode="post"),
    ligne("commissions:seance_suivi", COMMISSION, avec=une_seance_ouverte),
    ligne("commissions:emargement_pdf", COORDINATION, avec=une_seance_gelee),
    ligne("commissions:proces_verbal", COMMISSION, avec=une_seance_tenue),
    ligne(
        *("commissions:proces_verbal_valider", "302 403 403 403 403 302 403 403 403"),
        avec=une_seance_tenue,
        methode="post",
    ),
    ligne("commissions:proces_verbal_pdf", COMMISSION, avec=un_proces_verbal),
    ligne("commissions:extrait", COORDINATION_POST, avec=une_seance_tenue, methode="post"),
    ligne("commissions:decisions_xlsx", COORDINATION, avec=une_seance_tenue),
    ligne("commissions:a_preparer", "302 403 200 200 403 403 403 403 403"),
    ligne("commissions:a_discuter", "302 403 200 200 403 403 403 403 403", avec=une_seance_a_preparer),
]
