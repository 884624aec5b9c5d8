"""The home page: one block per right, each with the figures and the work that wait for this person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from commissions.queries import accueil as commissions
from dossiers.models import Dossier
from dossiers.queries import accueil as dossiers
from dossiers.queries import doublons, journal, relais
from guichet.acces import Personne
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
        Bloc("accueil/_nouveau.html"),
        Bloc(
            "accueil/_dossiers.html",
            {
                "titre": "Les dossiers de ma mairie",
                "compteurs": dossiers.compteurs(siens, le=jour),
                "rapprochements": doublons.nombre_a_examiner(moi),
                "mairie": moi.mairie,
                "cle": "mairie",
            },
        ),
        Bloc("accueil/_brouillons.html", {"brouillons": list(dossiers.brouillons(moi.agent))}),
        Bloc("accueil/_incomplets.html", {"dossiers": list(dossiers.incomplets(siens))}),
        Bloc(
            "accueil/_renouveler.html",
            {"dossiers": list(dossiers.a_renouveler(siens, le=jour)), "jour": jour},
        ),
    ]


def _coordination(moi: Personne, maintenant: datetime) -> list[Bloc]:
    jour = timezone.localdate(maintenant)
    return [
        Bloc(
            "accueil/_dossiers.html",
            {
                "titre": "Les dossiers de la ville",
                "compteurs": dossiers.compteurs(Dossier.objects.all(), le=jour),
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
        Bloc("accueil/_taches.html", {"taches": list(structures.dernieres_taches(moi.agent))}),
    ]


def _direction(moi: Personne, maintenant: datetime) -> list[Bloc]:
    jour = timezone.localdate(maintenant)
    contenu = {
        "structures": moi.structures_dirigees,
        "demandes": dossiers.demandes(moi.structures, le=jour),
    }
    recents = {
        "voeux": dossiers.arrives_recemment(moi.structures),
        "plusieurs": len(moi.structures) > 1,
    }
    return [Bloc("accueil/_direction.html", contenu), Bloc("accueil/_recents.html", recents)]


def _commission(moi: Personne, maintenant: datetime) -> list[Bloc]:
    seances = list(commissions.mes_seances(moi.agent, maintenant=maintenant))
    return [Bloc("accueil/_seances.html", {"titre": "Les séances où je siège", "seances": seances})]


def _partenaire(moi: Personne, maintenant: datetime) -> list[Bloc]:
    if ServicePartenaire.RELAIS not in moi.services:
        return [Bloc("accueil/_partenaire.html")]
    return [Bloc("accueil/_relais.html", {"nombre": relais.nombre()})]


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
