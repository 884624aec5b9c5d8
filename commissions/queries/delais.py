"""Demands left without an answer: silence says no after a legal term, nobody should reach it unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, TruncDate

from commissions.models import Decision
from dossiers.acces import ferme_par_protection
from dossiers.models import Dossier
from dossiers.regles import cycle
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.queries import reglages
from structures.regles.ages import ajouter_mois

PAR_PAGE = 25
DEPASSES, RISQUE = "depasses", "risque"
VUES = ((RISQUE, "Bientôt hors délai"), (DEPASSES, "Délai dépassé"))


@dataclass(frozen=True)
class Bornes:
    """The settings of a day: silence since `depasse` is over the term, since `alerte` it is near."""

    alerte_jours: int
    silence_mois: int
    alerte: date
    depasse: date


@dataclass(frozen=True)
class LigneDelai:
    """One demand: silent since `depuis`, its term on `terme`; `masquee` for another counter's protected."""

    dossier: Dossier
    depuis: date
    terme: date
    masquee: bool


@dataclass(frozen=True)
class PageDelais:
    lignes: Sequence[LigneDelai]
    suivante: str


def bornes(*, le: date) -> Bornes:
    valeurs = reglages("silence_alerte", "silence_mois", le=le)
    alerte, mois = valeurs["silence_alerte"], valeurs["silence_mois"]
    return Bornes(alerte, mois, le - timedelta(days=alerte), ajouter_mois(le, -mois))


def _sans_reponse(jusqu_au: date) -> QuerySet[Any]:
    """Complete pending demands, each with the day its silence began: complete, or last decided."""
    decisions = Decision.objects.filter(passage__dossier=OuterRef("pk")).order_by("-prise_le")
    derniere = Subquery(decisions.values(jour=TruncDate("prise_le"))[:1], output_field=DateField())
    candidats = Dossier.objects.filter(etat__in=cycle.CLASSES, complet_le__lte=jusqu_au)
    return candidats.annotate(depuis=Greatest("complet_le", derniere))


def compter(*, le: date) -> dict[str, int]:
    """How many are near the term, how many over it: two queries with the settings."""
    b = bornes(le=le)
    lus: dict[str, Any] = _sans_reponse(max(b.alerte, b.depasse)).aggregate(
        **{nom: Count("pk", filter=_condition(nom, b)) for nom, _ in VUES}
    )
    return lus


def page(qui: Personne, *, vue: str, apres: str = "") -> PageDelais:
    """Those of one view, the oldest silence first, paged by key."""
    b = bornes(le=qui.jour)
    lignes = _sans_reponse(max(b.alerte, b.depasse)).filter(_condition(vue, b))
    if cle := _lire_cle(apres):
        lignes = lignes.filter(Q(depuis__gt=cle[0]) | Q(depuis=cle[0], pk__gt=cle[1]))
    lus = list(lignes.select_related("enfant", "mairie", "famille").order_by("depuis", "pk")[: PAR_PAGE + 1])
    montrees = lus[:PAR_PAGE]
    suite = f"{montrees[-1].depuis.isoformat()}_{montrees[-1].pk}" if len(lus) > PAR_PAGE else ""
    return PageDelais([_ligne(qui, dossier, b) for dossier in montrees], suite)


def _condition(vue: str, b: Bornes) -> Q:
    if vue == DEPASSES:
        return Q(depuis__lte=b.depasse)
    return Q(depuis__lte=b.alerte, depuis__gt=b.depasse)


def _ligne(qui: Personne, dossier: Dossier, b: Bornes) -> LigneDelai:
    depuis: date = dossier.depuis  # type: ignore[attr-defined]
    masquee = ferme_par_protection(qui, dossier) or dossier.famille_id in qui.familles_liees
    return LigneDelai(dossier, depuis, ajouter_mois(depuis, b.silence_mois), masquee)


def _lire_cle(texte: str) -> tuple[date, int] | None:
    """A key altered in the address shows the first page, not an error."""
    jour, _, pk = texte.partition("_")
    try:
        lu = date.fromisoformat(jour)
    except ValueError:
        return None
    numero = entier_lu(pk)
    return None if numero is None else (lu, numero)
