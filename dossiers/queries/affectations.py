"""A crèche familiale as its director sees it: who is where, who is to be assigned, and who fits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.acces import ouverts
from dossiers.models import Admission, Affectation, EchecAffectation, Occupation
from dossiers.queries.presents import nommable
from guichet.acces import Personne
from structures.acces import familiales_tenues
from structures.models import AssistanteMaternelle, Structure
from structures.regles.agrement import Obstacle, Prise, obstacle, places_agreees, places_restantes
from structures.regles.semaine import NB_CRENEAUX

_LIENS = ("enfant__famille", "section__structure", "dossier__quartier")


@dataclass(frozen=True)
class Presence:
    """A child of the service; `nomme` when this person may read its name."""

    place: Admission
    nomme: bool
    debut: date
    fin: date | None

    @property
    def quartier(self) -> int | None:
        dossier = self.place.dossier
        return dossier.quartier_id if dossier and self.nomme else None


@dataclass(frozen=True)
class Candidate:
    """`obstacle` None when the child fits; `proche` when she lives in its quartier."""

    assistante: AssistanteMaternelle
    obstacle: Obstacle | None
    proche: bool
    restantes: tuple[int, ...]


@dataclass(frozen=True)
class AAffecter:
    """`depuis` the first day without an assistante maternelle."""

    enfant: Presence
    depuis: date
    candidates: Sequence[Candidate]

    @property
    def possibles(self) -> list[Candidate]:
        return [c for c in self.candidates if c.obstacle is None]


@dataclass
class AssistanteVue:
    """One assistante maternelle on a day; `restantes` negative when her agrément fell under the children."""

    assistante: AssistanteMaternelle
    places: tuple[int, ...]
    restantes: tuple[int, ...]
    enfants: list[tuple[Affectation, Presence]] = field(default_factory=list)

    @property
    def capacite(self) -> tuple[int, ...]:
        return self.places

    @property
    def libres(self) -> tuple[int, ...]:
        return tuple(max(0, n) for n in self.restantes)

    @property
    def depassee(self) -> bool:
        return min(self.restantes) < 0


class Service:
    """The whole service read once: five queries whatever its size."""

    def __init__(self, qui: Personne, structure: Structure, *, jour: date) -> None:
        self.structure, self.jour = structure, jour
        self.assistantes = list(
            structure.assistantes.select_related("quartier").prefetch_related("agrements")
        )
        self.places = {a.pk: a for a in _places(qui, structure, jour)}
        self.presences = _periodes(self.places)
        self.affectations = list(
            Affectation.objects.filter(admission__in=self.places)
            .select_related("assistante")
            .order_by("debut", "pk")
        )

    def presence(self, pk: int) -> Presence:
        place = self.places[pk]
        debut, fin = self.presences.get(pk, (place.debut, place.fin))
        return Presence(place, place.nomme, debut, fin)  # type: ignore[attr-defined]

    def prises(self, assistante: int, *, sauf: int = 0) -> list[Prise]:
        """What her children take, this one's place `sauf` left out."""
        prises = []
        for a in self.affectations:
            if (
                a.assistante_id != assistante
                or a.admission_id == sauf
                or a.admission_id not in self.presences
            ):
                continue
            debut, fin = self.presences[a.admission_id]
            fins = [f for f in (fin, a.fin) if f]
            jours = frozenset(self.places[a.admission_id].demi_journees)
            prises.append(Prise(max(debut, a.debut), min(fins, default=None), jours))
        return prises

    def candidates(self, enfant: Presence, le: date) -> list[Candidate]:
        """Who may take the child from `le`: those who fit first, of its quartier first."""
        voulu = Prise(le, enfant.fin, frozenset(enfant.place.demi_journees))
        trouvees = []
        for assistante in self.assistantes:
            if not assistante.active:
                continue
            agrements = [a.lu for a in assistante.agrements.all()]
            prises = self.prises(assistante.pk, sauf=enfant.place.pk)
            empeche = obstacle(agrements, prises, voulu, naissance=enfant.place.enfant.ne_ou_prevu_le)
            proche = assistante.quartier_id == enfant.quartier
            restantes = places_restantes(agrements, prises, le)
            trouvees.append(Candidate(assistante, empeche, proche, restantes))
        return sorted(trouvees, key=lambda c: (c.obstacle is not None, not c.proche))

    def a_affecter(self) -> list[AAffecter]:
        """The children some day of whose place has no assistante maternelle, the first to come first."""
        trouves = []
        for pk in self.presences:
            enfant = self.presence(pk)
            depuis = self.sans_personne(enfant)
            if depuis:
                trouves.append(AAffecter(enfant, depuis, self.candidates(enfant, depuis)))
        return sorted(trouves, key=lambda a: (a.depuis, a.enfant.place.pk))

    def fiche(self, pk: int) -> AAffecter:
        """One child, whoever has it: from when it may be assigned, or moved."""
        enfant = self.presence(pk)
        depuis = self.sans_personne(enfant) or max(enfant.debut, self.jour)
        return AAffecter(enfant, depuis, self.candidates(enfant, depuis))

    def sans_personne(self, enfant: Presence) -> date | None:
        """The first day, from today, when the child has no assistante maternelle."""
        le = max(enfant.debut, self.jour)
        for a in self.affectations:
            if a.admission_id == enfant.place.pk and a.debut <= le and (a.fin is None or a.fin >= le):
                if a.fin is None:
                    return None
                le = a.fin + timedelta(days=1)
        return None if enfant.fin and le > enfant.fin else le

    def vues(self) -> list[AssistanteVue]:
        """Each assistante maternelle on the day, with the children she has or expects."""
        vues = []
        for assistante in self.assistantes:
            agrements = [a.lu for a in assistante.agrements.all()]
            vue = AssistanteVue(
                assistante,
                places_agreees(agrements, self.jour),
                places_restantes(agrements, self.prises(assistante.pk), self.jour),
            )
            for a in self.affectations:
                if a.assistante_id == assistante.pk and (a.fin is None or a.fin >= self.jour):
                    vue.enfants.append((a, self.presence(a.admission_id)))
            if assistante.active or vue.enfants:
                vues.append(vue)
        return vues


def _places(qui: Personne, structure: Structure, jour: date) -> QuerySet[Admission]:
    permis = Admission.objects.filter(affectable(qui), pk=OuterRef("pk"))
    en_cours = Admission.objects.filter(Q(fin__isnull=True) | Q(fin__gte=jour), section__structure=structure)
    return en_cours.select_related(*_LIENS).annotate(nomme=Exists(permis)).order_by("debut", "pk")


def _periodes(places: Iterable[int]) -> dict[int, tuple[date, date | None]]:
    """First and last day each place is really held, school and movements included: one query."""
    bornes: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    lues = Occupation.objects.filter(admission__in=places).order_by("periode")
    for pk, periode in lues.values_list("admission_id", "periode"):
        bornes[pk].append((periode.lower, periode.upper - timedelta(days=1) if periode.upper else None))
    return {pk: (suite[0][0], suite[-1][1]) for pk, suite in bornes.items()}


def affectable(qui: Personne) -> Q:
    """Whose child may be assigned: whose name may be read, or whose dossier names this person."""
    linkees = Q(enfant__famille__in=qui.familles_liees)
    return nommable(qui) | (Q(dossier__in=qui.dossiers_confies) & ~linkees)


def places_affectables(qui: Personne, *, jour: date) -> QuerySet[Admission]:
    """The places of a crèche familiale this person may assign: its director's, the coordination's."""
    en_cours = Q(fin__isnull=True) | Q(fin__gte=jour)
    places = Admission.objects.filter(
        affectable(qui), en_cours, section__structure__in=familiales_tenues(qui)
    )
    return places.select_related(*_LIENS)


def nombre_a_affecter(qui: Personne) -> list[tuple[Structure, int]]:
    """How many children wait for an assistante maternelle, in each service a director answers for."""
    siennes = familiales_tenues(qui).filter(pk__in=qui.structures)
    comptes = [(s, len(Service(qui, s, jour=qui.jour).a_affecter())) for s in siennes]
    return [(s, n) for s, n in comptes if n]


def echecs_a_lire(qui: Personne) -> QuerySet[EchecAffectation]:
    """The failures the coordination has not read yet; a protected dossier's only for who may open it."""
    permis = ouverts(qui, protegee="dossier__famille__protegee", dossier="dossier__")
    echecs = EchecAffectation.objects.filter(permis, vu_le=None)
    if qui.familles_liees:
        echecs = echecs.exclude(dossier__famille__in=qui.familles_liees)
    return echecs.select_related("dossier__enfant", "structure", "dit_par")


def agrements_du_jour(structure: Structure, jour: date) -> tuple[int, ...]:
    """The sum of the agréments in force on `jour`, half-day by half-day: one query and its prefetch."""
    actives = structure.assistantes.filter(active=True).prefetch_related("agrements")
    vecteurs = [places_agreees([a.lu for a in une.agrements.all()], jour) for une in actives]
    return tuple(sum(v[k] for v in vecteurs) for k in range(NB_CRENEAUX))
