"""The one door through the history's walls: the retention purge, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from dossiers.models import ActionJournal, Journal
from dossiers.services.journal import journaliser
from structures.models import Agent

# Rows written once that are not events: the journal, the scores.
_AUTRES_MURS = (
    "dossiers.Journal:journal_inalterable",
    "dossiers.Cotation:cotation_sans_suppression",
    "dossiers.Cotation:cotation_ecrite_une_fois",
    "commissions.Passage:passage_inalterable",
    "commissions.OrdreDuJour:ordre_du_jour_imprime",
)


def murs() -> list[str]:
    """The triggers that refuse UPDATE and DELETE, by their pgtrigger name."""
    evenements = [m._meta.label for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    return [*(f"{nom}:append_only" for nom in evenements), *_AUTRES_MURS]


@contextmanager
def ouvrir_la_purge(*, par: Agent | None, motif: str, maintenant: datetime) -> Iterator[Journal]:
    """Inside, this transaction may change and delete history; the journal says who opened the door and why.

    `motif` names the rule applied, « conservation ». The line is written first, in the same transaction:
    nothing is purged without it. TRUNCATE stays refused.
    """
    with transaction.atomic():
        ligne = journaliser(
            ActionJournal.PURGE, par=par, maintenant=maintenant, objet="historique", motif=motif
        )
        with pgtrigger.ignore(*murs()):
            _permettre("oui")
            try:
                yield ligne
            finally:
                if not connection.needs_rollback:
                    _permettre("")


def _permettre(valeur: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('guichet.purge', %s, true)", [valeur])
