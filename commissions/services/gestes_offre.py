"""What every gesture on an offer shares: its locks in one order, its version, its journal line, refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissions.models import Offre
from dossiers.models import ActionJournal, Dossier
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

_CONFLITS = {
    "offre_une_vivante_par_enfant": ("deja_proposee", "Une place est déjà proposée à cet enfant."),
    "offre_une_place": (
        "place_deja_offerte",
        "Cette place est déjà offerte à un autre enfant sur ces demi-journées.",
    ),
}


def verrouiller(offre: Offre) -> tuple[Dossier, Offre]:
    """The dossier then its offer, both locked: the order of every gesture on a place."""
    dossier = verrouiller_dossier(offre.dossier_id)
    verrou = Offre.objects.select_for_update(of=("self",)).select_related(
        "section__structure__gestionnaire", "decision__passage__seance", "enfant", "admission"
    )
    return dossier, verrou.get(pk=offre.pk)


def verrouiller_dossier(pk: int) -> Dossier:
    verrou = Dossier.objects.select_for_update(of=("self",)).select_related("enfant", "famille", "mairie")
    return verrou.get(pk=pk)


def enregistrer(offre: Offre, *champs: str) -> None:
    offre.version += 1
    offre.save(update_fields=[*champs, "version"])


def noter_offre(
    offre: Offre,
    objet: str,
    *,
    par: Agent | None,
    maintenant: datetime,
    motif: str = "",
    mairie: Mairie | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One journal line of the dossier; the structure is named as its history may tell it."""
    lieu = {"offre": offre.pk, "structure": offre.section.structure.nom}
    journaliser(
        ActionJournal.OFFRE,
        par=par,
        maintenant=maintenant,
        dossier=offre.dossier,
        objet=objet,
        motif=motif,
        details={**lieu, **(details or {})},
        mairie=mairie,
    )


@contextmanager
def refus_d_offre() -> Iterator[None]:
    """What the database refuses of an offer, in French: `deja_proposee`, `place_deja_offerte`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refus:
        contrainte = getattr(getattr(refus.__cause__, "diag", None), "constraint_name", "") or ""
        if contrainte not in _CONFLITS:
            raise
        raise ErreurMetier(*_CONFLITS[contrainte]) from refus
