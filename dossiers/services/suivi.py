"""What happens to a dossier between its deposit and its place: renewals, motivated openings."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dossiers.acces import MotifAcces
from dossiers.models import ActionJournal, Dossier, Journal
from dossiers.regles import cycle
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage
from structures.regles.ages import ajouter_mois


@transaction.atomic
def renouveler_dossier(
    dossier: Dossier, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Dossier:
    """The family confirms its request: the next renewal is counted from today, the seniority stays."""
    frais = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if frais.etat not in cycle.EN_ATTENTE:
        raise ErreurMetier("non_renouvelable", "Seul un dossier en attente se renouvelle.")
    jour = timezone.localdate(maintenant)
    frais.renouvele_le = jour
    frais.a_renouveler_le = ajouter_mois(jour, reglage("renouvellement", le=jour))
    frais.version += 1
    frais.save(update_fields=["renouvele_le", "a_renouveler_le", "version"])
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        dossier=frais,
        objet="renouvellement",
        mairie=mairie,
    )
    return frais


def ouvrir_avec_motif(
    dossier: Dossier, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Journal:
    """Open a protected dossier of another counter: who, when, why is written before anything is shown."""
    if motif not in MotifAcces.values:
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.", champ="motif")
    return journaliser(
        ActionJournal.ACCES_MOTIVE,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        motif=motif,
        mairie=mairie,
    )
