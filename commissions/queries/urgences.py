"""Emergencies between two séances: where there is room, what was given since the last séance."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from commissions.models import EntreeOffre, EtatOffre, Offre, Seance
from commissions.queries.promesses import places_disponibles
from commissions.regles.offre import OCCUPENT
from dossiers.models import Admission, DemandeUrgence, Dossier, OrigineAdmission
from dossiers.queries.places import Vecteur
from structures.models import Section
from structures.regles.semaine import texte_semaine


@dataclass(frozen=True)
class SectionPossible:
    """A section of the child's age; `choix` is its rank among the family's, `manquent` half-days are full."""

    section: Section
    libres: Vecteur
    choix: int | None
    manquent: int


def sections_possibles(
    dossier: Dossier, *, jour: date, demi_journees: Collection[int]
) -> list[SectionPossible]:
    """Those with room for this week that day, and the family's choices even full; its choices first."""
    naissance = dossier.enfant.ne_ou_prevu_le
    rangs = dict(dossier.voeux.values_list("structure", "rang"))
    toutes = Section.objects.select_related("structure").order_by("structure__nom", "age_min_mois", "pk")
    sections = [s for s in toutes if s.bande.accueille(naissance, jour)]
    possibles = []
    for vue in places_disponibles(sections, jour):
        manquent = sum(1 for k in demi_journees if vue.libres[k] < 1)
        choix = rangs.get(vue.section.structure_id)
        if choix is not None or not manquent:
            possibles.append(SectionPossible(vue.section, vue.libres, choix, manquent))
    return sorted(possibles, key=lambda p: (p.choix is None, p.choix or 0))


def offre_de(demande: DemandeUrgence) -> Offre | None:
    """The place already offered or given for this emergency, one that fell excepted."""
    return demande.offres.filter(etat__in=OCCUPENT).exclude(entree=EntreeOffre.ABSENT).first()


def urgence_precedente(dossier: Dossier) -> date | None:
    """The end of the child's last emergency when no séance was held since it began; else None."""
    places = Admission.objects.filter(enfant=dossier.enfant_id, origine=OrigineAdmission.URGENCE)
    derniere = places.order_by("-debut").first()
    if derniere is None or Seance.objects.filter(tenue_le__date__gte=derniere.debut).exists():
        return None
    return derniere.fin


def urgences_depuis(seance: Seance, *, familles_liees: Collection[int] = frozenset()) -> list[dict[str, Any]]:
    """The emergency admissions since the last séance, until this one opened: never regular without one.

    `familles_liees` are those its reader steps aside from.
    """
    avant = Seance.objects.filter(ouverte_le__isnull=False, tenue_prevue_le__lt=seance.tenue_prevue_le)
    depuis = avant.order_by("-ouverte_le").values_list("ouverte_le", flat=True).first()
    jusqu_a = seance.ouverte_le
    offres = Offre.objects.filter(origine=OrigineAdmission.URGENCE, etat=EtatOffre.ACCEPTEE)
    dites = {o.admission_id: o for o in offres.exclude(admission=None).select_related("urgence")}
    siennes = [pk for pk, o in dites.items() if _entre(o.repondue_le, depuis, jusqu_a)]
    # Written without an offer, an emergency counts from its first day.
    jours = Q(debut__lte=timezone.localdate(jusqu_a or seance.tenue_prevue_le))
    if depuis:
        jours &= Q(debut__gt=timezone.localdate(depuis))
    admises = Admission.objects.filter(origine=OrigineAdmission.URGENCE)
    admises = admises.filter(Q(pk__in=siennes) | jours & ~Q(pk__in=list(dites)))
    admises = admises.exclude(enfant__famille__in=familles_liees)
    lues = admises.select_related("section__structure", "enfant__famille").order_by("debut", "pk")
    return [_dite(admission, dites.get(admission.pk)) for admission in lues]


def _entre(le: datetime | None, depuis: datetime | None, jusqu_a: datetime | None) -> bool:
    return le is not None and (depuis is None or le > depuis) and (jusqu_a is None or le <= jusqu_a)


def _dite(admission: Admission, offre: Offre | None) -> dict[str, Any]:
    reservee = admission.enfant.famille.protegee
    urgence = offre.urgence if offre and not reservee else None
    return {
        "section": "dossier réservé" if reservee else str(admission.section),
        "jours": texte_semaine(admission.demi_journees),
        "debut": admission.debut.isoformat(),
        "fin": admission.fin.isoformat() if admission.fin else "",
        "motif": urgence.get_motif_display() if urgence else "",
    }
