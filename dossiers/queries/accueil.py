"""What each profil finds waiting on the home page: constant in number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from dossiers.acces import sans_lies
from dossiers.models import Besoin, CanalContact, Contact, Dossier, EtatDossier, Voeu
from dossiers.regles import cycle
from guichet.acces import Personne

LIGNES = 6
LIBELLES = {
    EtatDossier.INCOMPLET: "incomplets",
    EtatDossier.ACTIF: "complets, en attente",
    EtatDossier.PROPOSE: "avec une place proposée",
}
PREAVIS_RENOUVELLEMENT = timedelta(days=30)


@dataclass(frozen=True)
class Compteurs:
    """Pending dossiers: how many in each state, how many to renew within a month or late."""

    etats: list[tuple[str, str, int]]
    a_renouveler: int
    total: int


def compteurs(dossiers: QuerySet[Dossier], *, le: date) -> Compteurs:
    """One query for the states and the renewals together."""
    bientot = Q(a_renouveler_le__lte=le + PREAVIS_RENOUVELLEMENT)
    lus = (
        dossiers.filter(etat__in=cycle.EN_ATTENTE)
        .order_by()
        .values("etat")
        .annotate(nombre=Count("pk"), bientot=Count("pk", filter=bientot))
    )
    par_etat = {ligne["etat"]: ligne for ligne in lus}
    etats = [
        (etat.value, LIBELLES[etat], par_etat[etat]["nombre"] if etat in par_etat else 0)
        for etat in EtatDossier
        if etat in cycle.EN_ATTENTE
    ]
    renouveler = sum(ligne["bientot"] for ligne in par_etat.values())
    return Compteurs(etats, renouveler, sum(nombre for _, _, nombre in etats))


def dossiers_de(qui: Personne) -> QuerySet[Dossier]:
    """The dossiers of the counters where this person receives families."""
    return sans_lies(qui, Dossier.objects.filter(mairie__in=qui.mairies))


def incomplets(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The incomplete dossiers that have waited longest for a piece."""
    return (
        dossiers.filter(etat=EtatDossier.INCOMPLET)
        .select_related("enfant", "famille")
        .order_by("depose_le", "pk")[:LIGNES]
    )


def a_renouveler(dossiers: QuerySet[Dossier], *, le: date) -> QuerySet[Dossier]:
    """Pending dossiers whose renewal is due within a month, or late; the latest first."""
    return (
        dossiers.filter(etat__in=cycle.EN_ATTENTE, a_renouveler_le__lte=le + PREAVIS_RENOUVELLEMENT)
        .select_related("enfant", "famille")
        .order_by("a_renouveler_le", "pk")[:LIGNES]
    )


def a_rappeler(qui: Personne) -> list[Contact]:
    """The calls promised for today or before by my counters, unless the family was contacted since."""
    suivants = Contact.objects.filter(dossier=OuterRef("dossier"), le__gt=OuterRef("le"))
    dus = Contact.objects.filter(
        rappel_le__lte=qui.jour, dossier__mairie__in=qui.mairies, dossier__etat__in=cycle.EN_ATTENTE
    ).exclude(Exists(suivants.exclude(canal=CanalContact.TIERS)))
    dus = dus.exclude(dossier__famille__in=qui.familles_liees)
    return list(dus.select_related("dossier__enfant").order_by("rappel_le", "pk")[:LIGNES])


@dataclass(frozen=True)
class Demandes:
    """How the shared list looks from one structure."""

    total: int
    premier_choix: int
    incomplets: int
    nouveaux: int


def demandes(structures: frozenset[int], *, le: date, sauf: Collection[int] = ()) -> Demandes:
    """Children of the city who ask for one of these structures: one query.

    A protected family's choices are told to no structure, not even as one more in a count; nor are those of
    the families `sauf`, the reader being linked to them.
    """
    en_attente = Dossier.objects.filter(
        etat__in=cycle.EN_ATTENTE, voeux__structure__in=structures, famille__protegee=False
    ).exclude(famille__in=sauf)
    lus = en_attente.aggregate(
        total=Count("pk", distinct=True),
        premier_choix=Count("pk", filter=Q(voeux__rang=1), distinct=True),
        incomplets=Count("pk", filter=Q(etat=EtatDossier.INCOMPLET), distinct=True),
        nouveaux=Count("pk", filter=Q(depose_le__gte=le - timedelta(days=30)), distinct=True),
    )
    return Demandes(**lus)


def arrives_recemment(structures: frozenset[int], *, sauf: Collection[int] = ()) -> list[Voeu]:
    """The last choices made for these structures, protected families and `sauf` left out: two queries."""
    besoins = Prefetch("dossier__besoins", Besoin.objects.order_by("entree_le", "pk"), to_attr="voulus")
    voeux = (
        Voeu.objects.filter(
            structure__in=structures,
            dossier__etat__in=cycle.EN_ATTENTE,
            dossier__famille__protegee=False,
        )
        .exclude(dossier__famille__in=sauf)
        .select_related("dossier__enfant", "structure")
        .prefetch_related(besoins)
        .order_by("-dossier__depose_le", "-dossier_id")
    )
    return list(voeux[:LIGNES])
