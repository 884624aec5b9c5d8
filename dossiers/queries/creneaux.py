"""What a section limits beside its half-days, and the present children who count in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dossiers.models import Admission, Besoin, Dossier, Occupation, TypeBesoin
from structures.models import CreneauSupplementaire, Section
from structures.regles.ages import age_en_mois
from structures.regles.creneaux import Horaires, PlacesLimite, Supplement, lire_horaires, utilises
from structures.regles.semaine import NB_CRENEAUX


@dataclass(frozen=True)
class CreneauDuJour:
    """One extra créneau of a section on a day: its places and the children counted, half-day by half-day.

    `sans_horaires`: present children whose hours are not known, who count at neither opening nor closing.
    """

    creneau: CreneauSupplementaire
    places: tuple[int, ...]
    occupees: tuple[int, ...]
    sans_horaires: int = 0

    @property
    def libres(self) -> tuple[int, ...]:
        return tuple(max(0, p - o) for p, o in zip(self.places, self.occupees, strict=True))

    @property
    def depassement(self) -> bool:
        return any(o > p for p, o in zip(self.places, self.occupees, strict=True))

    @property
    def rangees(self) -> list[tuple[str, list[tuple[int, int]]]]:
        """Its title and (free, places) of the five days, the half-day named when both count."""
        cases = list(zip(self.libres, self.places, strict=True))
        return [(nom, cases[moitie::2]) for nom, moitie in self.creneau.limite.lignes]


def creneaux_du_jour(sections: Sequence[Section], jour: date) -> dict[int, list[CreneauDuJour]]:
    """The extra créneaux of the sections that have some: one query, and one more for who is there.

    `section.structure` is read: select it.
    """
    declares: dict[int, list[CreneauSupplementaire]] = defaultdict(list)
    for creneau in CreneauSupplementaire.objects.filter(section__in=sections, periode__contains=jour):
        declares[creneau.section_id].append(creneau)
    if not declares:
        return {}
    presents = _presents(list(declares), jour)
    ouvertures = {s.pk: set(s.structure.ouverture) for s in sections if s.pk in declares}
    return {
        section: [
            _du_jour(creneau, presents[section], ouvertures[section])
            for creneau in sorted(siens, key=lambda c: c.limite.cle)
        ]
        for section, siens in declares.items()
    }


@dataclass(frozen=True)
class _Present:
    semaine: tuple[int, ...]
    horaires: Horaires
    age_mois: int


def _presents(sections: Iterable[int], jour: date) -> dict[int, list[_Present]]:
    presents: dict[int, list[_Present]] = defaultdict(list)
    lus = Occupation.objects.filter(section__in=sections, periode__contains=jour).values_list(
        "section_id", "demi_journees", "admission__horaires", "admission__enfant__naissance"
    )
    for section, semaine, horaires, naissance in lus:
        present = _Present(tuple(semaine), lire_horaires(horaires), age_en_mois(naissance, jour))
        presents[section].append(present)
    return presents


def _du_jour(
    creneau: CreneauSupplementaire, presents: Sequence[_Present], ouverture: set[int]
) -> CreneauDuJour:
    limite = creneau.limite
    comptes = [0] * NB_CRENEAUX
    for present in presents:
        for k in utilises(limite, present.semaine, present.horaires, present.age_mois):
            comptes[k] += 1
    ouvertes = ouverture & set(limite.demi_journees)
    places = tuple(creneau.places if k in ouvertes else 0 for k in range(NB_CRENEAUX))
    inconnus = sum(1 for p in presents if not set(p.semaine) <= p.horaires.keys()) if creneau.heure else 0
    return CreneauDuJour(creneau, places, tuple(comptes), inconnus)


def limites_libres(sections: Sequence[Section], jour: date) -> dict[int, list[PlacesLimite]]:
    """The free extra places of each section that has some."""
    return {
        section: [PlacesLimite(c.creneau.limite, c.libres) for c in siens]
        for section, siens in creneaux_du_jour(sections, jour).items()
    }


def horaires_demandes(dossier: Dossier) -> Horaires:
    """The hours a dossier's regular need tells, weeks A and B together: the widest of each half-day."""
    besoin = Besoin.objects.filter(dossier=dossier, type=TypeBesoin.REGULIER).first()
    return lire_horaires(besoin.horaires, besoin.horaires_b) if besoin else {}


def depasses(place: Admission) -> list[Supplement]:
    """The extra créneaux this admission uses where, on some day it holds, more children than places count.

    Read under the section's lock, once the admission is written. Fewer places may already be there than
    children: only what this one uses is told.
    """
    trouves: dict[Supplement, None] = {}
    for occupation in place.occupations.select_related("section__structure"):
        section, periode = occupation.section, occupation.periode
        declares = CreneauSupplementaire.objects.filter(section=section, periode__overlap=periode)
        debuts = list(declares.values_list("debut", flat=True))
        if not debuts:
            continue
        arrivees = Occupation.objects.filter(section=section, periode__overlap=periode)
        jours = {*debuts, *(p.lower for p in arrivees.values_list("periode", flat=True))}
        for jour in sorted({max(j, periode.lower) for j in jours}):
            age = age_en_mois(place.enfant.ne_ou_prevu_le, jour)
            for lu in creneaux_du_jour([section], jour).get(section.pk, []):
                limite = lu.creneau.limite
                siens = utilises(limite, occupation.demi_journees, lire_horaires(place.horaires), age)
                trop = (k for k in siens if lu.occupees[k] > lu.places[k])
                trouves.update(dict.fromkeys(Supplement(limite, k) for k in trop))
    return list(trouves)
