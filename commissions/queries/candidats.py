"""The dossiers a séance looks at, read whole in a few queries whatever their number."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, FilteredRelation, Q, QuerySet

from commissions.models import PlaceOfferte, Seance
from commissions.regles.gel import Cadre, Candidat
from commissions.regles.instance import identifiant_accueil
from commissions.regles.titres import TITRES
from dossiers.models import (
    Admission,
    Cotation,
    Dossier,
    EtatPiece,
    GrilleCriteres,
    NatureDossier,
    OrigineAdmission,
    PieceJustificative,
    Responsable,
    TypeBesoin,
    Voeu,
)
from structures.queries import reglage
from structures.regles.ages import BandeAge

CHAMPS = (
    *("id", "numero", "etat", "nature", "complet_le", "quartier_id", "solution", "famille_id", "faits"),
    *("famille__protegee", "famille__faits", "admission_actuelle_id", "enfant_id", "enfant__nom"),
    *("enfant__prenom", "enfant__naissance", "enfant__date_naissance", "enfant__groupe_id"),
    *("enfant__groupe__regle", "regulier__entree_le", "regulier__tolerance_jours"),
    *("regulier__demi_journees", "regulier__demi_journees_b", "regulier__alternatives"),
    *("regulier__horaires", "regulier__horaires_b"),
    *("regulier__rythme", "regulier__nombre_min", "regulier__nombre_max", "regulier__planning_jours"),
)


@dataclass(frozen=True, slots=True)
class Lecture:
    """One pending dossier: what the rule looks at, and the row its passage will copy."""

    candidat: Candidat
    ligne: dict[str, Any]
    actuelle: Admission | None = None


def places_de(seance: Seance) -> list[PlaceOfferte]:
    """The sections put to the séance, with their structure and manager: one query."""
    return list(
        seance.places.select_related("section__structure__gestionnaire").order_by(
            "section__structure__nom", "section__age_min_mois", "section__age_min_jours", "section_id"
        )
    )


def accueils_de(places: Sequence[PlaceOfferte]) -> dict[int, str]:
    """The accueil id of each section put to the séance: « code:tranche », and its number when not alone."""
    nombre = Counter((place.section.structure_id, place.section.tranche) for place in places)
    return {
        place.section_id: identifiant_accueil(
            place.section.structure.code,
            place.section.tranche,
            place.section_id,
            seule=nombre[place.section.structure_id, place.section.tranche] == 1,
        )
        for place in places
    }


def cadre_de(seance: Seance, places: Iterable[PlaceOfferte], *, le: date) -> Cadre:
    """What the séance looks at, under the settings of the day `le`."""
    bandes: dict[int, list[BandeAge]] = defaultdict(list)
    for place in places:
        bandes[place.section.structure_id].append(place.section.bande)
    return Cadre(
        seance.date_effet,
        seance.cloture_le,
        {structure: tuple(siennes) for structure, siennes in bandes.items()},
        bool(reglage("enfant_a_naitre_propose", le=le)),
    )


def dossiers_concernes(cadre: Cadre) -> QuerySet[Dossier]:
    """Pending dossiers with a choice among the concerned structures, their regular need joined."""
    voeux = Voeu.objects.filter(structure__in=list(cadre.bandes))
    return (
        Dossier.objects.en_attente()
        .filter(pk__in=voeux.values("dossier"))
        .annotate(regulier=FilteredRelation("besoins", condition=Q(besoins__type=TypeBesoin.REGULIER)))
    )


def dossiers_attendus(cadre: Cadre) -> QuerySet[Dossier]:
    """The same, complete or not, whose entry ± tolerance contains the day."""
    souplesse = F("regulier__tolerance_jours")
    return (
        dossiers_concernes(cadre)
        .annotate(
            au_plus_tot=ExpressionWrapper(F("regulier__entree_le") - souplesse, output_field=DateField()),
            au_plus_tard=ExpressionWrapper(F("regulier__entree_le") + souplesse, output_field=DateField()),
        )
        .filter(au_plus_tot__lte=cadre.date_effet, au_plus_tard__gte=cadre.date_effet)
    )


def dossiers_a_la_date(cadre: Cadre) -> QuerySet[Dossier]:
    """The same, kept to those the freeze may take: complete in time."""
    return dossiers_attendus(cadre).filter(complet_le__lte=cadre.cloture_le)


def lire(dossiers: QuerySet[Dossier], cadre: Cadre) -> list[Lecture]:
    """These dossiers as the rule of the freeze reads them: four queries."""
    ids = dossiers.order_by().values("pk")
    voeux: dict[int, list[tuple[int, int]]] = defaultdict(list)
    retenus = Voeu.objects.filter(dossier__in=ids, structure__in=list(cadre.bandes))
    for dossier, rang, structure in retenus.order_by("rang").values_list("dossier", "rang", "structure"):
        voeux[dossier].append((rang, structure))
    presences: dict[int, list[Admission]] = defaultdict(list)
    for admission in Admission.objects.filter(
        enfant__in=dossiers.order_by().values("enfant"), periode__contains=cadre.date_effet
    ).exclude(origine=OrigineAdmission.URGENCE):
        presences[admission.enfant_id].append(admission)
    familles = dossiers.order_by().values("famille")
    opposees = set(
        Responsable.objects.filter(famille__in=familles, opposition_ecrite=True).values_list(
            "famille_id", flat=True
        )
    )
    return [
        _lecture(ligne, voeux[ligne["id"]], presences[ligne["enfant_id"]], ligne["famille_id"] in opposees)
        for ligne in dossiers.order_by("numero").values(*CHAMPS)
    ]


def _lecture(
    ligne: dict[str, Any], voeux: list[tuple[int, int]], presences: list[Admission], opposition: bool
) -> Lecture:
    actuelle = next((a for a in presences if a.pk == ligne["admission_actuelle_id"]), None)
    candidat = Candidat(
        numero=ligne["numero"],
        etat=ligne["etat"],
        complet_le=ligne["complet_le"],
        naissance=ligne["enfant__naissance"],
        a_naitre=ligne["enfant__date_naissance"] is None,
        entree_le=ligne["regulier__entree_le"],
        tolerance_jours=ligne["regulier__tolerance_jours"] or 0,
        opposition=opposition,
        present=any(a is not actuelle for a in presences),
        voeux=tuple(voeux),
        complement=ligne["nature"] == NatureDossier.COMPLEMENT,
        section_tenue=actuelle.section_id if actuelle else None,
    )
    return Lecture(candidat, ligne, actuelle)


def cotations_de(dossiers: QuerySet[Dossier], grille: GrilleCriteres) -> dict[int, Cotation]:
    """The points in force of each dossier under the grid: one query."""
    ids = dossiers.order_by().values("pk")
    return {
        cotation.dossier_id: cotation
        for cotation in Cotation.objects.filter(dossier__in=ids, grille=grille, courante=True)
    }


def titres_de(lectures: Sequence[Lecture], *, le: date) -> dict[int, tuple[str, ...]]:
    """The titles each dossier may claim a guaranteed place under: the fact said and its proof seen."""
    portees: dict[tuple[str, int], set[str]] = defaultdict(set)
    valables = PieceJustificative.objects.filter(
        Q(valide_jusqu_au__isnull=True) | Q(valide_jusqu_au__gte=le),
        code__in=[titre.piece for titre in TITRES.values()],
        etat=EtatPiece.VUE,
    )
    for code, famille, dossier in valables.values_list("code", "famille_id", "dossier_id"):
        portees["famille" if famille else "dossier", famille or dossier].add(code)
    trouves = {}
    for lecture in lectures:
        ligne = lecture.ligne
        vues = portees.get(("famille", ligne["famille_id"]), set()) | portees.get(
            ("dossier", ligne["id"]), set()
        )
        faits = {**(ligne["famille__faits"] or {}), **(ligne["faits"] or {})}
        siens = tuple(
            code for code, titre in TITRES.items() if faits.get(titre.fait) is True and titre.piece in vues
        )
        if siens:
            trouves[ligne["id"]] = siens
    return trouves
