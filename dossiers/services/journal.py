"""The one door to the journal: who did what, from which counter, on which dossier."""

from datetime import datetime
from typing import Any

from dossiers.models import Dossier, Journal
from structures.models import Agent, Mairie


def journaliser(
    action: str,
    *,
    par: Agent | None,
    maintenant: datetime,
    dossier: Dossier | None = None,
    objet: str = "",
    motif: str = "",
    details: dict[str, Any] | None = None,
    mairie: Mairie | None = None,
) -> Journal:
    """One line, never changed afterwards; `par=None` is the software itself, `mairie` the actor's counter."""
    return Journal.objects.create(
        le=maintenant,
        par=par,
        mairie=mairie,
        action=action,
        dossier=dossier,
        objet=objet,
        motif=motif,
        details=details or {},
    )
