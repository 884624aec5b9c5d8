"""The families who agreed that the relais petite enfance contact them: nothing else of them leaves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from dossiers.models import Besoin, Dossier, Responsable
from dossiers.regles import cycle

PAR_PAGE = 25


@dataclass(frozen=True)
class FamilleAContacter:
    """Name, telephone and need: what the family agreed to give."""

    nom: str
    telephone: str
    entree_le: date
    besoin: Besoin
    heures: str


def _consentants(sauf: Collection[int]) -> QuerySet[Responsable]:
    """Adults who agreed, of unprotected families with a pending dossier; never one kept away.

    Nor those of the families `sauf`, the reader being linked to them.
    """
    return (
        Responsable.objects.filter(
            contact_relais=True,
            ecarte=False,
            famille__protegee=False,
            famille__dossiers__etat__in=cycle.EN_ATTENTE,
        )
        .exclude(famille__in=sauf)
        .distinct()
    )


def nombre(*, sauf: Collection[int] = ()) -> int:
    return _consentants(sauf).count()


def familles_a_contacter(
    *, apres: int = 0, sauf: Collection[int] = ()
) -> tuple[list[FamilleAContacter], int | None]:
    """A page by entry of the adult, and the key of the next page; three queries."""
    besoins = Besoin.objects.order_by("entree_le", "pk")
    en_attente = Dossier.objects.filter(etat__in=cycle.EN_ATTENTE).order_by("pk")
    dossiers = Prefetch(
        "famille__dossiers",
        en_attente.prefetch_related(Prefetch("besoins", besoins, to_attr="voulus")),
        to_attr="en_cours",
    )
    lus = list(
        _consentants(sauf)
        .filter(pk__gt=apres)
        .select_related("famille")
        .prefetch_related(dossiers)
        .order_by("pk")[: PAR_PAGE + 1]
    )
    page = lus[:PAR_PAGE]
    familles = [famille for responsable in page for famille in _lignes(responsable)]
    return familles, page[-1].pk if len(lus) > PAR_PAGE else None


def _lignes(responsable: Responsable) -> list[FamilleAContacter]:
    dossiers: list[Dossier] = responsable.famille.en_cours  # type: ignore[attr-defined]
    return [
        FamilleAContacter(
            nom=str(responsable),
            telephone=responsable.telephone or responsable.telephone_2,
            entree_le=besoin.entree_le,
            besoin=besoin,
            heures=f"{besoin.heures_semaine:g}".replace(".", ",") if besoin.heures_semaine else "",
        )
        for dossier in dossiers
        for besoin in dossier.voulus  # type: ignore[attr-defined]
    ]
