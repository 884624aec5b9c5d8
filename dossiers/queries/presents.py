"""The children present: whom a person may name among them, and what each may ask next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from dossiers.acces import GUICHET
from dossiers.models import Admission, Dossier, EtatDossier
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.models import Structure
from structures.regles.texte import cle_mots

PAR_PAGE = 50
_LIENS = ("enfant__famille", "enfant__groupe", "section__structure")


def place_a_suivre(nommee: str, *, le: date) -> Admission | None:
    """The admission a new demand names, still running or to come."""
    courantes = Admission.objects.filter(Q(fin__isnull=True) | Q(fin__gte=le), pk=entier_lu(nommee) or 0)
    return courantes.select_related(*_LIENS).first()


def dossier_de_reference(place: Admission) -> str:
    """The number of the child's last dossier, else of its household's; empty for a child without any."""
    connus = Dossier.objects.exclude(etat=EtatDossier.ANONYMISE).order_by("-pk")
    sien = connus.filter(enfant=place.enfant_id).values_list("numero", flat=True).first()
    return (
        sien or connus.filter(famille=place.enfant.famille_id).values_list("numero", flat=True).first() or ""
    )


def demande_en_attente(place: Admission) -> Dossier | None:
    """The pending dossier of this child, whatever it asks."""
    return Dossier.objects.filter(enfant=place.enfant_id).en_attente().first()


@dataclass(frozen=True)
class PresentVu:
    """One line of the page; `nomme` when its identity may be shown, `demande` the number already pending."""

    place: Admission
    nomme: bool
    demande: str
    a_venir: bool


@dataclass(frozen=True)
class PagePresents:
    lignes: list[PresentVu]
    total: int
    numero: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAR_PAGE))


def presents(
    qui: Personne, *, le: date, q: str = "", structure: Structure | None = None, numero: int = 1
) -> PagePresents:
    """The children present on `le` or expected, in a constant number of queries.

    The desk names everyone but the protected households of another counter; a director, its own children.
    A name typed only finds children who may be named.
    """
    trouves = _visibles(qui).filter(Q(fin__isnull=True) | Q(fin__gte=le))
    if structure:
        trouves = trouves.filter(section__structure=structure)
    if mots := cle_mots(q):
        trouves = trouves.filter(nommable(qui))
        for mot in mots.split():
            trouves = trouves.filter(enfant__cle_identite__contains=mot)
    total = trouves.count()
    debut = (min(numero, max(1, -(-total // PAR_PAGE))) - 1) * PAR_PAGE
    pendants = Dossier.objects.filter(enfant=OuterRef("enfant")).en_attente().values("numero")[:1]
    lues = (
        trouves.select_related(*_LIENS)
        .annotate(
            demande=Subquery(pendants),
            nomme=Exists(Admission.objects.filter(nommable(qui), pk=OuterRef("pk"))),
        )
        .order_by("section__structure__nom", "section__age_min_mois", "enfant__cle_identite", "debut")
    )
    return PagePresents([_ligne(a, le) for a in lues[debut : debut + PAR_PAGE]], total, debut // PAR_PAGE + 1)


def _ligne(place: Admission, le: date) -> PresentVu:
    nomme, demande = place.nomme, place.demande  # type: ignore[attr-defined]
    debut = place.adaptation_le or place.debut
    return PresentVu(place, nomme, (demande or "") if nomme else "", debut > le)


def _visibles(qui: Personne) -> QuerySet[Admission]:
    """Every child the desk may name; a director's own children, those it may not name included."""
    siens = Q(section__structure__in=qui.structures)
    if not qui.est(*GUICHET):
        return Admission.objects.filter(siens)
    return Admission.objects.filter(nommable(qui) | siens)


def nommable(qui: Personne) -> Q:
    """Not a protected household, but for the counter that follows it; nor a family one is linked to."""
    du_guichet = Dossier.objects.filter(famille=OuterRef("enfant__famille"), mairie__in=qui.mairies)
    masquees = Q(enfant__famille__in=qui.familles_liees)
    return (Q(enfant__famille__protegee=False) | Q(Exists(du_guichet))) & ~masquees
