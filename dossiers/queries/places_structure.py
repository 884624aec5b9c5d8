"""One structure on a day: its sections' weeks, what the law allows, and when its places will move."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from dossiers.models import Occupation, SignatureRentree
from dossiers.queries.affectations import agrements_du_jour
from dossiers.queries.creneaux import CreneauDuJour, creneaux_du_jour
from dossiers.queries.places import AUCUNE, PlacesSection, Vecteur, places_du_jour
from dossiers.regles.rentree import prochain_passage
from structures.models import Section, Structure, TypeStructure
from structures.queries import reglages
from structures.regles.ages import ajouter_mois
from structures.regles.places import SemaineHeures, places_insertion, plafond, semaine_heures

HORIZON_MOIS = 12
DATES = 6
_REGLAGES = ("plafond_simultane", "quota_insertion", "duree_matin", "duree_apres_midi")


@dataclass
class Changement:
    """A day from which a section's places are no longer the same: who leaves, arrives, is free then."""

    le: date
    partent: int = 0
    arrivent: int = 0

    @property
    def solde(self) -> int:
        return self.partent - self.arrivent


@dataclass(frozen=True)
class SectionVue:
    places: PlacesSection
    changements: Sequence[Changement]
    autres: int
    creneaux: Sequence[CreneauDuJour] = ()


@dataclass(frozen=True)
class Legal:
    """What the law counts for the whole structure; `plafond` None for a crèche familiale."""

    autorisee: int
    plafond: int | None
    pointe: int
    heures: SemaineHeures

    @property
    def semaine(self) -> int | None:
        return self.heures.taux

    @property
    def au_dessus(self) -> bool:
        return self.plafond is not None and (self.pointe > self.plafond or (self.semaine or 0) > 100)


@dataclass(frozen=True)
class Insertion:
    """The places a manager guarantees over all its structures, out of `places`."""

    places: int
    dues: int


@dataclass(frozen=True)
class Agrements:
    """What the assistantes maternelles of a crèche familiale may really take, beside what was declared."""

    places: Vecteur
    declarees: Vecteur

    @property
    def ecarts(self) -> Vecteur:
        return tuple(p - d for p, d in zip(self.places, self.declarees, strict=True))

    @property
    def differe(self) -> bool:
        return any(self.ecarts)


@dataclass(frozen=True)
class PageStructure:
    structure: Structure
    jour: date
    sections: Sequence[SectionVue]
    legal: Legal
    insertion: Insertion
    passage: date
    signature: SignatureRentree | None
    agrements: Agrements | None


def page_structure(structure: Structure, *, jour: date) -> PageStructure:
    """A constant number of queries, whatever the number of sections and children."""
    sections = list(structure.sections.order_by("age_min_mois", "age_min_jours", "pk"))
    for section in sections:
        section.structure = structure
    lues = places_du_jour(sections, jour)
    changements, creneaux = _changements(sections, jour), creneaux_du_jour(sections, jour)
    valeurs = reglages(*_REGLAGES, le=jour)
    total = Structure.objects.filter(gestionnaire=structure.gestionnaire_id).aggregate(
        n=Sum("capacite_autorisee")
    )["n"]
    passage = prochain_passage(structure.passage_mois, structure.passage_jour, apres=jour)
    return PageStructure(
        structure,
        jour,
        [
            SectionVue(
                p,
                changements[p.section.pk][:DATES],
                max(0, len(changements[p.section.pk]) - DATES),
                creneaux.get(p.section.pk, ()),
            )
            for p in lues
        ],
        _legal(structure, lues, valeurs=valeurs),
        Insertion(total or 0, places_insertion(total or 0, valeurs["quota_insertion"])),
        passage,
        signature_en_cours(structure, passage),
        _agrements(structure, lues, jour=jour),
    )


def _agrements(structure: Structure, lues: Sequence[PlacesSection], *, jour: date) -> Agrements | None:
    if structure.type != TypeStructure.CRECHE_FAMILIALE:
        return None
    return Agrements(agrements_du_jour(structure, jour), _somme(p.capacite for p in lues))


def signature_en_cours(structure: Structure, passage: date) -> SignatureRentree | None:
    """The signature that still holds for this passage date."""
    tenues = SignatureRentree.objects.filter(
        structure=structure, passage_le=passage, rouverte_le__isnull=True
    )
    return tenues.select_related("signee_par").first()


def _legal(structure: Structure, lues: Sequence[PlacesSection], *, valeurs: dict[str, Any]) -> Legal:
    presents = _somme(v for p in lues for v in (p.occupees, p.chez_employeur))
    capacite = _somme(v for p in lues for v in (p.capacite, p.reservees))
    familiale = structure.type == TypeStructure.CRECHE_FAMILIALE
    return Legal(
        structure.capacite_autorisee,
        None if familiale else plafond(structure.capacite_autorisee, valeurs["plafond_simultane"]),
        max(presents),
        semaine_heures(
            presents, capacite, matin=valeurs["duree_matin"], apres_midi=valeurs["duree_apres_midi"]
        ),
    )


def _somme(vecteurs: Iterable[Vecteur]) -> Vecteur:
    return tuple(map(sum, zip(AUCUNE, *vecteurs, strict=True)))


def _changements(sections: Sequence[Section], jour: date) -> dict[int, list[Changement]]:
    """The coming days when children leave or arrive, section by section: one query."""
    horizon = ajouter_mois(jour, HORIZON_MOIS)
    trouves: dict[int, dict[date, Changement]] = defaultdict(dict)
    lues = Occupation.objects.filter(section__in=sections, periode__overlap=(jour, horizon))
    for section, periode in lues.values_list("section_id", "periode"):
        for le, attribut in ((periode.lower, "arrivent"), (periode.upper, "partent")):
            if le and jour < le <= horizon:
                changement = trouves[section].setdefault(le, Changement(le))
                setattr(changement, attribut, getattr(changement, attribut) + 1)
    return {s.pk: sorted(trouves[s.pk].values(), key=lambda c: c.le) for s in sections}
