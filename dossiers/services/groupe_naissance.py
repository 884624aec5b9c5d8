"""The children of one birth: parted when one is not expected any more, together again when it comes back."""

from datetime import datetime

from dossiers.models import Dossier, Enfant, MotifDistinction, Rapprochement
from dossiers.services.cotation import coter_famille
from structures.models import Agent


def refaire_le_groupe(dossier: Dossier, *, par: Agent | None, maintenant: datetime) -> int:
    """A restored child of a multiple birth is a twin again of those who had been left alone; how many.

    The pair said « jumeau » when they were parted names them; nothing is done when they never were.
    """
    groupe = dossier.enfant.groupe_id
    if groupe is None:
        return 0
    jumeau = Rapprochement.objects.filter(motif=MotifDistinction.JUMEAU)
    separes = {
        *jumeau.filter(dossier=dossier).values_list("autre__enfant", flat=True),
        *jumeau.filter(autre=dossier).values_list("dossier__enfant", flat=True),
    }
    seuls = Enfant.objects.filter(pk__in=separes, famille=dossier.famille_id, groupe__isnull=True)
    enfants = list(seuls.values_list("pk", flat=True))
    if not enfants:
        return 0
    Enfant.objects.filter(pk__in=enfants).update(groupe=groupe)
    if "naissance_multiple" in dossier.faits:
        for frere in (
            Dossier.objects.select_for_update(of=("self",)).filter(enfant__in=enfants).order_by("pk")
        ):
            frere.faits["naissance_multiple"] = dossier.faits["naissance_multiple"]
            frere.version += 1
            frere.save(update_fields=["faits", "version"])
    coter_famille(dossier.famille, par=par, maintenant=maintenant)
    return len(enfants)
