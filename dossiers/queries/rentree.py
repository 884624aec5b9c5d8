"""« Mouvements de rentrée »: what each present child of a structure becomes at its passage date."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dossiers.models import Admission, MouvementRentree, Occupation, SignatureRentree, SortRentree
from dossiers.queries.places import AUCUNE, Vecteur, capacites_du_jour, places_reservees
from dossiers.queries.places_structure import signature_en_cours
from dossiers.queries.presents import nommable
from dossiers.regles.rentree import MONTE, PART, RESTE, Fourchette, Place, fourchettes, prochain_passage
from guichet.acces import Personne
from structures.models import Section, Structure
from structures.regles.places import ordinaires

_UN_JOUR, DERNIERS_MOIS = timedelta(days=1), timedelta(days=120)


@dataclass(frozen=True)
class EnfantRentree:
    """One present child: the section of the eve, what was said, else what is expected.

    `sort`, `vers` (section id) and `dernier_jour` are the outcome shown; `dit` None: nothing was said yet;
    `trop_grand`: too old that day for its section.
    """

    admission: Admission
    section: Section
    nomme: bool
    sort: str
    vers: int | None
    dernier_jour: date | None
    dit: MouvementRentree | None
    trop_grand: bool

    @property
    def motif(self) -> str:
        return self.dit.motif if self.dit else ""


@dataclass(frozen=True)
class SectionRentree:
    section: Section
    capacite: Vecteur
    fourchette: Fourchette

    @property
    def cases(self) -> list[tuple[int, int, int]]:
        """(least, most, places) per créneau."""
        return list(zip(self.fourchette.basse, self.fourchette.haute, self.capacite, strict=True))


@dataclass(frozen=True)
class PageRentree:
    structure: Structure
    passage: date
    enfants: Sequence[EnfantRentree]
    sections: Sequence[SectionRentree]
    signature: SignatureRentree | None
    empreinte: str

    @property
    def a_dire(self) -> int:
        return sum(enfant.dit is None for enfant in self.enfants)

    @property
    def inconnus(self) -> int:
        return sum(enfant.sort == SortRentree.INCONNU for enfant in self.enfants)


def passage_de(structure: Structure, *, jour: date) -> date:
    return prochain_passage(structure.passage_mois, structure.passage_jour, apres=jour)


def presents_la_veille(structures: Iterable[int], passage: date) -> QuerySet[Admission]:
    """The children a director speaks of: contracts begun before `passage`, not ended long before it.

    Those whose contract ends in the last months are there too: they leave, the page says when. A contract
    followed by another in the same structure (more days, fewer days) is not: the last one speaks.
    """
    suite = Admission.objects.filter(
        enfant=OuterRef("enfant"),
        section__structure=OuterRef("section__structure"),
        debut__gt=OuterRef("debut"),
    )
    return Admission.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=passage - DERNIERS_MOIS),
        ~Exists(suite),
        section__structure__in=list(structures),
        debut__lt=passage,
    )


def page_rentree(qui: Personne, structure: Structure, *, passage: date) -> PageRentree:
    """A constant number of queries, whatever the number of children."""
    sections = list(structure.sections.order_by("age_min_mois", "age_min_jours", "pk"))
    for section in sections:
        section.structure = structure
    lues = list(
        presents_la_veille([structure.pk], passage)
        .select_related("enfant__famille")
        .annotate(nomme=Exists(Admission.objects.filter(nommable(qui), pk=OuterRef("pk"))))
        .order_by("section__age_min_mois", "enfant__cle_identite", "pk")
    )
    dits = dits_de(lues, passage)
    traces = _traces(sections, passage)
    enfants = [_enfant(a, traces.get(a.pk, []), dits.get(a.pk), sections, passage) for a in lues]
    ordre = {s.pk: rang for rang, s in enumerate(sections)}
    enfants.sort(key=lambda e: ordre.get(e.section.pk, 0))
    murs = places_reservees(sections, passage)
    capacites = {
        pk: ordinaires(places, murs.get(pk, AUCUNE))
        for pk, (places, _) in capacites_du_jour(sections, passage).items()
    }
    apart = _aux_employeurs(traces, passage) if murs else set()
    communes = {pk: suite for pk, suite in traces.items() if pk not in apart}
    plages = fourchettes(capacites, _places(enfants, communes, passage))
    return PageRentree(
        structure,
        passage,
        enfants,
        [SectionRentree(s, capacites[s.pk], plages[s.pk]) for s in sections],
        signature_en_cours(structure, passage),
        empreinte(dits.values()),
    )


def dits_de(admissions: Sequence[Admission], passage: date) -> dict[int, MouvementRentree]:
    lus = MouvementRentree.objects.filter(admission__in=admissions, passage_le=passage)
    return {m.admission_id: m for m in lus}


def empreinte(dits: Iterable[MouvementRentree]) -> str:
    """What was said, in short: a page made before somebody else spoke is told so."""
    lignes = sorted(f"{m.admission_id} {m.sort} {m.dernier_jour} {m.section_id} {m.motif}" for m in dits)
    return sha256("\n".join(lignes).encode()).hexdigest()[:16]


def _aux_employeurs(traces: Iterable[int], passage: date) -> set[int]:
    """The admissions on an employer's places that still hold that day, in the section of these places."""
    tenues = Occupation.objects.filter(
        admission__in=list(traces),
        periode__contains=passage,
        admission__employeur__periode__contains=passage,
        admission__employeur__section=F("section"),
    )
    return set(tenues.values_list("admission_id", flat=True))


def _traces(sections: Sequence[Section], passage: date) -> dict[int, list[Occupation]]:
    """The occupations of the eve and of the day itself, by admission."""
    traces: dict[int, list[Occupation]] = defaultdict(list)
    autour = (passage - timedelta(days=400), passage + _UN_JOUR)
    for o in Occupation.objects.filter(section__in=sections, periode__overlap=autour).order_by("periode"):
        traces[o.admission_id].append(o)
    return traces


def _enfant(
    admission: Admission,
    traces: Sequence[Occupation],
    dit: MouvementRentree | None,
    sections: Sequence[Section],
    passage: date,
) -> EnfantRentree:
    par_pk = {s.pk: s for s in sections}
    avant = next((o for o in reversed(traces) if o.periode.lower < passage), None)
    section = par_pk[avant.section_id if avant else admission.section_id]
    apres = next((o for o in traces if o.periode.upper is None or o.periode.upper > passage), None)
    naissance = admission.enfant.date_naissance
    if dit:
        sort, vers, dernier = dit.sort, dit.section_id, dit.dernier_jour
    elif apres is None:
        sort, vers = PART, None
        dernier = avant.periode.upper - _UN_JOUR if avant else admission.fin
    elif apres.section_id != section.pk and apres.periode.lower <= passage:
        sort, vers, dernier = MONTE, apres.section_id, None
    else:
        sort, vers, dernier = RESTE, None, None
    trop_grand = naissance is not None and not section.bande.accueille(naissance, passage)
    return EnfantRentree(
        admission,
        section,
        admission.nomme,  # type: ignore[attr-defined]
        sort,
        vers,
        dernier,
        dit,
        trop_grand,
    )


def _places(
    enfants: Sequence[EnfantRentree], traces: dict[int, list[Occupation]], passage: date
) -> list[Place]:
    """Where each child may be on the day: the present ones, then those who arrive."""
    sections_de = {e.admission.pk: e for e in enfants}
    places = []
    for pk, occupations in traces.items():
        du_jour = next((o for o in occupations if _contient(o, passage)), None)
        enfant = sections_de.get(pk)
        if enfant and enfant.sort == SortRentree.INCONNU:
            possibles = {enfant.section.pk} | ({du_jour.section_id} if du_jour else set())
            places.append(Place(tuple(enfant.admission.demi_journees), frozenset(possibles), sure=False))
        elif du_jour:
            places.append(Place(tuple(du_jour.demi_journees), frozenset({du_jour.section_id})))
    return places


def _contient(occupation: Occupation, jour: date) -> bool:
    fin = occupation.periode.upper
    return occupation.periode.lower <= jour and (fin is None or fin > jour)


@dataclass(frozen=True)
class LigneRentree:
    """One structure of the coordination's table; `signature` None: not signed, or reopened since."""

    structure: Structure
    passage: date
    presents: int
    dits: int
    inconnus: int
    signature: SignatureRentree | None

    @property
    def a_dire(self) -> int:
        return max(0, self.presents - self.dits)


def rentrees(structures: QuerySet[Structure], *, jour: date) -> list[LigneRentree]:
    """Every structure with what was said and signed for its next passage: four queries."""
    lieux = list(structures.select_related("gestionnaire").order_by("nom"))
    passages = {s.pk: passage_de(s, jour=jour) for s in lieux}
    jours = set(passages.values())
    presents: dict[int, int] = {}
    for passage in jours:
        siens = [s.pk for s in lieux if passages[s.pk] == passage]
        lus = presents_la_veille(siens, passage).values_list("section__structure").annotate(n=Count("pk"))
        presents |= dict(lus.order_by())
    dits: Counter[int] = Counter()
    inconnus: Counter[int] = Counter()
    comptes = (
        MouvementRentree.objects.filter(passage_le__in=jours)
        .order_by()
        .values_list("admission__section__structure", "passage_le", "sort")
        .annotate(n=Count("pk"))
    )
    for structure, passage, sort, n in comptes:
        if passages.get(structure) == passage:
            dits[structure] += n
            inconnus[structure] += n if sort == SortRentree.INCONNU else 0
    tenues = SignatureRentree.objects.filter(passage_le__in=jours, rouverte_le__isnull=True)
    signatures = {(s.structure_id, s.passage_le): s for s in tenues.select_related("signee_par")}
    return [
        LigneRentree(
            structure=s,
            passage=passages[s.pk],
            presents=presents.get(s.pk, 0),
            dits=dits[s.pk],
            inconnus=inconnus[s.pk],
            signature=signatures.get((s.pk, passages[s.pk])),
        )
        for s in lieux
    ]
