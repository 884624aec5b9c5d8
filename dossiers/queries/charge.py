"""The work of each mairie, and the queues that wait for the coordination: figures with their definition."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q

from dossiers.models import Contact, Dossier, EtatDossier, LigneListe
from dossiers.regles import cycle
from structures.models import Mairie

MOIS = timedelta(days=30)
UN_AN = timedelta(days=365)
DEFINITIONS = (
    ("En attente", "dossiers déposés et ni placés, ni fermés, ni suspendus"),
    ("Incomplets", "dossiers en attente à qui manque une pièce obligatoire"),
    ("Dépôts", "dossiers déposés depuis 30 jours, quoi qu’ils soient devenus"),
    ("À renouveler", "dossiers en attente dont le renouvellement est en retard ou tombe sous 30 jours"),
    ("Jours pour compléter", "médiane entre le dépôt et le jour complet, dossiers complétés depuis un an"),
    ("Contacts", "contacts notés depuis 30 jours, aboutis ou non"),
)


class _Mediane(Aggregate):
    function = "PERCENTILE_CONT"
    name = "Mediane"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class ChargeMairie:
    """One line of the table; `mediane` is None when nothing was completed there for a year."""

    mairie: Mairie
    en_attente: int = 0
    incomplets: int = 0
    depots: int = 0
    renouveler: int = 0
    mediane: int | None = None
    contacts: int = 0


def charge_par_mairie(*, maintenant: datetime, jour: date) -> list[ChargeMairie]:
    """Three queries. Protected dossiers are in no line: their mairie is told to nobody."""
    pendants = Q(etat__in=cycle.EN_ATTENTE)
    lus = (
        Dossier.objects.filter(famille__protegee=False)
        .order_by()
        .values_list("mairie_id")
        .annotate(
            nombre=Count("pk", filter=pendants),
            incomplets=Count("pk", filter=Q(etat=EtatDossier.INCOMPLET)),
            depots=Count("pk", filter=Q(depose_le__gt=jour - MOIS, depose_le__lte=jour)),
            renouveler=Count("pk", filter=pendants & Q(a_renouveler_le__lte=jour + MOIS)),
            mediane=_Mediane(F("complet_le") - F("depose_le"), filter=Q(complet_le__gt=jour - UN_AN)),
        )
    )
    par_mairie: dict[int, tuple[Any, ...]] = {mairie: tuple(figures) for mairie, *figures in lus}
    contacts: dict[int, int] = dict(
        Contact.objects.filter(le__gt=maintenant - MOIS, dossier__famille__protegee=False)
        .order_by()
        .values_list("dossier__mairie")
        .annotate(nombre=Count("pk"))
    )
    lignes = []
    for mairie in Mairie.objects.order_by("nom"):
        total, incomplets, depots, dus, mediane = par_mairie.get(mairie.pk, (0, 0, 0, 0, None))
        notes = contacts.get(mairie.pk, 0)
        lignes.append(ChargeMairie(mairie, total, incomplets, depots, dus, _jours(mediane), notes))
    return lignes


def _jours(duree: timedelta | None) -> int | None:
    return round(duree / timedelta(days=1)) if duree is not None else None


def compter_a_verifier() -> int:
    """Pending dossiers with points still to verify."""
    return LigneListe.objects.filter(declare__gt=F("verifie")).count()
