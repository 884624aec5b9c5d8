"""Which households lose their names on a day, what the nights did, what is held back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dossiers.models import (
    Admission,
    Dossier,
    Enfant,
    EtatDossier,
    ExportAcces,
    Famille,
    Maintien,
    NuitConservation,
)
from dossiers.regles import conservation
from guichet.acces import Personne
from structures.queries import reglages
from structures.regles.ages import ajouter_mois

LOT = 200
_CLES = {
    "retire": "conservation_retire",
    "perime": "conservation_perime",
    "doublon": "conservation_doublon",
    "admis": "conservation_admis",
    "restauration": "restauration",
}


def delais(*, le: date) -> conservation.Delais:
    """The settings of the day."""
    valeurs = reglages(*_CLES.values(), le=le)
    return conservation.Delais(**{nom: valeurs[cle] for nom, cle in _CLES.items()})


def familles_possibles(lus: conservation.Delais, *, le: date) -> Iterator[list[int]]:
    """Ids of the households that may hold something due, by chunks: the rule then says what."""
    plus_court = min(lus.retire, lus.perime, lus.doublon, lus.admis)
    avant = ajouter_mois(le, -plus_court) + timedelta(days=1)
    siens = Dossier.objects.filter(famille=OuterRef("pk"))
    finis = siens.filter(
        Q(etat=EtatDossier.CLOS, clos_le__date__lt=avant)
        | Q(etat=EtatDossier.ADMIS, admis_le__date__lt=avant)
        | Q(etat=EtatDossier.ANONYMISE)
    )
    vu = 0
    while True:
        possibles = Famille.objects.filter(pk__gt=vu, anonymisee_le__isnull=True)
        possibles = possibles.filter(Exists(finis) | ~Exists(siens)).order_by("pk")
        lot = list(possibles.values_list("pk", flat=True)[:LOT])
        if not lot:
            return
        yield lot
        vu = lot[-1]


def foyers(familles: Iterable[Famille]) -> dict[int, conservation.Foyer]:
    """What the rule reads of these households, in four queries."""
    lues = list(familles)
    cles = [f.pk for f in lues]
    tenus = dict(Maintien.objects.filter(leve_le__isnull=True).values_list("dossier_id", "jusqu_au"))
    dossiers: dict[int, list[conservation.DossierVu]] = defaultdict(list)
    for d in Dossier.objects.filter(famille__parmi=cles).order_by("pk"):
        dossiers[d.famille_id].append(_vu(d, tenus.get(d.pk)))
    # A dossier may ask for a child of another household: a merge moves it with its child.
    enfants: dict[int, dict[int, list[date | None]]] = defaultdict(dict)
    for pk, famille in Enfant.objects.filter(famille__parmi=cles).values_list("pk", "famille_id"):
        enfants[famille][pk] = []
    sorties = Admission.objects.filter(enfant__famille__parmi=cles)
    for enfant, famille, fin in sorties.values_list("enfant_id", "enfant__famille_id", "fin"):
        enfants[famille][enfant].append(fin)
    return {
        f.pk: conservation.Foyer(
            timezone.localdate(f.creee_le),
            dossiers[f.pk],
            {pk: tuple(fins) for pk, fins in enfants[f.pk].items()},
        )
        for f in lues
    }


def _vu(dossier: Dossier, tenu: date | None) -> conservation.DossierVu:
    return conservation.DossierVu(
        dossier.pk,
        dossier.enfant_id,
        dossier.etat,
        dossier.motif_cloture,
        timezone.localdate(dossier.clos_le) if dossier.clos_le else None,
        timezone.localdate(dossier.admis_le) if dossier.admis_le else None,
        tenu,
    )


def a_venir(*, le: date, jours: int = 30) -> list[tuple[str, int]]:
    """How many dossiers lose their names by then, by reason; no name, no number."""
    lus, fin = delais(le=le), le + timedelta(days=jours)
    compte: Counter[str] = Counter()
    for lot in familles_possibles(lus, le=fin):
        for foyer in foyers(Famille.objects.filter(pk__parmi=lot)).values():
            compte.update(conservation.echus(foyer, lus, le=fin).dossiers.values())
    return [(libelle, compte[raison]) for raison, libelle in conservation.RAISONS.items() if compte[raison]]


def nuits(nombre: int = 14) -> Sequence[NuitConservation]:
    """The last nights, newest first."""
    return list(NuitConservation.objects.order_by("-jour")[:nombre])


def maintiens() -> QuerySet[Maintien]:
    """The legal holds in force."""
    return (
        Maintien.objects.filter(leve_le__isnull=True)
        .select_related("dossier", "pose_par")
        .order_by("jusqu_au", "pk")
    )


def exports_de(qui: Personne) -> QuerySet[ExportAcces]:
    """The access exports this person asked for: nobody else's."""
    return ExportAcces.objects.filter(demande_par=qui.agent).select_related("tache")
