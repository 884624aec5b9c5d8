"""The one door to the journal: who did what, from which counter, on which dossier."""

from datetime import datetime
from typing import Any

import pghistory

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
    """One line, never changed afterwards; `par=None` is the software itself, `mairie` the actor's counter.

    The history lines of the same request, job or command are told too who acts, where and why.
    """
    acteur = {"user": par and par.pk, "mairie": mairie and mairie.pk, "motif": motif}
    pghistory.context(**{nom: valeur for nom, valeur in acteur.items() if valeur})
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
