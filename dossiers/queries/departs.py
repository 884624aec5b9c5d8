"""The departures noted: which place a person may note one on, and what keeps one from being undone."""

from datetime import date, timedelta

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from dossiers.acces import GUICHET
from dossiers.models import ActionJournal, Admission, Dossier, EtatDossier, Journal, NatureDossier
from dossiers.queries.presents import nommable
from dossiers.regles import cycle
from guichet.acces import Personne

RECENTS, RAPPEL = 20, timedelta(days=60)
_LIENS = ("enfant__famille", "section__structure", "dossier")


def places_a_quitter(qui: Personne) -> QuerySet[Admission]:
    """The places this person may note a departure on: named children, in a director's own structures."""
    places = Admission.objects.filter(nommable(qui)).select_related(*_LIENS)
    return places if qui.est(*GUICHET) else places.filter(section__structure__in=qui.structures)


def departs_recents(qui: Personne, *, le: date) -> list[Admission]:
    """The last departures noted, to check and to undo: one query."""
    depuis = places_a_quitter(qui).filter(depart_constate_le__date__gte=le - RAPPEL)
    return list(depuis.order_by("-depart_constate_le", "pk")[:RECENTS])


def demandes_touchees(place: Admission) -> list[Dossier]:
    """The pending demands that name this place: what a departure would change."""
    vivants = Dossier.objects.filter(admission_actuelle=place, etat__in=(*cycle.EN_ATTENTE, cycle.SUSPENDU))
    return list(vivants.exclude(nature=NatureDossier.PREMIERE).order_by("pk"))


def closes_par_depart(place: Admission) -> list[int]:
    """The complements this very departure closed."""
    if not place.depart_constate_le:
        return []
    closes = Dossier.objects.filter(
        admission_actuelle=place,
        etat=EtatDossier.CLOS,
        motif_cloture=cycle.DEPART,
        clos_le=place.depart_constate_le,
    )
    return list(closes.values_list("pk", flat=True))


def devenues_premieres(place: Admission) -> list[int]:
    """The transfers this departure made first demands, still waiting."""
    if not place.depart_constate_le:
        return []
    lignes = Journal.objects.filter(
        action=ActionJournal.MODIFICATION,
        objet="depart",
        le=place.depart_constate_le,
        details__place=place.pk,
        dossier__nature=NatureDossier.PREMIERE,
        dossier__etat__in=(*cycle.EN_ATTENTE, cycle.SUSPENDU),
    )
    # Asked of the child's own dossiers: the journal is never read whole.
    return list(lignes.filter(dossier__enfant=place.enfant_id).values_list("dossier", flat=True))


def obstacle_annulation(place: Admission) -> str:
    """What relied on this departure since, in French; empty when it can be undone."""
    if not place.depart_constate_le or not place.depart_le:
        return "Aucun départ n’est noté sur cette place."
    if place.fin != place.depart_le:
        return "La fin de cette place a changé depuis le départ\u202f: elle ne se remet plus."
    lendemain, fin = place.depart_le + timedelta(days=1), place.fin_prevue or date.max
    # The very last day of its contract freed nothing.
    rendue = Q(periode__overlap=DateRange(lendemain, max(fin, lendemain), "[]"))
    autres = Admission.objects.filter(rendue).exclude(pk=place.pk)
    if autres.filter(enfant=place.enfant_id).exists():
        return "L’enfant a reçu une autre place depuis\u202f: ce départ ne s’annule plus."
    dans_la_section = autres.filter(section=place.section_id, demi_journees__overlap=place.demi_journees)
    if dans_la_section.filter(pk__in=_donnees_depuis(place)).exists():
        return "La place libérée a été donnée depuis à un autre enfant\u202f: ce départ ne s’annule plus."
    chez_elle = Dossier.objects.filter(pk__in=devenues_premieres(place))
    if chez_elle.filter(voeux__structure=place.section.structure_id).exists():
        return "La famille demande maintenant cette structure\u202f: retirez d’abord ce choix."
    return ""


def _donnees_depuis(place: Admission) -> QuerySet[Admission]:
    """Admissions written after the departure was; both are read from the history, in its own order."""
    evenements = apps.get_model("dossiers", "AdmissionEvent").objects
    noms = evenements.filter(pgh_obj=place.pk, depart_constate_le=place.depart_constate_le)
    note = noms.order_by("pgh_id").values_list("pgh_id", flat=True).first() or 0
    return evenements.filter(pgh_id__gt=note, pgh_label="insert", section=place.section_id).values("pgh_obj")
