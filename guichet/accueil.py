"""The home page: one block per right, each with the figures and the work that wait for this person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commissions.queries import accueil as commissions
from commissions.queries import confirmations, delais
from dossiers.acces import dossiers_nominatifs
from dossiers.queries import accueil as dossiers
from dossiers.queries import (
    affectations,
    charge,
    courriers,
    direction,
    doublons,
    journal,
    relais,
    renseignements,
    urgences,
    verification,
)
from dossiers.queries import situations_partagees as situations
from dossiers.queries.brouillons import brouillons_de
from dossiers.queries.protection import ouvertures_a_lire
from guichet.acces import Personne
from guichet.barres_svg import barres
from structures import queries as structures
from structures.models import Profil, ServicePartenaire


@dataclass(frozen=True)
class Bloc:
    """A block of the page: its template and what the template reads."""

    gabarit: str
    contenu: dict[str, Any] = field(default_factory=dict)


def blocs(moi: Personne, *, maintenant: datetime) -> list[Bloc]:
    """The blocks of every profil the person has, in the order of the table; a constant number of queries."""
    # A president is a member too: the same block is not shown twice.
    faires = dict.fromkeys(faire for profil, faire in BLOCS.items() if moi.est(profil))
    return [bloc for faire in faires for bloc in faire(moi, maintenant)]


def _agent(moi: Personne, maintenant: datetime) -> list[Bloc]:
    jour = timezone.localdate(maintenant)
    siens = dossiers.dossiers_de(moi)
    return [
        *_ouvertures(moi),
        Bloc("accueil/_nouveau.html"),
        *_rendez_vous(moi),
        Bloc(
            "accueil/_dossiers.html",
            {
                "titre": "Les dossiers de ma mairie",
                "compteurs": dossiers.compteurs(siens, le=jour),
                "lettres": courriers.a_imprimer(moi).count(),
                "a_verifier": verification.comptes(verification.dossiers_a_controler(moi), le=jour),
                "rapprochements": doublons.nombre_a_examiner(moi),
                "mairie": moi.mairie,
                "cle": "mairie",
            },
        ),
        Bloc("accueil/_brouillons.html", {"brouillons": brouillons_de(moi, limite=dossiers.LIGNES)}),
        Bloc("accueil/_incomplets.html", {"dossiers": list(dossiers.incomplets(siens))}),
        Bloc(
            "accueil/_renouveler.html",
            {"dossiers": list(dossiers.a_renouveler(siens, le=jour)), "jour": jour},
        ),
        *_a_rappeler(moi),
        *_situations(moi),
    ]


def _coordination(moi: Personne, maintenant: datetime) -> list[Bloc]:
    jour = timezone.localdate(maintenant)
    return [
        *([] if moi.est(Profil.AGENT) else _ouvertures(moi)),
        _files(moi, jour),
        *_echecs(moi),
        Bloc(
            "accueil/_dossiers.html",
            {
                "titre": "Les dossiers de la ville",
                "compteurs": dossiers.compteurs(dossiers_nominatifs(moi), le=jour),
                "lettres": courriers.a_imprimer(moi).count(),
                "a_verifier": verification.comptes(verification.dossiers_a_controler(moi), le=jour),
                "rapprochements": doublons.nombre_a_examiner(moi),
                "mairie": None,
                "cle": "ville",
            },
        ),
        Bloc(
            "accueil/_seances.html",
            {
                "titre": "Séances en cours et à venir",
                "seances": list(commissions.prochaines_seances(maintenant=maintenant)),
            },
        ),
        *_situations(moi, toujours=True),
        _charge(maintenant, jour),
        _vues(moi),
        Bloc("accueil/_taches.html", {"taches": list(structures.dernieres_taches(moi.agent))}),
    ]


@dataclass(frozen=True)
class File:
    """A queue: how many wait, where they are; `presse` when somebody must act."""

    libelle: str
    nombre: int
    adresse: str
    presse: bool = True


def _files(moi: Personne, jour: date) -> Bloc:
    """The coordination's queues, each leading to its page."""
    silences, dits = delais.compter(le=jour), confirmations.compter(moi)
    adresse = reverse("commissions:delais")
    liste = reverse("dossiers:liste")
    files = [
        File("urgences à répondre", urgences.compter_a_repondre(moi), reverse("dossiers:urgences")),
        *(File(mots.lower(), silences[vue], f"{adresse}?vue={vue}") for vue, mots in delais.VUES),
        File("refusées par un gestionnaire", dits["refusees"], reverse("commissions:confirmations")),
        File("avec des points à vérifier", charge.compter_a_verifier(), f"{liste}?a_verifier=oui", False),
    ]
    return Bloc("accueil/_files.html", {"files": files})


def _charge(maintenant: datetime, jour: date) -> Bloc:
    lignes = charge.charge_par_mairie(maintenant=maintenant, jour=jour)
    graphique = barres(
        "Dossiers en attente par mairie",
        ("complets", "incomplets"),
        [(c.mairie.nom, (c.en_attente - c.incomplets, c.incomplets)) for c in lignes],
        unite="dossiers",
    )
    contenu = {"charge": lignes, "graphique": graphique, "definitions": charge.DEFINITIONS}
    return Bloc("accueil/_charge.html", contenu)


def _vues(moi: Personne) -> Bloc:
    return Bloc("accueil/_vues.html", {"vues": list(moi.agent.vues_enregistrees.all()[:10])})


def _direction(moi: Personne, maintenant: datetime) -> list[Bloc]:
    jour = timezone.localdate(maintenant)
    contenu = {
        "structures": moi.structures_dirigees,
        "demandes": dossiers.demandes(moi.structures, le=jour, sauf=moi.familles_liees),
    }
    recents = {
        "voeux": dossiers.arrives_recemment(moi.structures, sauf=moi.familles_liees),
        "plusieurs": len(moi.structures) > 1,
    }
    attente = {
        "attentes": direction.attentes(moi, maintenant=maintenant),
        "plusieurs": len(moi.structures) > 1,
    }
    bouge = {"mouvements": direction.mouvements(moi, maintenant=maintenant), "maintenant": maintenant}
    return [
        Bloc("accueil/_direction.html", contenu),
        *_a_confirmer(moi),
        *_a_affecter(moi),
        Bloc("accueil/_attentes.html", attente),
        Bloc("accueil/_mouvements.html", bouge),
        Bloc("accueil/_recents.html", recents),
        *_situations(moi),
        _vues(moi),
    ]


def _commission(moi: Personne, maintenant: datetime) -> list[Bloc]:
    seances = list(commissions.mes_seances(moi.agent, maintenant=maintenant))
    return [Bloc("accueil/_seances.html", {"titre": "Les séances où je siège", "seances": seances})]


def _partenaire(moi: Personne, maintenant: datetime) -> list[Bloc]:
    blocs = []
    if ServicePartenaire.RELAIS in moi.services:
        blocs = [Bloc("accueil/_relais.html", {"nombre": relais.nombre(sauf=moi.familles_liees)})]
    suivies = situations.lignes_situations(moi, limite=situations.LIGNES)
    return [*blocs, Bloc("accueil/_partenaire.html", {"lignes": suivies, **_mes_taches(moi)})]


def _mes_taches(moi: Personne) -> dict[str, Any]:
    return {"taches": situations.taches_de(moi), "jour": moi.jour}


def _situations(moi: Personne, *, toujours: bool = False) -> list[Bloc]:
    """What waits for an answer and my tasks; without `toujours`, nothing at all when there is nothing."""
    lignes, nombre = situations.sans_reponse(moi)
    contenu = {"lignes": lignes, "nombre": nombre, **_mes_taches(moi)}
    return [Bloc("accueil/_situations.html", contenu)] if toujours or nombre or contenu["taches"] else []


def _ouvertures(moi: Personne) -> list[Bloc]:
    """Protected dossiers opened by others, until someone says they have seen it."""
    ouvertures = list(ouvertures_a_lire(moi)[: dossiers.LIGNES])
    return [Bloc("accueil/_ouvertures.html", {"ouvertures": ouvertures})] if ouvertures else []


def _echecs(moi: Personne) -> list[Bloc]:
    echecs = list(affectations.echecs_a_lire(moi)[: dossiers.LIGNES])
    return [Bloc("accueil/_echecs.html", {"echecs": echecs})] if echecs else []


def _a_affecter(moi: Personne) -> list[Bloc]:
    services = affectations.nombre_a_affecter(moi)
    return [Bloc("accueil/_a_affecter.html", {"services": services})] if services else []


def _a_confirmer(moi: Personne) -> list[Bloc]:
    nombre = confirmations.compter(moi)["attendues"]
    return [Bloc("accueil/_a_confirmer.html", {"nombre": nombre})] if nombre else []


def _rendez_vous(moi: Personne) -> list[Bloc]:
    attendus = renseignements.rendez_vous_du_jour(moi)
    return [Bloc("accueil/_rendez_vous.html", {"rendez_vous": attendus})] if attendus else []


def _a_rappeler(moi: Personne) -> list[Bloc]:
    rappels = dossiers.a_rappeler(moi)
    return [Bloc("accueil/_a_rappeler.html", {"contacts": rappels, "jour": moi.jour})] if rappels else []


def _administration(moi: Personne, maintenant: datetime) -> list[Bloc]:
    etat = structures.etat_du_referentiel(le=timezone.localdate(maintenant))
    return [Bloc("accueil/_administration.html", {"etat": etat})]


def _dpo(moi: Personne, maintenant: datetime) -> list[Bloc]:
    contenu = {
        "actes": journal.actes_depuis(timezone.localdate(maintenant)),
        "motives": list(journal.acces_motives()),
    }
    return [Bloc("accueil/_dpo.html", contenu)]


BLOCS: dict[str, Callable[[Personne, datetime], list[Bloc]]] = {
    Profil.AGENT: _agent,
    Profil.COORDINATION: _coordination,
    Profil.DIRECTION: _direction,
    Profil.PRESIDENCE: _commission,
    Profil.MEMBRE: _commission,
    Profil.PARTENAIRE: _partenaire,
    Profil.ADMINISTRATION: _administration,
    Profil.DPO: _dpo,
}
