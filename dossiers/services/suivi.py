"""What happens to a dossier between its deposit and its place: motivated openings."""

from datetime import datetime

from dossiers.acces import MotifAcces
from dossiers.models import ActionJournal, Dossier, Journal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


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
