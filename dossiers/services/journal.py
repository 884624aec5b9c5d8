"""The one door to the journal: who did what, from which counter, on which dossier."""

from datetime import datetime
from typing import Any

from dossiers.models import Dossier, Journal
from guichet.acces import Personne


def journaliser(
    action: str,
    *,
    par: Personne | None,
    maintenant: datetime,
    dossier: Dossier | None = None,
    objet: str = "",
    motif: str = "",
    details: dict[str, Any] | None = None,
) -> Journal:
    """One line, never changed afterwards; `par=None` is the software itself (an end of delay)."""
    return Journal.objects.create(
        le=maintenant,
        par=par.agent if par else None,
        mairie=par.mairie if par else None,
        action=action,
        dossier=dossier,
        objet=objet,
        motif=motif,
        details=details or {},
    )
