"""What is known of a protection without reading the family: who is named, who opened, who was told."""

from datetime import datetime

from django.db.models import Q, QuerySet

from dossiers.models import Dossier, Ouverture, PersonneNommee
from guichet.acces import Personne
from structures.models import Profil

LIMITE = 30


def ouverture_en_cours(qui: Personne, dossier: Dossier, *, maintenant: datetime) -> bool:
    """Whether this person opened `dossier` with a reason and the time is not over."""
    ouvertures = Ouverture.objects.filter(dossier=dossier, agent=qui.agent)
    return ouvertures.filter(le__lte=maintenant, fin_le__gt=maintenant).exists()


def ouvertures_a_lire(qui: Personne) -> QuerySet[Ouverture]:
    """The openings nobody of this person's side has seen yet, one's own excepted: its counter's, and all of
    them for the coordination."""
    miennes = Q(dossier__mairie__in=qui.mairies, guichet_vu_le=None)
    if qui.est(Profil.COORDINATION):
        miennes |= Q(coordination_vu_le=None)
    return (
        Ouverture.objects.filter(miennes)
        .exclude(agent=qui.agent)
        .exclude(dossier__famille__in=qui.familles_liees)
        .select_related("dossier", "agent")
        .order_by("-le", "-pk")
    )


def nommees_de(dossier: Dossier) -> QuerySet[PersonneNommee]:
    """Those in force first by the day they were named; who was removed stays in the history only."""
    return dossier.nommees.filter(retiree_le=None).select_related("agent", "par").order_by("-depuis", "-pk")


def ouvertures_de(dossier: Dossier) -> QuerySet[Ouverture]:
    liens = ("agent", "guichet_vu_par", "coordination_vu_par")
    return dossier.ouvertures.select_related(*liens).order_by("-le", "-pk")[:LIMITE]
