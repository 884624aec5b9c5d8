"""« J’ai vu »: what moved before this moment is not shown again."""

from datetime import datetime

from django.db import transaction

from dossiers.models import Repere
from structures.models import Agent


@transaction.atomic
def marquer_vu(par: Agent, *, jusqu_a: datetime, maintenant: datetime) -> Repere:
    """Keep the moment the page was drawn: what came while it was being read stays to be seen.

    Never later than now, never back before what was already seen.
    """
    jusqu_a = min(jusqu_a, maintenant)
    repere, cree = Repere.objects.select_for_update().get_or_create(agent=par, defaults={"vu_le": jusqu_a})
    if not cree and repere.vu_le < jusqu_a:
        repere.vu_le = jusqu_a
        repere.save(update_fields=["vu_le"])
    return repere
