"""Free places of a section on a day: what it may take, less the children who are there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Func, IntegerField, Q

from dossiers.models import Admission, Occupation
from structures.models import Capacite, MotifCapacite, PlacesEmployeur, Section
from structures.regles import places as regle
from structures.regles.semaine import NB_CRENEAUX

Vecteur = tuple[int, ...]
AUCUNE: Vecteur = (0,) * NB_CRENEAUX


@dataclass(frozen=True)
class PlacesSection:
    """Capacity and occupation of one section on one day, créneau by créneau; `limites` name what caps it.

    Employers' places are walls: `reservees`, and the children who take them, are apart.
    """

    section: Section
    capacite: Vecteur
    occupees: Vecteur
    limites: tuple[str, ...] = ()
    reservees: Vecteur = AUCUNE
    chez_employeur: Vecteur = AUCUNE

    @property
    def libres(self) -> Vecteur:
        return tuple(max(0, c - o) for c, o in zip(self.capacite, self.occupees, strict=True))

    @property
    def murs(self) -> int:
        """Places of employers, at most on one half-day."""
        return max(self.reservees)

    @property
    def depassement(self) -> bool:
        """More children than places on some créneau: the capacity was lowered under them."""
        return any(o > c for c, o in zip(self.capacite, self.occupees, strict=True))


def capacites_du_jour(sections: Sequence[Section], jour: date) -> dict[int, tuple[Vecteur, tuple[str, ...]]]:
    """The capacity of each section on `jour`: its lowest vectors, zero when closed or never declared.

    One query. A closure, works or missing staff only lower the ordinary capacity, for their own period.
    """
    ouvertes: dict[int, list[int]] = {}
    plafonds: dict[int, list[Capacite]] = defaultdict(list)
    for capacite in Capacite.objects.filter(section__in=sections, periode__contains=jour).order_by("pk"):
        if capacite.motif == MotifCapacite.OUVERTURE:
            ouvertes[capacite.section_id] = capacite.places
        else:
            plafonds[capacite.section_id].append(capacite)
    resultat = {}
    for section in sections:
        abaissees = [plafond.places for plafond in plafonds[section.pk]]
        places = regle.places_du_jour(
            ouvertes.get(section.pk), abaissees, ouverture=section.structure.ouverture
        )
        limites = tuple(dict.fromkeys(p.get_motif_display() for p in plafonds[section.pk]))
        resultat[section.pk] = (places, limites)
    return resultat


def occupations(sections: Sequence[Section], jour: date, *, mur: bool = False) -> dict[int, Vecteur]:
    """Children of each section per créneau on `jour`, adaptation included: one query.

    With `mur`, only those who take an employer's places in force that day, in the section of these places.

    A child counts in the section it is in that day: moved up, kept, or gone to school (`Occupation`).
    """
    en_vigueur = {"admission__employeur__periode__contains": jour}
    du_mur = Q(**en_vigueur, admission__employeur__section=F("section")) if mur else Q()
    lignes = (
        Occupation.objects.filter(du_mur, section__in=sections, periode__contains=jour)
        .annotate(creneau=Func("demi_journees", function="unnest", output_field=IntegerField()))
        .order_by()
        .values_list("section_id", "creneau")
        .annotate(enfants=Count("pk"))
    )
    comptes: dict[int, list[int]] = defaultdict(lambda: [0] * NB_CRENEAUX)
    for section, creneau, enfants in lignes:
        comptes[section][creneau] = enfants
    return {section.pk: tuple(comptes[section.pk]) for section in sections}


def places_du_jour(sections: Iterable[Section], jour: date) -> list[PlacesSection]:
    """Places of each section on `jour`, in the order given: three queries whatever their number, or four.

    `section.structure` is read: select it.
    """
    rangees = list(sections)
    capacites, presents = capacites_du_jour(rangees, jour), occupations(rangees, jour)
    murs = places_reservees(rangees, jour)
    apart = occupations(rangees, jour, mur=True) if murs else {}
    return [
        PlacesSection(
            section,
            regle.ordinaires(capacites[section.pk][0], murs.get(section.pk, AUCUNE)),
            regle.ordinaires(presents[section.pk], apart.get(section.pk, AUCUNE)),
            capacites[section.pk][1],
            murs.get(section.pk, AUCUNE),
            apart.get(section.pk, AUCUNE),
        )
        for section in rangees
    ]


def places_reservees(sections: Sequence[Section], jour: date) -> dict[int, Vecteur]:
    """The employers' places in force on `jour`, of the sections that have some: one query."""
    murs: dict[int, Vecteur] = {}
    lues = PlacesEmployeur.objects.filter(section__in=sections, periode__contains=jour)
    for section, places in lues.values_list("section_id", "places"):
        murs[section] = tuple(map(sum, zip(murs.get(section, AUCUNE), places, strict=True)))
    return murs


def section_le(place: Admission, jour: date) -> Section:
    """The section the child is in that day: the one it moved up to, that of its contract otherwise."""
    tenue = Occupation.objects.filter(admission=place, periode__contains=jour).select_related(
        "section__structure"
    )
    return next((o.section for o in tenue), place.section)
