"""Three shared situations for the demonstration: to answer, answered, late; and a few contacts."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from dossiers.models import Dossier, EtatDossier
from dossiers.services.contacts import noter_contact
from dossiers.services.situations_partagees import (
    confier_tache,
    dire_changement,
    entrer_au_cercle,
    ouvrir_situation,
    repondre,
)
from structures.models import Agent, Habilitation, Profil

# service, function, delay, days since it was asked
_DEMANDES = (
    ("pmi", "puericultrice", "quinzaine", 3),
    ("pmi", "puericultrice", "mois", 20),
    ("service_social", "assistante_sociale", "semaine", 15),
)


def creer_situations(comptes: dict[str, Agent], *, jour: date, maintenant: datetime) -> int:
    """On dossiers of the first counter that ask for the first director's structure."""
    structure = Habilitation.objects.get(agent=comptes["direction"], profil=Profil.DIRECTION).structure_id
    mairie = Habilitation.objects.get(agent=comptes["agent"], profil=Profil.AGENT).mairie
    dossiers = list(
        Dossier.objects.filter(
            etat=EtatDossier.ACTIF,
            famille__protegee=False,
            mairie=mairie,
            voeux__structure=structure,
            depose_le__lt=jour - timedelta(days=20),
        ).order_by("pk")[:3]
    )
    acteur: dict[str, Any] = {"par": comptes["coordination"], "maintenant": maintenant}
    for rang, (dossier, (service, fonction, delai, depuis)) in enumerate(
        zip(dossiers, _DEMANDES, strict=False)
    ):
        situation = ouvrir_situation(
            dossier,
            service=service,
            fonction=fonction,
            delai_souhaite=delai,
            demandee_le=jour - timedelta(days=depuis),
            demandeur=comptes["pmi"] if service == "pmi" else None,
            **acteur,
        )
        confier_tache(
            situation,
            nature=("place", "appeler", "rendez_vous")[rang],
            responsable=(comptes["coordination"], comptes["pmi"], comptes["agent"])[rang],
            echeance_le=jour + timedelta(days=5 + rang),
            **acteur,
        )
        noter_contact(
            dossier, canal="appel", issue="rappellera", rappel_le=timezone.localdate(maintenant), **acteur
        )
        if rang == 1:
            entrer_au_cercle(situation, agent=comptes["direction"], **acteur)
            repondre(situation, reponse="commission", **acteur)
            dire_changement(situation, nature="plus_tot", par=comptes["pmi"], maintenant=maintenant)
    return len(dossiers)
