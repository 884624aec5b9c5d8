"""What an agenda prints, read in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from commissions.models import Passage, PassageVoeu, PlaceOfferte, Seance
from commissions.queries.candidats import places_de
from commissions.regles.gel import quartiers_imprimables
from structures.queries import reglage


@dataclass(frozen=True)
class ContenuAgenda:
    """Places of each section, its ranked lines, and what may be said across the whole list."""

    places: list[PlaceOfferte]
    voeux: dict[int, list[PassageVoeu]]
    quartiers: frozenset[int]
    groupes: dict[str, list[Passage]]


def passage_d_ordre(lisibles: QuerySet[Passage], ordre: str) -> Passage | None:
    """Among the lines a reader may be shown, the one of this order number as somebody typed it."""
    ordre = ordre.strip().upper()
    return lisibles.filter(numero_ordre=ordre).first() if ordre.isalnum() else None


def contenu_agenda(seance: Seance, *, le: date) -> ContenuAgenda:
    """The frozen list section by section: three queries, whatever its length.

    A family protected since the freeze is protected on paper too: `voeu.passage.protege` says it.
    """
    lignes = (
        PassageVoeu.objects.filter(passage__seance=seance)
        .select_related("passage__quartier", "passage__dossier__famille")
        .defer("passage__dossier__faits", "passage__dossier__famille__faits")
        .order_by("section_id", "rang")
    )
    voeux: dict[int, list[PassageVoeu]] = defaultdict(list)
    passages: dict[int, Passage] = {}
    for voeu in lignes:
        voeu.passage.protege = voeu.passage.protege or voeu.passage.dossier.famille.protegee
        passages.setdefault(voeu.passage_id, voeu.passage)
        voeux[voeu.section_id].append(voeu)
    groupes: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages.values():
        if passage.groupe and not passage.protege:
            groupes[passage.groupe].append(passage)
    dits = Counter(p.quartier_id for p in passages.values() if p.quartier_id and not p.protege)
    return ContenuAgenda(
        places_de(seance), voeux, quartiers_imprimables(dits, reglage("seuil_quartier", le=le)), groupes
    )
