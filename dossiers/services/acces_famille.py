"""One family's data handed over on request: asked here, made by a job, forgotten after a few days."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import ActionJournal, Dossier, ExportAcces, Responsable
from dossiers.services.journal import journaliser
from guichet.acces import Personne
from guichet.erreurs import ErreurMetier
from structures.queries import reglage
from structures.services.taches import lancer

EXPORTER = "dossiers.taches.exporter_acces"
MOTIF = "acces_donnees"


@transaction.atomic
def demander_acces(numero: str, *, rang: int, qui: Personne, maintenant: datetime) -> ExportAcces:
    """Ask for the files of the family of this dossier; an unknown number and a linked family answer alike.

    Raises ErreurMetier `dossier_inconnu` or `demandeur_refuse` (no such adult, or one who must know nothing).
    """
    dossier = Dossier.objects.select_related("famille").filter(numero=numero).first()
    if dossier is None or dossier.famille_id in qui.familles_liees or dossier.anonymise_le:
        raise ErreurMetier("dossier_inconnu", "Aucun dossier ne porte ce numéro.", champ="numero")
    demandeur = Responsable.objects.filter(famille=dossier.famille_id, rang=rang).first()
    if demandeur is None or demandeur.ecarte:
        message = "Rien ne peut être remis à cette personne : voyez le délégué à la protection des données."
        raise ErreurMetier("demandeur_refuse", message, champ="rang")
    jours = reglage("conservation_exports", le=timezone.localdate(maintenant))
    export = ExportAcces.objects.create(
        famille=dossier.famille,
        numero=numero,
        rang=rang,
        demande_le=maintenant,
        demande_par=qui.agent,
        expire_le=maintenant + timedelta(days=jours),
    )
    export.tache = lancer(
        "acces",
        f"Données de la famille du dossier {numero}",
        EXPORTER,
        par=qui.agent,
        retour=reverse("dossiers:acces_famille"),
        export_id=export.pk,
    )
    export.save(update_fields=["tache"])
    for siens in Dossier.objects.filter(famille=dossier.famille_id).order_by("pk"):
        _noter(siens, ActionJournal.EXPORT, qui, maintenant)
        if dossier.protege and siens.mairie_id not in qui.mairies:
            _noter(siens, ActionJournal.ACCES_MOTIVE, qui, maintenant)
    return export


def noter_remise(export: ExportAcces, *, quoi: str, qui: Personne, maintenant: datetime) -> None:
    """The file leaves: one line on each dossier of the family."""
    for dossier in Dossier.objects.filter(famille=export.famille_id).order_by("pk"):
        _noter(dossier, ActionJournal.EXPORT, qui, maintenant, quoi)


def _noter(dossier: Dossier, action: str, qui: Personne, maintenant: datetime, quoi: str = "") -> None:
    objet = f"{MOTIF}:{quoi}" if quoi else MOTIF
    journaliser(
        action,
        par=qui.agent,
        maintenant=maintenant,
        dossier=dossier,
        objet=objet,
        motif=MOTIF,
        mairie=qui.mairie,
    )


def ranger_acces(export: ExportAcces, *, pdf: bytes, json: bytes) -> ExportAcces:
    """Store both files; a job run again replaces none of them."""
    export.pdf.save(f"acces-{export.pk}.pdf", ContentFile(pdf), save=False)
    export.json.save(f"acces-{export.pk}.json", ContentFile(json), save=False)
    export.save(update_fields=["pdf", "json"])
    return export
