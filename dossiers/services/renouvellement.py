"""The family says its request still holds: one gesture, its seniority stays, old pieces are asked again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Dossier
from dossiers.regles import cycle
from dossiers.regles import echeances as regles
from dossiers.services.echeances import annuler_echeances
from dossiers.services.journal import journaliser
from dossiers.services.pieces import redemander_pieces_perimees
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


@transaction.atomic
def renouveler_dossier(
    dossier: Dossier, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> tuple[Dossier, list[str]]:
    """Count the next renewal from today; returns the dossier and the names of the pieces asked again.

    What a piece proved stays declared, it is no longer verified. A dossier that misses a compulsory piece
    again finds its day back with the new one. Raises ErreurMetier `non_renouvelable`.
    """
    jour = timezone.localdate(maintenant)
    redemandees = redemander_pieces_perimees(dossier, par=par, mairie=mairie, maintenant=maintenant)
    frais = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if frais.etat not in cycle.EN_ATTENTE:
        raise ErreurMetier("non_renouvelable", "Seul un dossier en attente se renouvelle.")
    frais.renouvele_le = jour
    frais.a_renouveler_le = regles.terme_renouvellement(jour, reglage("renouvellement", le=jour))
    frais.version += 1
    frais.save(update_fields=["renouvele_le", "a_renouveler_le", "version"])
    annuler_echeances(frais, regles.RENOUVELLEMENT, maintenant=maintenant)
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        dossier=frais,
        objet="renouvellement",
        details={"jusqu_au": frais.a_renouveler_le.isoformat()},
        mairie=mairie,
    )
    return frais, redemandees
