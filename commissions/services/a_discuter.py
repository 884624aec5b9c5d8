"""The pre-session: lines marked so that the commission talks about them before any block."""

from datetime import datetime

from django.db import IntegrityError, transaction

from commissions.models import EtatSeance, LigneADiscuter, MotifDiscussion, PassageVoeu, Seance
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

OUVERTES = (EtatSeance.GELEE, EtatSeance.OUVERTE)


@transaction.atomic
def marquer_ligne(
    voeu: PassageVoeu, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> LigneADiscuter:
    """One mark a line. Raises ErreurMetier `motif_inconnu`, `seance_fermee`, `deja_marquee`."""
    if motif not in MotifDiscussion.values:
        raise ErreurMetier("motif_inconnu", "Dites pourquoi cette ligne est à discuter.", champ="motif")
    _preparable(voeu)
    try:
        with transaction.atomic():
            marque = LigneADiscuter.objects.create(
                voeu=voeu, motif=motif, marquee_le=maintenant, marquee_par=par
            )
    except IntegrityError as conflit:
        raise ErreurMetier("deja_marquee", "Cette ligne est déjà à discuter.") from conflit
    _noter(voeu, "ligne à discuter", motif, par, maintenant, mairie)
    return marque


@transaction.atomic
def demarquer_ligne(
    voeu: PassageVoeu, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """The line may be validated in block again. Raises ErreurMetier `seance_fermee`, `pas_marquee`."""
    _preparable(voeu)
    effacees, _ = LigneADiscuter.objects.filter(voeu=voeu).delete()
    if not effacees:
        raise ErreurMetier("pas_marquee", "Cette ligne n’est plus à discuter.")
    _noter(voeu, "ligne plus à discuter", "", par, maintenant, mairie)


def _preparable(voeu: PassageVoeu) -> None:
    seance = Seance.objects.select_for_update(of=("self",)).defer("instance").get(pk=voeu.passage.seance_id)
    if seance.etat not in OUVERTES:
        raise ErreurMetier("seance_fermee", "Une ligne se marque du gel à la fin de la séance.")


def _noter(
    voeu: PassageVoeu, objet: str, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None
) -> None:
    journaliser(
        ActionJournal.COMMISSION,
        par=par,
        maintenant=maintenant,
        objet=f"séance {voeu.passage.seance_id}, {objet}",
        motif=motif,
        details={"ordre": voeu.passage.numero_ordre},
        mairie=mairie,
    )
