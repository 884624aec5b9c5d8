"""Reads shared by every app: settings in force, the structures a family may choose."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from structures.models import (
    Agent,
    Capacite,
    Habilitation,
    Identite,
    MotifCapacite,
    Reglage,
    Section,
    Structure,
    Tache,
)
from structures.regles.places import places_du_jour
from structures.regles.reglages import REGLAGES, DefinitionReglage


def reglage(cle: str, *, le: date) -> Any:
    """The value of setting `cle` on day `le`, its default when the city never voted one.

    Raises KeyError for a setting outside the closed list.
    """
    definition = REGLAGES[cle]
    pose = Reglage.objects.filter(cle=cle, a_partir_du__lte=le).order_by("-a_partir_du").first()
    return pose.valeur if pose else definition.defaut


def identite() -> Identite:
    """How the city presents itself; the name of the environment and the house colour by default."""
    return Identite.objects.first() or Identite(nom=settings.VILLE)


def comptes(*, q: str = "", profil: str = "", etat: str = "", le: date) -> QuerySet[Agent]:
    """The accounts an administrator looks for, each with its rights in force on `le` as `droits_en_cours`."""
    trouves = Agent.objects.all()
    if etat != "tous":
        trouves = trouves.filter(is_active=etat != "fermes")
    for mot in q.split():
        trouves = trouves.filter(
            Q(nom__unaccent__icontains=mot)
            | Q(prenom__unaccent__icontains=mot)
            | Q(identifiant__icontains=mot)
        )
    en_cours = Habilitation.objects.filter(Q(fin__isnull=True) | Q(fin__gte=le), debut__lte=le)
    if profil:
        trouves = trouves.filter(Exists(en_cours.filter(agent=OuterRef("pk"), profil=profil)))
    droits = Prefetch(
        "habilitations", en_cours.select_related("mairie", "structure"), to_attr="droits_en_cours"
    )
    return trouves.prefetch_related(droits).order_by("nom", "prenom", "pk")


def structures(*, q: str = "") -> QuerySet[Structure]:
    """Every structure, or those whose name, other name, manager or quartier holds these words."""
    trouvees = Structure.objects.select_related("gestionnaire", "quartier")
    for mot in q.split():
        trouvees = trouvees.filter(
            Q(nom__unaccent__icontains=mot)
            | Q(gestionnaire__nom__unaccent__icontains=mot)
            | Q(quartier__nom__unaccent__icontains=mot)
        )
    return trouvees.annotate(nb_sections=Count("sections")).order_by("nom")


def sections(structure: Structure, *, le: date) -> list[tuple[Section, tuple[int, ...]]]:
    """The sections of a structure with their places on `le`, in two queries."""
    rangees = structure.sections.prefetch_related(_periodes(le)).order_by("age_min_mois", "nom")
    return [(section, _places(section)) for section in rangees]


def _periodes(le: date) -> Prefetch:
    en_cours = Capacite.objects.filter(Q(fin__isnull=True) | Q(fin__gte=le), debut__lte=le)
    return Prefetch("capacites", en_cours, to_attr="du_jour")


def _places(section: Section) -> tuple[int, ...]:
    periodes: list[Capacite] = section.du_jour  # type: ignore[attr-defined]
    ordinaire = next((p.places for p in periodes if p.motif == MotifCapacite.OUVERTURE), None)
    plafonds = [p.places for p in periodes if p.motif != MotifCapacite.OUVERTURE]
    return places_du_jour(ordinaire, plafonds, ouverture=section.structure.ouverture)


def reglages_en_vigueur(*, le: date) -> list[tuple[DefinitionReglage, Any, Reglage | None]]:
    """Every setting of the closed list, its value on `le` and the row that says so (None: the default)."""
    poses: dict[str, Reglage] = {}
    for pose in Reglage.objects.filter(a_partir_du__lte=le).order_by("cle", "a_partir_du"):
        poses[pose.cle] = pose
    return [
        (d, poses[d.cle].valeur if d.cle in poses else d.defaut, poses.get(d.cle)) for d in REGLAGES.values()
    ]


def reglages(*cles: str, le: date) -> dict[str, Any]:
    """Several settings on day `le`, in one query."""
    valeurs = {cle: REGLAGES[cle].defaut for cle in cles}
    lignes = Reglage.objects.filter(cle__in=cles, a_partir_du__lte=le).order_by("a_partir_du")
    return valeurs | {ligne.cle: ligne.valeur for ligne in lignes}


def dernieres_taches(agent: Agent) -> QuerySet[Tache]:
    """The last long works this person asked for."""
    return agent.taches.order_by("-demandee_le")[:4]


@dataclass(frozen=True)
class EtatReferentiel:
    """What an administrator has to look at: counts, and what is missing for the desk to work."""

    comptes_ouverts: int
    jamais_connectes: int
    sans_droit: int
    structures: int
    structures_sans_section: int
    sections_sans_places: int


def etat_du_referentiel(*, le: date) -> EtatReferentiel:
    """Three queries, whatever the size of the city."""
    en_cours = Habilitation.objects.filter(Q(fin__isnull=True) | Q(fin__gte=le), debut__lte=le)
    ouverts = Agent.objects.filter(is_active=True).aggregate(
        comptes_ouverts=Count("pk"),
        jamais_connectes=Count("pk", filter=Q(last_login__isnull=True)),
        sans_droit=Count("pk", filter=~Exists(en_cours.filter(agent=OuterRef("pk")))),
    )
    section = Section.objects.filter(structure=OuterRef("pk"))
    lieux = Structure.objects.aggregate(
        structures=Count("pk"), structures_sans_section=Count("pk", filter=~Exists(section))
    )
    ordinaire = Capacite.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=le),
        section=OuterRef("pk"),
        motif=MotifCapacite.OUVERTURE,
        debut__lte=le,
    )
    sans_places = Section.objects.filter(~Exists(ordinaire), structure__ouverte=True).count()
    return EtatReferentiel(**ouverts, **lieux, sections_sans_places=sans_places)
