"""Managers confirm, or refuse for a coded reason, the answers they sign before any letter leaves."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commissions.models import ConfirmationGestionnaire, Decision, EtatConfirmation, MotifNonConfirmation
from commissions.queries.confirmations import structures_a_confirmer
from commissions.regles import confirmation as regles
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


def ouvrir_confirmations(decisions: Sequence[Decision], *, maintenant: datetime) -> None:
    """Ask each manager these answers name; asked again, only the new ones are added."""
    ConfirmationGestionnaire.objects.bulk_create(
        (
            ConfirmationGestionnaire(decision=decision, structure_id=structure, demandee_le=maintenant)
            for decision in decisions
            for structure in structures_a_confirmer(decision)
        ),
        ignore_conflicts=True,
    )


def confirmer(
    confirmation: ConfirmationGestionnaire, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> ConfirmationGestionnaire:
    """The manager signs this answer. Raises ErreurMetier `confirmation_<etat>`."""
    return _repondre(confirmation, "confirmer", "", par, maintenant, mairie)


def refuser(
    confirmation: ConfirmationGestionnaire,
    *,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> ConfirmationGestionnaire:
    """The manager does not sign it: its letter stays, the coordination takes it back.

    Raises ErreurMetier `motif_inconnu` (field `motif`), `confirmation_<etat>`.
    """
    if motif not in MotifNonConfirmation.values:
        raise ErreurMetier("motif_inconnu", "Dites pourquoi, par un motif de la liste.", champ="motif")
    return _repondre(confirmation, "refuser", motif, par, maintenant, mairie)


def redemander(
    confirmation: ConfirmationGestionnaire, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> ConfirmationGestionnaire:
    """Once looked at, the coordination asks the manager again. Raises ErreurMetier `confirmation_<etat>`."""
    return _repondre(confirmation, "redemander", "", par, maintenant, mairie)


@transaction.atomic
def confirmer_en_bloc(
    confirmations: Sequence[int], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> int:
    """All the lines a page showed, in one gesture: those answered since are left as they are."""
    attendues = ConfirmationGestionnaire.objects.filter(
        pk__in=confirmations, etat=EtatConfirmation.ATTENDUE
    ).order_by("pk")
    # Locked before the count: of two people at once, the second finds nothing left to confirm.
    lignes = list(attendues.select_for_update(of=("self",)))
    for confirmation in lignes:
        confirmer(confirmation, par=par, maintenant=maintenant, mairie=mairie)
    return len(lignes)


@transaction.atomic
def _repondre(
    confirmation: ConfirmationGestionnaire,
    action: str,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None,
) -> ConfirmationGestionnaire:
    verrou = ConfirmationGestionnaire.objects.select_for_update(of=("self",))
    fraiche = verrou.select_related("decision__passage__dossier", "structure").get(pk=confirmation.pk)
    fraiche.etat, fraiche.motif = regles.etat_suivant(fraiche.etat, action), motif
    attend = fraiche.etat == EtatConfirmation.ATTENDUE
    fraiche.repondue_le, fraiche.repondue_par = (None, None) if attend else (maintenant, par)
    if attend:
        fraiche.demandee_le = maintenant
    fraiche.save(update_fields=["etat", "motif", "repondue_le", "repondue_par", "demandee_le"])
    journaliser(
        ActionJournal.COURRIER,
        par=par,
        maintenant=maintenant,
        dossier=fraiche.decision.passage.dossier,
        objet=f"gestionnaire_{action}",
        motif=motif,
        details={"structure": fraiche.structure.nom},
        mairie=mairie,
    )
    return fraiche
