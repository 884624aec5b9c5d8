"""Information contacts, as each person may read and count them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from dossiers.models import Orientation, Renseignement, TypeBesoin
from guichet.acces import Personne
from structures.models import Profil

PAR_PAGE = 50
AXES = (("mois", "Mois"), ("mairie", "Mairie"), ("orientation", "Orientation"), ("besoin", "Besoin"))
_COLONNES = {"mois": "mois", "mairie": "mairie__nom", "orientation": "orientation", "besoin": "besoin"}
DEFINITIONS = (
    ("Renseignement", "une famille renseignée au guichet, au téléphone ou par courriel, sans dossier"),
    ("Devenus un dossier", "un dossier a été enregistré depuis ce renseignement, à ce jour"),
    ("Avec un rendez-vous", "un jour et une heure ont été donnés"),
    (
        "Période",
        "mois du renseignement, ceux des deux bouts compris",
    ),
)


@dataclass(frozen=True)
class PageRenseignements:
    """A page, newest first; `suite` is the key of the next one."""

    lignes: list[Renseignement]
    suite: int | None


def renseignements_visibles(qui: Personne) -> QuerySet[Renseignement]:
    """The counter's own for an agent, all for the coordination.

    What became a dossier protected at another counter, or of a family one is linked to, is not shown.
    """
    tous = Renseignement.objects.select_related("mairie", "par", "quartier", "dossier")
    if not qui.est(Profil.COORDINATION):
        tous = tous.filter(mairie__in=qui.mairies)
    ailleurs = Q(dossier__famille__protegee=True) & ~Q(dossier__mairie__in=qui.mairies)
    tous = tous.exclude(Q(dossier__isnull=False) & ailleurs)
    return tous.exclude(dossier__famille__in=qui.familles_liees) if qui.familles_liees else tous


def page_renseignements(
    qui: Personne,
    *,
    mairie: Any = None,
    orientation: str = "",
    besoin: str = "",
    suite_donnee: str = "",
    du: date | None = None,
    au: date | None = None,
    apres: int = 0,
) -> PageRenseignements:
    lus = _entre(renseignements_visibles(qui), du, au)
    if mairie:
        lus = lus.filter(mairie=mairie)
    if orientation:
        lus = lus.filter(orientation=orientation)
    if besoin:
        lus = lus.filter(besoin=besoin)
    if suite_donnee == "dossier":
        lus = lus.filter(dossier__isnull=False)
    elif suite_donnee == "aucune":
        lus = lus.filter(dossier=None)
    elif suite_donnee == "rendez_vous":
        lus = lus.filter(rendez_vous_le__isnull=False)
    if apres:
        lus = lus.filter(pk__lt=apres)
    lignes = list(lus.order_by("-pk")[: PAR_PAGE + 1])
    return PageRenseignements(lignes[:PAR_PAGE], lignes[PAR_PAGE - 1].pk if len(lignes) > PAR_PAGE else None)


def rendez_vous_du_jour(qui: Personne) -> list[Renseignement]:
    """Who is expected today at my counters, in the order of the day."""
    debut = _minuit(qui.jour)
    lus = renseignements_visibles(qui).filter(
        mairie__in=qui.mairies, rendez_vous_le__gte=debut, rendez_vous_le__lt=debut + timedelta(days=1)
    )
    return list(lus.order_by("rendez_vous_le", "pk")[:30])


@dataclass(frozen=True)
class LigneCompte:
    """One row of the table: how many contacts, and what of them."""

    libelle: str
    total: int
    dossiers: int
    rendez_vous: int
    besoins: tuple[int, ...]


def compter(axe: str, *, du: date, au: date) -> tuple[list[LigneCompte], LigneCompte]:
    """Contacts of the city from month `du` to month `au`, by `axe`, and their sum: one query."""
    lus = _entre(Renseignement.objects.order_by(), du, au)
    if axe == "mois":
        lus = lus.annotate(mois=TruncMonth("le"))
    comptes = {
        "total": Count("pk"),
        "devenus": Count("dossier"),
        "avec_rendez_vous": Count("rendez_vous_le"),
        **{f"b_{b.value}": Count("pk", filter=Q(besoin=b)) for b in TypeBesoin},
    }
    trouves: Any = lus.values(cle=F(_COLONNES[axe])).annotate(**comptes).order_by("cle")
    lignes = [
        LigneCompte(
            _libelle(axe, ligne["cle"]),
            ligne["total"],
            ligne["devenus"],
            ligne["avec_rendez_vous"],
            tuple(ligne[f"b_{b.value}"] for b in TypeBesoin),
        )
        for ligne in trouves
    ]
    return lignes, _somme(lignes)


def _somme(lignes: Sequence[LigneCompte]) -> LigneCompte:
    besoins = tuple(sum(colonne) for colonne in zip(*(ligne.besoins for ligne in lignes), strict=True))
    return LigneCompte(
        "Ensemble",
        sum(ligne.total for ligne in lignes),
        sum(ligne.dossiers for ligne in lignes),
        sum(ligne.rendez_vous for ligne in lignes),
        besoins or (0,) * len(TypeBesoin),
    )


def _libelle(axe: str, cle: Any) -> str:
    if axe == "mois":
        return f"{timezone.localtime(cle):%m/%Y}"
    if axe == "orientation":
        return str(Orientation(cle).label)
    return str(TypeBesoin(cle).label) if axe == "besoin" else str(cle)


def _entre(lus: QuerySet[Renseignement], du: date | None, au: date | None) -> QuerySet[Renseignement]:
    """Days of months, both ends included."""
    if du:
        lus = lus.filter(le__gte=_minuit(du))
    if au:
        lus = lus.filter(le__lt=_minuit((au.replace(day=1) + timedelta(days=32)).replace(day=1)))
    return lus


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time()))
