"""The journal of who read, changed or exported what, for the data protection officer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dossiers.models import ActionJournal, Journal
from guichet.texte import entier_lu
from structures.regles.texte import cle_mots

PAR_PAGE = 50


@dataclass(frozen=True)
class PageJournal:
    """A page of the journal, newest first; `suite` is the key of the next one, None at the end."""

    lignes: list[Journal]
    suite: str | None


def journal(
    *,
    action: str = "",
    qui: str = "",
    numero: str = "",
    debut: date | None = None,
    fin: date | None = None,
    apres: str = "",
) -> PageJournal:
    """Filtered, keyset paged on (le, id): constant queries whatever the page."""
    filtre = Q()
    if action:
        filtre &= Q(action=action)
    for mot in cle_mots(qui).split():
        filtre &= (
            Q(par__nom__unaccent__icontains=mot)
            | Q(par__prenom__unaccent__icontains=mot)
            | Q(par__identifiant__icontains=mot)
        )
    if numero:
        # That a dossier has a shared situation is for its circle: the number is not told, nor searched by.
        filtre &= Q(dossier__numero=numero) & ~Q(action=ActionJournal.SITUATION)
    if debut:
        filtre &= Q(le__gte=_minuit(debut))
    if fin:
        filtre &= Q(le__lt=_minuit(fin + timedelta(days=1)))
    if cle := _lire_cle(apres):
        filtre &= Q(le__lt=cle[0]) | Q(le=cle[0], pk__lt=cle[1])
    lues = list(
        Journal.objects.filter(filtre)
        .select_related("par", "mairie", "dossier__famille")
        .order_by("-le", "-pk")[: PAR_PAGE + 1]
    )
    page = lues[:PAR_PAGE]
    return PageJournal(page, _ecrire_cle(page[-1]) if len(lues) > PAR_PAGE else None)


def actes_depuis(le: date) -> list[tuple[str, int]]:
    """How many acts of each kind since that day, most frequent first."""
    lus = (
        Journal.objects.filter(le__gte=_minuit(le))
        .order_by()
        .values("action")
        .annotate(nombre=Count("pk"))
        .order_by("-nombre", "action")
    )
    return [(str(ActionJournal(ligne["action"]).label), ligne["nombre"]) for ligne in lus]


def acces_motives() -> QuerySet[Journal]:
    """The last openings of a protected dossier with a coded reason."""
    motives = Journal.objects.filter(action=ActionJournal.ACCES_MOTIVE)
    return motives.select_related("par", "dossier").order_by("-le", "-pk")[:6]


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime(jour.year, jour.month, jour.day))  # noqa: DTZ001


def _ecrire_cle(ligne: Journal) -> str:
    return f"{ligne.le.isoformat()}_{ligne.pk}"


def _lire_cle(texte: str) -> tuple[Any, int] | None:
    """A key altered in the address shows the first page, not an error."""
    instant, _, pk = texte.rpartition("_")
    try:
        le = datetime.fromisoformat(instant)
    except ValueError:
        return None
    numero = entier_lu(pk)
    return (le, numero) if timezone.is_aware(le) and numero is not None else None
