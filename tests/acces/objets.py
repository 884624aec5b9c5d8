"""The objects of `dossiers` that an address of the table names."""

from datetime import date
from typing import Any

from dossiers.models import Brouillon, Dossier, EchecAffectation, Maintien, MembreCercle
from dossiers.services.fusion import fusionner
from dossiers.services.liens import declarer_lien
from dossiers.services.protection import nommer_personne, ouvrir_avec_motif
from dossiers.services.publication import programmer_grille
from dossiers.services.urgence import repondre_urgence
from tests import factories
from tests.acces.monde import Fabrique, Monde


def une_familiale(monde: Monde) -> dict[str, Any]:
    monde.structure.type = "creche_familiale"
    monde.structure.save()
    return {"pk": monde.structure.pk}


def un_enfant_a_affecter(monde: Monde) -> dict[str, Any]:
    une_familiale(monde)
    return {"pk": factories.creer_admission(factories.creer_section(monde.structure), fin=None).pk}


def un_mur(monde: Monde) -> dict[str, Any]:
    return {"pk": factories.creer_places_employeur(factories.creer_section(monde.structure)).pk}


def un_designe(monde: Monde) -> dict[str, Any]:
    places = factories.creer_places_employeur(factories.creer_section(monde.structure))
    return {"pk": factories.creer_designe(places).pk}


def un_echec(monde: Monde) -> dict[str, Any]:
    champs = {"structure": monde.structure, "motif": "age", "dit_le": factories.INSTANT}
    return {"pk": EchecAffectation.objects.create(dossier=factories.creer_dossier(), **champs).pk}


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


def une_urgence_accordee(monde: Monde) -> dict[str, Any]:
    urgence = factories.creer_urgence(factories.creer_section(monde.structure))
    acteur = {"par": factories.creer_agent("coordination"), "maintenant": factories.INSTANT}
    return {"pk": repondre_urgence(urgence, accord=True, motif="place_libre", **acteur).pk}


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
