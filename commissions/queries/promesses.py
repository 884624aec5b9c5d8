"""Free places at a date, once what other séances opened and what is offered but not answered is counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from commissions.models import Decision, EtatOffre, EtatSeance, Offre, PlaceOfferte, Seance, SensDecision
from commissions.regles.offre import VIVANTES
from commissions.regles.promesses import Promesse, promises_ailleurs
from dossiers.queries.places import AUCUNE, PlacesSection, Vecteur, places_du_jour
from structures.models import Section

# Until it is held a séance may give all it opened; then, what it gave and has not offered yet.
OUVRENT = (EtatSeance.PLANIFIEE, EtatSeance.GELEE, EtatSeance.OUVERTE)
DONNENT = (EtatSeance.TENUE, EtatSeance.VALIDEE, EtatSeance.NOTIFIEE)


@dataclass(frozen=True)
class Disponibles:
    """The places of one section on a day; `ailleurs` are free, but promised by another séance or an offer."""

    places: PlacesSection
    ailleurs: Vecteur = AUCUNE

    @property
    def section(self) -> Section:
        return self.places.section

    @property
    def promises(self) -> int:
        """The most places promised elsewhere, on one half-day."""
        return max(self.ailleurs)

    @property
    def libres(self) -> Vecteur:
        return tuple(n - m for n, m in zip(self.places.libres, self.ailleurs, strict=True))


def places_disponibles(
    sections: Iterable[Section], jour: date, *, sauf: Seance | None = None
) -> list[Disponibles]:
    """In the order given; `sauf` is the séance that asks. Six queries, and three per later day promised."""
    rangees = places_du_jour(sections, jour)
    promesses: dict[int, list[Promesse]] = defaultdict(list)
    for promesse in _promesses([p.section for p in rangees], sauf):
        promesses[promesse.section].append(promesse)
    if not promesses:
        return [Disponibles(places) for places in rangees]
    concernees = [p.section for p in rangees if p.section.pk in promesses]
    libres: dict[int, dict[date, Vecteur]] = {p.section.pk: {jour: p.libres} for p in rangees}
    for t in sorted({p.du for siennes in promesses.values() for p in siennes if p.du > jour}):
        for places in places_du_jour(concernees, t):
            libres[places.section.pk][t] = places.libres
    return [
        Disponibles(p, promises_ailleurs(promesses[p.section.pk], jour, libres[p.section.pk]))
        for p in rangees
    ]


def _promesses(sections: Sequence[Section], sauf: Seance | None) -> list[Promesse]:
    """Three queries: offers not answered (or waiting for a birth), places opened, avis not offered yet."""
    autre = ~Q(seance=sauf) if sauf else Q()
    attend = Q(etat__in=VIVANTES) | Q(etat=EtatOffre.ACCEPTEE, admission__isnull=True, entree="")
    offres = Offre.objects.filter(attend, section__in=sections)
    if sauf:
        offres = offres.exclude(seance=sauf)
    trouvees = [
        Promesse(section, effet or entree, _vecteur(semaine), fin)
        for section, effet, entree, semaine, fin in offres.order_by("pk").values_list(
            "section", "seance__date_effet", "entree_le", "demi_journees", "fin"
        )
    ]
    ouvertes = PlaceOfferte.objects.filter(autre, section__in=sections, seance__etat__in=OUVRENT)
    trouvees += [
        Promesse(section, effet, places)
        for section, effet, places in ouvertes.values_list("section", "seance__date_effet", "places")
    ]
    avis = Decision.objects.filter(
        sens=SensDecision.ADMIS,
        section__in=sections,
        offres__isnull=True,
        passage__seance__etat__in=DONNENT,
        passage__dossier__etat="actif",
    )
    if sauf:
        avis = avis.exclude(passage__seance=sauf)
    return trouvees + [
        Promesse(section, effet, _vecteur(semaine))
        for section, effet, semaine in avis.values_list(
            "section", "passage__seance__date_effet", "demi_journees"
        )
    ]


def _vecteur(semaine: Iterable[int]) -> list[int]:
    places = list(AUCUNE)
    for k in semaine:
        places[k] += 1
    return places
