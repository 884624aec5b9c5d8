"""The pages of the coordination and of the members: séances, their state, who is left out and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from commissions.models import OrdreDuJour, Passage, PlaceOfferte, Seance, VersionOrdreDuJour
from commissions.queries.candidats import Lecture, cadre_de, dossiers_concernes, lire, places_de
from commissions.regles.gel import MOTIFS_ECART, choix_retenus, motif_ecart


@dataclass(frozen=True)
class Ecartes:
    """Who would be in a freeze made now, and who would not, by reason."""

    retenus: int
    lignes: int
    comptes: list[tuple[str, str, int]]
    dossiers: list[tuple[Lecture, str]]

    @property
    def total(self) -> int:
        return sum(nombre for _, _, nombre in self.comptes)


def avec_comptes(seances: QuerySet[Seance]) -> QuerySet[Seance]:
    """For the list: how many sections and dossiers, without the stored instance."""

    def compte(modele: type[PlaceOfferte] | type[Passage]) -> Coalesce:
        lignes = modele.objects.filter(seance=OuterRef("pk")).order_by().values("seance")
        return Coalesce(Subquery(lignes.annotate(n=Count("pk")).values("n")), 0)

    return (
        seances.defer("instance")
        .annotate(nb_sections=compte(PlaceOfferte), nb_passages=compte(Passage))
        .order_by("-tenue_prevue_le", "-pk")
    )


def examen_des_dossiers(seance: Seance, *, maintenant: datetime, motif: str = "") -> Ecartes:
    """Every pending dossier wishing a concerned structure: in, or left out and why. Seven queries.

    For a frozen séance the list is what was frozen; the reasons are those of today.
    """
    jour = timezone.localdate(maintenant)
    cadre = cadre_de(seance, places_de(seance), le=jour)
    passes = set(seance.passages.values_list("dossier_id", flat=True)) if seance.gelee else set()
    comptes: Counter[str] = Counter()
    dossiers, retenus, lignes = [], 0, 0
    for lecture in lire(dossiers_concernes(cadre), cadre):
        raison = motif_ecart(lecture.candidat, cadre)
        if lecture.ligne["id"] in passes or (raison is None and not seance.gelee):
            retenus += 1
            lignes += len(choix_retenus(lecture.candidat, cadre))
            continue
        comptes[raison or "apres_gel"] += 1
        if not motif or motif == (raison or "apres_gel"):
            dossiers.append((lecture, libelle_motif(raison or "apres_gel")))
    rangees = [(code, libelle_motif(code), comptes[code]) for code in (*MOTIFS_ECART, "apres_gel")]
    return Ecartes(retenus, lignes, [ligne for ligne in rangees if ligne[2]], dossiers)


def libelle_motif(code: str) -> str:
    """« Entrée souhaitée à une autre période »."""
    return MOTIFS_ECART.get(code, "Remplit les conditions depuis le gel")


def ordres_du_jour(seance: Seance, versions: tuple[VersionOrdreDuJour, ...]) -> QuerySet[OrdreDuJour]:
    """The agendas printed for a séance that this person may open, the last first."""
    return seance.ordres_du_jour.filter(version__in=versions).select_related("tache", "demande_par")
