"""The long works of a séance, asked from a page and done by a worker: freezing it, printing its agenda."""

import hashlib
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commissions.models import OrdreDuJour, Seance, VersionOrdreDuJour
from commissions.services.gel import DEJA_GELEE, geler_seance
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from guichet.texte import accord
from structures.models import Agent, Tache
from structures.services.taches import avancer, lancer, suivre

GELER = "commissions.taches.geler"
IMPRIMER = "commissions.taches.imprimer"


def demander_gel(seance: Seance, *, par: Agent) -> Tache:
    """Ask for the freeze of a planned séance."""
    if seance.gelee:
        raise ErreurMetier("seance_gelee", DEJA_GELEE)
    adresse = reverse("commissions:seance_detail", args=[seance.pk])
    return lancer(
        "gel", f"Gel de « {seance} »", GELER, par=par, retour=adresse, seance_id=seance.pk, par_id=par.pk
    )


def executer_gel(tache_id: str, *, seance_id: int, par: Agent | None, maintenant: datetime) -> None:
    """The body of the job: a crash leaves the séance planned, and the job may run again."""
    with suivre(tache_id) as tache:
        seance = geler_seance(
            Seance.objects.get(pk=seance_id), par=par, maintenant=maintenant, avancer=partial(avancer, tache)
        )
        dossiers = accord(seance.passages.count(), "dossier,dossiers")
        tache.message = f"{dossiers} dans la liste, fixée pour cette séance."
        tache.resultat = {
            "url": reverse("commissions:seance_detail", args=[seance.pk]),
            "libelle": "Ouvrir la séance",
        }


@transaction.atomic
def demander_impression(
    seance: Seance, version: VersionOrdreDuJour | str, *, par: Agent, maintenant: datetime
) -> OrdreDuJour:
    """Ask for an agenda: its row and its job are written together."""
    if not seance.gelee:
        raise ErreurMetier("seance_planifiee", "Gelez la liste avant d’imprimer l’ordre du jour.")
    ordre = OrdreDuJour.objects.create(seance=seance, version=version, demande_le=maintenant, demande_par=par)
    ordre.tache = lancer(
        "ordre_du_jour",
        f"{ordre.get_version_display()} de l’ordre du jour",
        IMPRIMER,
        par=par,
        retour=reverse("commissions:seance_detail", args=[seance.pk]),
        ordre_id=ordre.pk,
    )
    ordre.save(update_fields=["tache"])
    journaliser(
        ActionJournal.IMPRESSION,
        par=par,
        maintenant=maintenant,
        objet=f"ordre du jour de la séance {seance.pk}",
        motif=version,
    )
    return ordre


@transaction.atomic
def ranger_ordre_du_jour(ordre: OrdreDuJour, octets: bytes, *, pages: int | None = None) -> OrdreDuJour:
    """Store a printed agenda with its digest: from now on its row is written once and for all."""
    jour = timezone.localtime(ordre.demande_le)
    nom = f"seance-{ordre.seance_id}/{ordre.version.replace('_', '-')}-{jour:%Y%m%d-%H%M%S}.pdf"
    ordre.empreinte = hashlib.sha256(octets).hexdigest()
    ordre.pages = pages
    ordre.fichier.save(nom, ContentFile(octets), save=False)
    ordre.save(update_fields=["fichier", "empreinte", "pages"])
    return ordre
