"""One protected family carrying unmistakable marks, neighbours, and one person of every profil."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from commissions.exports.ordre_du_jour import rendre_agenda
from commissions.exports.proces_verbal import rendre_proces_verbal
from commissions.models import PassageVoeu, Presence, Seance, VersionOrdreDuJour
from commissions.services.confirmations import ouvrir_confirmations
from commissions.services.decisions import consigner_decision, ouvrir_seance, tenir_seance
from commissions.services.essai import simuler
from commissions.services.gel import geler_seance
from commissions.services.lettres import sans_lettre
from commissions.services.salle import montrer
from dossiers.models import (
    Affectation,
    Brouillon,
    Contact,
    Critere,
    Dossier,
    EchecAffectation,
    Maintien,
    PieceJustificative,
    Voeu,
)
from dossiers.services.contacts import noter_contact
from dossiers.services.fusion import fusionner
from dossiers.services.liens import declarer_lien
from dossiers.services.protection import nommer_personne, ouvrir_avec_motif
from dossiers.services.renseignements import retenir_le_dossier
from dossiers.services.urgence import demander_urgence, repondre_urgence
from structures.models import Agent, Profil, ServicePartenaire, TrancheAge
from tests import factories
from tests.protection.reponses import appeler, repondre

GEL = datetime(2027, 5, 5, 16, tzinfo=UTC)
NAISSANCE = date(2026, 3, 17)

# What belongs to the family alone: nowhere else in the world, each in every form it may be written.
MARQUES: dict[str, tuple[str, ...]] = {
    "nom de l’enfant": ("Zyntharelle",),
    "prénom de l’enfant": ("Ophirine",),
    "naissance": ("17/03/2026", "17 mars 2026", "2026-03-17", "(2026, 3, 17", "20260317"),
    "nom du responsable": ("Quorvamond",),
    "prénom du responsable": ("Hermeline",),
    "adresse": ("77 sente du Marqueur",),
    "téléphone": ("0639987766", "06 39 98 77 66", "06\u00a039\u00a098\u00a077\u00a066", "+33639987766"),
    "courriel": ("hermeline-marque@",),
    "numéro d’allocataire": ("7654321",),
    "ancien numéro": ("PE-ANCIEN-991",),
    "responsable écarté": ("Barrendolf",),
    "note": ("Note-Parchelande",),
    "lettre": ("Lettre-Vexillaire",),
}
# What also belongs to the city's reference data: told by who it is hung to, so looked for by exchanging it.
REPERES = {"mairie": "Quorzel", "structure": "Vulpinette", "quartier": "Brumaval"}


@dataclass
class Monde:
    """Who walks (`personas`) and what the addresses name (`objets`)."""

    personas: dict[str, Agent | None] = field(default_factory=dict)
    objets: dict[str, Any] = field(default_factory=dict)

    @property
    def dossier(self) -> Dossier:
        return self.objets["dossier"]


def construire() -> Monde:
    """The whole world; about a second."""
    monde = Monde()
    _lieux(monde)
    _famille(monde)
    _personnes(monde)
    _autour(monde)
    _seance(monde)
    return monde


def _lieux(monde: Monde) -> None:
    o = monde.objets
    o["mairie"] = factories.creer_mairie(nom="Mairie de Quorzel")
    o["mairie_autre"] = factories.creer_mairie(nom="Mairie d’Alba")
    o["mairie_tierce"] = factories.creer_mairie(nom="Mairie de Trente")
    o["quartier"] = factories.creer_quartier(nom="Brumaval")
    o["quartier_tiers"] = factories.creer_quartier(nom="Trentaine")
    o["structure"] = factories.creer_structure(nom="Crèche Vulpinette")
    o["structure_autre"] = factories.creer_structure(nom="Crèche Alizé")
    o["structure_tierce"] = factories.creer_structure(nom="Crèche Trentin")
    for cle in ("structure", "structure_autre", "structure_tierce"):
        o[f"section_{cle}"] = factories.creer_section(o[cle], tranche=TrancheAge.MIXTE, nom="Les grands")
        factories.creer_capacite(o[f"section_{cle}"])
    o["grille"] = factories.creer_grille(nom="Grille votée")
    o["critere"] = Critere.objects.create(
        grille=o["grille"],
        code="residence",
        libelle="Réside dans la ville",
        points=100,
        ordre=1,
        si={"fait": "residence_commune", "est": True},
    )


def _famille(monde: Monde) -> None:
    o = monde.objets
    famille = factories.creer_famille(
        protegee=True,
        responsable={
            "nom": "Quorvamond",
            "prenom": "Hermeline",
            "adresse": "77 sente du Marqueur",
            "telephone": "06 39 98 77 66",
            "courriel": "hermeline-marque@exemple.invalid",
            "activite": "salarie",
            "contact_relais": True,
        },
        numero_allocataire="7654321",
    )
    factories.creer_responsable(
        famille, nom="Barrendolf", prenom="Cyr", ecarte=True, courriel="barre@exemple.invalid"
    )
    enfant = factories.creer_enfant(famille, nom="Zyntharelle", prenom="Ophirine", date_naissance=NAISSANCE)
    o["famille"] = famille
    o["dossier"] = factories.creer_dossier(
        enfant=enfant,
        voeux=[o["structure"]],
        mairie=o["mairie"],
        quartier=o["quartier"],
        numero_origine="PE-ANCIEN-991",
        depose_le=date(2026, 5, 18),
        complet_le=date(2026, 5, 19),
        a_renouveler_le=date(2026, 11, 30),
        solution="garde_domicile",
        dernier_contact_le=date(2026, 10, 29),
        dernier_contact_canal="sms",
    )
    PieceJustificative.objects.create(
        famille=famille, code="domicile", obligatoire=True, etat="vue", vue_le=date(2026, 5, 19)
    )
    factories.creer_cotation(o["dossier"], o["grille"], verifie=173, declare=194)
    passee = {"debut": date(2026, 4, 1), "fin": date(2026, 4, 30)}
    o["place"] = factories.creer_admission(o["section_structure"], enfant=enfant, **passee)
    o["section_service"] = factories.creer_familiale(nom="Service familial")
    o["service"] = o["section_service"].structure
    o["assistante"] = factories.creer_assistante(o["service"], places=3, quartier=o["quartier"])
    o["agrement"] = o["assistante"].agrements.get()
    cadette = factories.creer_enfant(famille, nom="Zyntharelle", prenom="Solvène")
    o["place_service"] = factories.creer_admission(o["section_service"], enfant=cadette)
    assignee = factories.creer_enfant(famille, nom="Zyntharelle", prenom="Ombeline")
    tenue = factories.creer_admission(o["section_service"], enfant=assignee)
    champs = {"debut": tenue.debut, "affectee_le": factories.INSTANT}
    Affectation.objects.create(admission=tenue, assistante=o["assistante"], **champs)
    o["mur"] = factories.creer_places_employeur(o["section_structure"], places=1)
    o["designe"] = factories.creer_designe(o["mur"], dossier=o["dossier"])
    o["creneau"] = factories.creer_creneau(o["section_structure"])
    o["echec"] = EchecAffectation.objects.create(
        dossier=o["dossier"], structure=o["service"], motif="age", dit_le=factories.INSTANT
    )


def _personnes(monde: Monde) -> None:
    o, p = monde.objets, monde.personas
    p["anonyme"] = None
    p["agent de sa mairie"] = factories.creer_agent(Profil.AGENT, mairie=o["mairie"])
    p["agent d’une autre"] = factories.creer_agent(Profil.AGENT, mairie=o["mairie_autre"])
    p["coordination"] = factories.creer_agent(Profil.COORDINATION)
    p["direction choisie"] = factories.creer_agent(Profil.DIRECTION, structure=o["structure"])
    factories.habiliter(p["direction choisie"], Profil.DIRECTION, structure=o["service"])
    p["direction d’une autre"] = factories.creer_agent(Profil.DIRECTION, structure=o["structure_autre"])
    p["membre"] = factories.creer_agent(Profil.MEMBRE)
    p["présidence"] = factories.creer_agent(Profil.PRESIDENCE)
    p["partenaire"] = factories.creer_agent(Profil.PARTENAIRE, service=ServicePartenaire.PMI)
    p["relais"] = factories.creer_agent(Profil.PARTENAIRE, service=ServicePartenaire.RELAIS)
    p["agent lié"] = factories.creer_agent(Profil.AGENT, mairie=o["mairie"])
    declarer_lien(monde.dossier, par=p["agent lié"], mairie=o["mairie"], maintenant=factories.INSTANT)
    for persona, profil in (("agent nommé", Profil.AGENT), ("direction nommée", Profil.DIRECTION)):
        p[persona] = factories.creer_agent(profil)
        o["nommee"] = nommer_personne(
            monde.dossier, agent=p[persona], par=p["agent de sa mairie"], maintenant=factories.INSTANT
        )
    p["agent qui a ouvert"] = factories.creer_agent(Profil.AGENT, mairie=o["mairie_autre"])
    o["ouverture"] = ouvrir_avec_motif(
        monde.dossier, motif="urgence", par=p["agent qui a ouvert"], maintenant=timezone.now()
    )
    p["administration"] = factories.creer_agent(Profil.ADMINISTRATION)
    p["dpo"] = factories.creer_agent(Profil.DPO)


def _autour(monde: Monde) -> None:
    """Neighbours at every place, a look-alike, a merge, acts in the journal, an abandoned draft."""
    o, p, dossier = monde.objets, monde.personas, monde.dossier
    for rang, (mairie, structure) in enumerate(
        (("mairie_autre", "structure_autre"), ("mairie", "structure"), ("mairie_tierce", "structure_tierce"))
    ):
        voisin = factories.creer_dossier(mairie=o[mairie], voeux=[o[structure]], quartier=o["quartier_tiers"])
        factories.creer_cotation(voisin, o["grille"], verifie=150 + 20 * rang)
        o[f"voisin_{rang}"] = voisin
    jumelle = factories.creer_enfant(nom="Zyntarele", prenom="Ofirine", date_naissance=date(2026, 3, 11))
    o["ressemblant"] = factories.creer_dossier(enfant=jumelle, mairie=o["mairie_autre"])
    o["paire"] = factories.creer_rapprochement(dossier, o["ressemblant"])
    absorbe = factories.creer_dossier(
        enfant=factories.creer_enfant(
            o["famille"], nom="Zyntharelle", prenom="Ophirine", date_naissance=NAISSANCE
        ),
        mairie=o["mairie"],
    )
    acteur = {"par": p["agent de sa mairie"], "maintenant": factories.INSTANT}
    o["fusion"] = fusionner(dossier, absorbe, choix={}, mairie=o["mairie"], **acteur)
    dossier.refresh_from_db()
    noter_contact(dossier, canal="appel", issue="joint", mairie=o["mairie"], **acteur)
    Contact.objects.filter(dossier=dossier).update(structure=o["structure"], rappel_le=date(2026, 11, 1))
    o["note"] = dossier.notes.create(texte="Note-Parchelande", ecrite_le=factories.INSTANT)
    for cle, canal in (("courrier", "papier"), ("courriel", "courriel")):
        o[cle] = factories.creer_courrier(dossier, corps="Bonjour,\n\nLettre-Vexillaire.\n", canal=canal)
    o["situation"] = factories.creer_situation(dossier, p["partenaire"], par=p["agent de sa mairie"])
    o["tache_situation"] = factories.creer_tache_situation(o["situation"].pk, p["partenaire"])
    o["renseignement"] = factories.creer_renseignement(
        mairie=o["mairie_autre"], nom="Zyntharelle", par=p["agent d’une autre"]
    )
    retenir_le_dossier(o["renseignement"].pk, dossier, **acteur)
    demande: dict[str, Any] = {
        "section": o["section_structure"],
        "demi_journees": [0, 1],
        "debut": date(2026, 12, 1),
        "motif": "reprise_immediate",
        "mairie": o["mairie"],
    }
    accord: dict[str, Any] = {"accord": True, "motif": "place_libre", **acteur}
    o["urgence_accordee"] = repondre_urgence(demander_urgence(dossier, **demande, **acteur), **accord)
    o["urgence"] = demander_urgence(dossier, **demande, **acteur)
    o["brouillon"] = Brouillon.objects.create(
        agent=p["agent d’une autre"],
        dossier=dossier,
        version_dossier=dossier.version,
        libelle="Ophirine Zyntharelle",
        donnees={"e1-nom": ["Zyntharelle"], "r1-adresse": ["77 sente du Marqueur"]},
        cree_le=factories.INSTANT,
        modifie_le=factories.INSTANT,
    )
    o["tache"] = factories.creer_tache(demandee_par=p["coordination"])
    octets = f"Nom;Prénom;Né le;Entrée;Lundi;Choix 1\nPrat;Ada;01/02/2026;01/09/2027;J;{o['structure'].nom}\n"
    coordination: Any = p["coordination"]
    o["reprise"] = factories.creer_reprise(octets.encode(), par=coordination, essayee=True)
    o["maintien"] = Maintien.objects.create(
        dossier=dossier, motif="recours", jusqu_au=date(2030, 1, 1), pose_le=factories.INSTANT
    )
    o["acces"] = factories.creer_export_acces(o["famille"], numero=dossier.numero)
    o["export"] = factories.creer_export(coordination)
    o["vue"] = factories.creer_vue()
    o["jeu_colonnes"] = factories.creer_jeu_colonnes()
    o["collegue"] = factories.creer_agent(Profil.DPO)
    o["convention"] = factories.creer_convention(o["structure"].gestionnaire)


def _seance(monde: Monde) -> None:
    """A planned séance and a frozen one that holds the protected dossier, its two agendas printed."""
    o, p = monde.objets, monde.personas
    places = {o[f"section_{cle}"]: 2 for cle in ("structure", "structure_autre", "structure_tierce")}
    o["seance_prevue"] = factories.creer_seance(places=places)
    seance = factories.creer_seance(places=places)
    for qui in ("membre", "présidence"):
        membre: Any = p[qui]
        factories.creer_presence(seance, membre)
        o["presence"] = factories.creer_presence(o["seance_prevue"], membre)
    o["places"] = o["seance_prevue"].places.first()
    o["seance"] = geler_seance(seance, par=None, maintenant=GEL, graine=7)
    factories.creer_proposition(o["seance"])
    simulee = simuler(o["seance"], factories.creer_version_grille(), le=date(2027, 5, 6))
    champs = {"nature": "simulation", "etat": "faite", "finie_le": GEL}
    o["simulation"] = factories.creer_tache(**champs, resultat={"simulation": simulee})
    o["seance_ouverte"] = _ouvrir(monde, places)
    o["seance_tenue"] = _ouvrir(monde, places, qualite=Presence.Qualite.PRESIDENCE)
    o["ligne_tenue"] = PassageVoeu.objects.get(
        passage__seance=o["seance_tenue"], passage__dossier=monde.dossier
    )
    _tenir(monde)
    repondre(o["seance_tenue"], o, par=p["coordination"])
    o["seance_appel"] = _ouvrir(monde, places, qualite=Presence.Qualite.PRESIDENCE)
    o["attente"] = appeler(o["seance_appel"], o, par=p["présidence"])
    ouvrir_confirmations(sans_lettre(o["seance_appel"]), maintenant=GEL)
    o["confirmation"] = o["attente"].confirmations.first()
    o["ligne"] = PassageVoeu.objects.get(passage__seance=o["seance_ouverte"], passage__dossier=monde.dossier)
    for version in VersionOrdreDuJour.values:
        octets = rendre_agenda(seance, version, le=date(2027, 5, 6))
        o[f"ordre_{version}"] = factories.creer_ordre_du_jour(seance, version=version, octets=octets)


def _tenir(monde: Monde) -> None:
    """Minutes validated and printed, where the protected child is admitted and the others put off."""
    seance, ligne = monde.objets["seance_tenue"], monde.objets["ligne_tenue"]
    avis: dict[str, Any] = {"par": None, "maintenant": GEL}
    for passage in seance.passages.exclude(pk=ligne.passage_id):
        consigner_decision(passage, sens="ajourne", motif="report", **avis)
    semaine = ligne.passage.demi_journees
    consigner_decision(ligne.passage, sens="admis", section=ligne.section, demi_journees=semaine, **avis)
    presidence: Any = monde.personas["présidence"]
    seance = tenir_seance(seance, **avis)
    octets = rendre_proces_verbal(seance)
    factories.creer_proces_verbal(seance, presidence, octets=octets)


def _ouvrir(monde: Monde, places: dict[Any, int], **champs: Any) -> Seance:
    """The same list once more, in the room: everyone is there and looks at the protected line."""
    seance = factories.creer_seance(places=places)
    for qui in ("membre", "présidence"):
        membre: Any = monde.personas[qui]
        factories.creer_presence(seance, membre, present=True, **champs)
    seance = geler_seance(seance, par=None, maintenant=GEL, graine=9)
    seance = ouvrir_seance(seance, par=None, maintenant=GEL)
    ligne = PassageVoeu.objects.get(passage__seance=seance, passage__dossier=monde.dossier)
    montrer(seance, section=ligne.section_id, voeu=ligne.pk, maintenant=GEL)
    return seance


def echanger(monde: Monde) -> None:
    """Another city where only what the protection hides is different: nobody outside may tell them apart."""
    o = monde.objets
    pk = monde.dossier.pk
    Dossier.objects.filter(pk=pk).update(
        mairie=o["mairie_tierce"],
        quartier=o["quartier_tiers"],
        numero_origine="AUTRE-12",
        depose_le=date(2026, 5, 12),
        a_renouveler_le=date(2027, 4, 30),
        solution="aucune",
        dernier_contact_le=date(2026, 10, 2),
        dernier_contact_canal="appel",
    )
    Voeu.objects.filter(dossier=pk).update(structure=o["structure_tierce"])
    enfant, famille = monde.dossier.enfant, o["famille"]
    enfant.nom, enfant.prenom, enfant.date_naissance = "Autrement", "Colas", date(2026, 3, 20)
    enfant.save()
    for adulte in famille.responsables.all():
        adulte.nom, adulte.prenom, adulte.adresse = f"Autre{adulte.rang}", "Paul", "1 rue Nouvelle"
        adulte.telephone, adulte.courriel = "06 39 98 00 01", "autre@exemple.invalid"
        adulte.save()
    famille.numero_allocataire = "1112223"
    famille.save()
