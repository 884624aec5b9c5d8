"""What the entry page reads: structures, settings, the grid in force; and a saved dossier as an entry."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from dossiers.models import (
    ActionJournal,
    Admission,
    Brouillon,
    Dossier,
    Enfant,
    EtatPiece,
    Famille,
    Journal,
    NatureDossier,
    PieceJustificative,
)
from dossiers.queries.grilles import grille_pure, version_en_vigueur
from dossiers.queries.situations import Reseau, communes_conventionnees
from dossiers.regles import recevabilite
from dossiers.regles.grille import Grille
from dossiers.regles.mutations import PlaceTenue, controler_suite
from dossiers.regles.pieces import PIECES_DOSSIER
from dossiers.regles.recevabilite import Constat, ReglesSaisie, StructureConnue
from dossiers.regles.saisie import JUMEAU, Saisie
from structures.models import Agent, Mairie, Quartier, Structure
from structures.queries import reglages
from structures.regles.texte import cle


def regles_du_jour(jour: date) -> dict[str, Any]:
    """The settings an entry needs, in one query."""
    return reglages(
        "nombre_voeux",
        "inscription_grossesse",
        "pieces_obligatoires",
        "renouvellement",
        "brouillon_conservation",
        le=jour,
    )


def structure_connue(structure: Structure) -> StructureConnue:
    sections = list(structure.sections.all())
    return StructureConnue(
        nom=structure.nom,
        bandes=tuple(s.bande for s in sections),
        noms_sections={s.pk: s.nom for s in sections},
        ouverture=tuple(structure.ouverture),
        ouverte=structure.ouverte,
    )


@dataclass
class Cadre:
    """What surrounds an entry, each part read when first asked."""

    jour: date
    mairies: list[Mairie] = field(default_factory=list)
    dossier: Dossier | None = None
    # A dossier of the household the new one joins, and as what: « fratrie » or « jumeau ».
    proche: Dossier | None = None
    lien: str = ""
    # The admission of a child already received, who asks another structure or more days.
    place: Admission | None = None

    @property
    def famille(self) -> Famille | None:
        """The household this entry is about, when it is known already."""
        connu = self.dossier or self.proche
        return connu.famille if connu else self.place.enfant.famille if self.place else None

    @property
    def nature(self) -> str:
        return self.dossier.nature if self.dossier else self.lien if self.place else NatureDossier.PREMIERE

    @property
    def place_tenue(self) -> PlaceTenue | None:
        """What the child already holds, when the demand is a transfer or a complement."""
        place = self.place or (self.dossier.admission_actuelle if self.dossier else None)
        if place is None or self.nature == NatureDossier.PREMIERE:
            return None
        lieu = place.section.structure
        return PlaceTenue(lieu.pk, lieu.nom, tuple(place.demi_journees), place.fin)

    @property
    def jumeau(self) -> Enfant | None:
        """The child already known of the same birth."""
        return self.proche.enfant if self.proche and self.lien == JUMEAU else None

    @cached_property
    def reglages(self) -> dict[str, Any]:
        return regles_du_jour(self.jour)

    @property
    def regles(self) -> ReglesSaisie:
        return ReglesSaisie(self.reglages["nombre_voeux"], self.reglages["inscription_grossesse"])

    @property
    def obligatoires(self) -> tuple[str, ...]:
        return tuple(self.reglages["pieces_obligatoires"])

    @cached_property
    def _version(self) -> Any:
        return version_en_vigueur()

    @cached_property
    def grille(self) -> Grille | None:
        return grille_pure(self._version) if self._version else None

    @property
    def grille_du(self) -> date | None:
        return self._version.debut if self._version else None

    @cached_property
    def reseau(self) -> Reseau:
        """The structures already read, and the agreements only when the grid asks about communes."""
        communes = bool(self.grille and "commune_conventionnee_structure" in self.grille.faits)
        structures = {
            pk: {
                "id": pk,
                "type": s.type,
                "quartier_id": s.quartier_id,
                "gestionnaire_id": s.gestionnaire_id,
                "gestionnaire__nature": s.gestionnaire.nature,
            }
            for pk, s in self.structures.items()
        }
        return Reseau(
            structures,
            communes_conventionnees(self.jour) if communes else {},
            cle(settings.VILLE),
            frozenset(settings.COMMUNE_CODES_POSTAUX),
        )

    @cached_property
    def quartiers(self) -> list[Quartier]:
        return list(Quartier.objects.all())

    @cached_property
    def structures(self) -> dict[int, Structure]:
        """Every structure one may choose, by name, with what the page says of it."""
        toutes = Structure.objects.select_related("gestionnaire", "quartier").prefetch_related("sections")
        return {s.pk: s for s in toutes}

    @cached_property
    def connues(self) -> dict[int, StructureConnue]:
        return {pk: structure_connue(s) for pk, s in self.structures.items()}


def constats_de(saisie: Saisie, cadre: Cadre) -> list[Constat]:
    """All that must be said of this entry on its day; a child already received has rules of its own."""
    constats = recevabilite.controler(saisie, jour=cadre.jour, regles=cadre.regles, structures=cadre.connues)
    if place := cadre.place_tenue:
        nouvelle = cadre.dossier is None
        constats += controler_suite(saisie, place, jour=cadre.jour, nouvelle=nouvelle)
    return constats


def pieces_du_dossier(dossier: Dossier) -> list[PieceJustificative]:
    """The household's pieces, then the child's."""
    foyer = PieceJustificative.objects.filter(famille=dossier.famille_id)
    return [*foyer, *dossier.pieces.all()]


def jours_des_pieces(cadre: Cadre) -> dict[str, date]:
    """When each piece already seen was: a change of the dossier does not make it newer."""
    connu = cadre.dossier or cadre.proche
    if connu is None:
        return {}
    vues = (p for p in pieces_du_dossier(connu) if p.etat == EtatPiece.VUE)
    meme_enfant = cadre.dossier or (cadre.place and connu.enfant_id == cadre.place.enfant_id)
    return {p.code: p.vue_le for p in vues if p.vue_le and (meme_enfant or p.code not in PIECES_DOSSIER)}


_CHANGENT = (ActionJournal.MODIFICATION, ActionJournal.PIECE, ActionJournal.ETAT, ActionJournal.DEPOT)


def changements_depuis(dossier: Dossier, depuis: datetime | None, limite: int = 5) -> list[Journal]:
    """Who changed this dossier or its household since, the latest first; the last one when nobody knows."""
    actes = Journal.objects.filter(dossier__famille=dossier.famille_id, action__in=_CHANGENT)
    actes = actes.select_related("par", "mairie", "dossier").order_by("-le", "-pk")
    return list(actes.filter(le__gte=depuis)[:limite]) if depuis else list(actes[:1])


def brouillons_des_autres(dossier: Dossier, agent: Agent) -> list[Brouillon]:
    """Who else has begun to change this dossier, the latest first."""
    return list(Brouillon.objects.filter(dossier=dossier).exclude(agent=agent).select_related("agent"))


def dossier_a_modifier(numero: str) -> Dossier | None:
    """The dossier with what the entry page writes back of it."""
    return (
        Dossier.objects.select_related(
            *("famille", "enfant__groupe", "mairie", "quartier", "admission_actuelle__section__structure")
        )
        .prefetch_related("famille__responsables", "besoins", "voeux", "pieces")
        .filter(numero=numero)
        .first()
    )
