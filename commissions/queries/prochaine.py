"""The next séance a dossier is for."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from commissions.models import EtatSeance, Passage, Seance
from dossiers.models import Besoin, Dossier, EtatDossier, TypeBesoin
from dossiers.queries.verification import Gel


def prochaine_seance_de(dossier: Dossier, besoin: Besoin | None, *, maintenant: datetime) -> date | None:
    """The day of the first séance to come that will look at this dossier: one query, none when none could.

    Its entry ± tolerance contains the day places are counted at, and it was complete in time; once frozen,
    it is on the list or it is not.
    """
    if dossier.etat != EtatDossier.ACTIF or besoin is None or besoin.type != TypeBesoin.REGULIER:
        return None
    souplesse = timedelta(days=besoin.tolerance_jours)
    inscrit = Passage.objects.filter(seance=OuterRef("pk"), dossier=dossier)
    seances = Seance.objects.filter(
        Q(etat=EtatSeance.PLANIFIEE, cloture_le__gte=dossier.complet_le)
        | Q(Exists(inscrit), etat__in=(EtatSeance.GELEE, EtatSeance.OUVERTE)),
        tenue_prevue_le__gte=maintenant,
        date_effet__range=(besoin.entree_le - souplesse, besoin.entree_le + souplesse),
    )
    instants = seances.order_by("tenue_prevue_le").values_list("tenue_prevue_le", flat=True)
    prevue = instants.first()
    return timezone.localdate(prevue) if prevue else None


def seances_entre(debut: date, fin: date) -> list[Seance]:
    """The séances held between these days: when and where, which nobody of the list has to ignore."""
    return list(Seance.objects.filter(tenue_prevue_le__date__range=(debut, fin)).order_by("tenue_prevue_le"))


def prochains_gels(*, le: date) -> list[Gel]:
    """The séances whose list is still to be closed, the nearest first."""
    planifiees = Seance.objects.filter(etat=EtatSeance.PLANIFIEE, cloture_le__gte=le)
    jours = planifiees.order_by("cloture_le", "pk").values_list("cloture_le", "date_effet")
    return [Gel(cloture, effet) for cloture, effet in jours]
