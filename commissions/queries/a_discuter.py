"""The lines of a frozen séance as the pre-session reads them: everyone's for the coordination, one's own
structures' for a director."""

from dataclasses import dataclass

from django.db.models import QuerySet

from commissions.models import EtatSeance, PassageVoeu, Seance
from guichet.acces import Personne
from structures.models import Profil


@dataclass(frozen=True)
class LigneMarquable:
    """One line; `reservee` is a protected dossier: its rank, need and points."""

    voeu: PassageVoeu
    motif: str
    reservee: bool


def seances_a_preparer(qui: Personne) -> QuerySet[Seance]:
    """Frozen or open; for a director, those that look at one of the structures directed."""
    seances = Seance.objects.filter(etat__in=(EtatSeance.GELEE, EtatSeance.OUVERTE)).defer("instance")
    if not qui.est(Profil.COORDINATION):
        seances = seances.filter(places__section__structure__in=qui.structures).distinct()
    return seances.order_by("tenue_prevue_le", "pk")


def voeux_marquables(seance: Seance, qui: Personne) -> QuerySet[PassageVoeu]:
    """The lines this person may mark; never those of a family it is linked to."""
    voeux = PassageVoeu.objects.filter(passage__seance=seance).exclude(
        passage__dossier__famille__in=qui.familles_liees
    )
    if not qui.est(Profil.COORDINATION):
        voeux = voeux.filter(section__structure__in=qui.structures)
    return voeux.select_related("passage__dossier__famille", "section__structure", "a_discuter")


def lignes_marquables(seance: Seance, qui: Personne) -> list[LigneMarquable]:
    """Section by section, in the order of the ranks: one query."""
    lus = voeux_marquables(seance, qui).defer("passage__lignes", "passage__dossier__faits")
    ranges = lus.order_by("section__structure__nom", "section__age_min_mois", "section_id", "rang")
    lignes = []
    for voeu in ranges:
        marque = getattr(voeu, "a_discuter", None)
        reservee = voeu.passage.protege or voeu.passage.dossier.famille.protegee
        lignes.append(LigneMarquable(voeu, marque.get_motif_display() if marque else "", reservee))
    return lignes
