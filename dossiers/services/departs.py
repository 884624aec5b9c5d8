"""A present child leaves: what its place and the demands that name it become, and how it is undone."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Admission, Dossier, MotifDepart, NatureDossier
from dossiers.queries.departs import closes_par_depart, devenues_premieres, obstacle_annulation
from dossiers.regles import cycle
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from dossiers.services.mutations import noter, verrouiller_place
from dossiers.services.places import refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

VIVANTS = (*cycle.EN_ATTENTE, cycle.SUSPENDU)


def constater_depart(
    place: Admission,
    *,
    le: date,
    motif: str,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Admission:
    """The child leaves, `le` its last day: a pending complement closes, a transfer becomes a first demand.

    Raises ErreurMetier `depart_deja_note`, `date_de_place` (field `le`), `motif_inconnu` (field `motif`).
    """
    if motif not in MotifDepart.values:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de la liste.", champ="motif")
    with transaction.atomic():
        demandes = list(_demandes_sur([place.pk]))
        fraiche = verrouiller_place(place.pk)
        if fraiche and fraiche.depart_constate_le:
            message = "Le départ de cet enfant est déjà noté\u202f: annulez-le pour en noter un autre."
            raise ErreurMetier("depart_deja_note", message)
        if fraiche is None or le < fraiche.debut or (fraiche.fin and le > fraiche.fin):
            message = "Choisissez un jour de la place de cet enfant, avant sa fin prévue."
            raise ErreurMetier("date_de_place", message, champ="le")
        fraiche.fin, fraiche.fin_prevue, fraiche.depart_le = le, fraiche.fin, le
        fraiche.motif_depart, fraiche.depart_constate_le = motif, maintenant
        _ecrire(fraiche)
        acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
        _journaliser(fraiche, "depart_note", motif, acteur)
        for dossier in demandes:
            _perdre_la_place(dossier, place=fraiche.pk, **acteur)
    return fraiche


def annuler_depart(
    place: Admission, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Admission:
    """The child stays: its place finds its end back, and so do the demands the departure had touched.

    Raises ErreurMetier `depart_tenu` naming what relied on the departure since, and `deja_en_attente`.
    """
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    with transaction.atomic():
        lue = Admission.objects.get(pk=place.pk)
        noms = [*closes_par_depart(lue), *devenues_premieres(lue)]
        verrous = Dossier.objects.select_for_update(of=("self",)).order_by("pk")
        touches = list(verrous.select_related("enfant", "famille", "mairie").filter(pk__in=noms))
        fraiche = verrouiller_place(place.pk)
        if fraiche is None or (obstacle := obstacle_annulation(fraiche)):
            raise ErreurMetier("depart_tenu", obstacle if fraiche else "Cette place n’existe plus.")
        fraiche.fin, fraiche.fin_prevue, fraiche.depart_le = fraiche.fin_prevue, None, None
        fraiche.motif_depart, fraiche.depart_constate_le = "", None
        with refus_de_place():
            _ecrire(fraiche)
        _journaliser(fraiche, "depart_annule", "", acteur)
        for dossier in touches:
            _rendre_la_place(dossier, fraiche, **acteur)
    return fraiche


def constater_fins_de_place(*, maintenant: datetime) -> int:
    """Each night: demands whose place has ended; a new contract is followed, it is not a departure."""
    jour = timezone.localdate(maintenant)
    finies = Admission.objects.filter(fin__lt=jour, demandes__etat__in=VIVANTS)
    touches = 0
    for pk in finies.order_by("pk").values_list("pk", flat=True).distinct():
        with transaction.atomic():
            for dossier in _demandes_sur([pk]):
                _suivre_ou_perdre(dossier, jour, maintenant)
                touches += 1
    return touches


def _suivre_ou_perdre(dossier: Dossier, jour: date, maintenant: datetime) -> None:
    suites = Admission.objects.filter(enfant=dossier.enfant_id, periode__contains=jour)
    if dossier.nature == NatureDossier.COMPLEMENT and dossier.admission_actuelle:
        suites = suites.filter(section__structure=dossier.admission_actuelle.section.structure_id)
    else:
        suites = suites.exclude(section__structure__in=dossier.voeux.values("structure"))
    suite = suites.first()
    if suite is None:
        _perdre_la_place(dossier, place=None, par=None, maintenant=maintenant, mairie=None)
        return
    dossier.admission_actuelle = suite
    dossier.version += 1
    dossier.save(update_fields=["admission_actuelle", "version"])
    noter(dossier, "place_reprise", {}, par=None, maintenant=maintenant, mairie=None)


def _perdre_la_place(
    dossier: Dossier, *, place: int | None, par: Agent | None, maintenant: datetime, mairie: Mairie | None
) -> None:
    """A complement has no place left to complete; a transfer goes on as anyone else's demand."""
    if dossier.nature == NatureDossier.COMPLEMENT:
        changer_etat(dossier, "clore_depart", par=par, maintenant=maintenant, mairie=mairie)
        return
    dossier.nature, dossier.admission_actuelle = NatureDossier.PREMIERE, None
    dossier.version += 1
    dossier.save(update_fields=["nature", "admission_actuelle", "version"])
    details = {"place": place} if place else {}
    noter(dossier, "depart", details, par=par, maintenant=maintenant, mairie=mairie)
    coter_dossier(dossier, par=par, maintenant=maintenant)


def _rendre_la_place(
    dossier: Dossier, place: Admission, *, par: Agent, maintenant: datetime, mairie: Mairie | None
) -> None:
    """A complement closed by the departure comes back, a first demand is the transfer it was."""
    if dossier.nature == NatureDossier.COMPLEMENT:
        changer_etat(dossier, "annuler_depart", par=par, maintenant=maintenant, mairie=mairie)
        return
    dossier.nature, dossier.admission_actuelle = NatureDossier.MUTATION, place
    dossier.version += 1
    dossier.save(update_fields=["nature", "admission_actuelle", "version"])
    noter(dossier, "depart_annule", {}, par=par, maintenant=maintenant, mairie=mairie)
    coter_dossier(dossier, par=par, maintenant=maintenant)


def _ecrire(place: Admission) -> None:
    place.save(update_fields=["fin", "fin_prevue", "depart_le", "motif_depart", "depart_constate_le"])


def _journaliser(place: Admission, objet: str, motif: str, acteur: dict[str, Any]) -> None:
    details = {"place": place.pk, "structure": place.section.structure.nom}
    if place.depart_le:
        details["le"] = place.depart_le.isoformat()
    journaliser(
        ActionJournal.MODIFICATION,
        dossier=place.dossier,
        objet=objet,
        motif=motif,
        details=details,
        **acteur,
    )


def _demandes_sur(places: Iterable[int]) -> Iterator[Dossier]:
    """The pending or suspended demands that name these admissions, locked in one order."""
    demandes = Dossier.objects.filter(admission_actuelle__in=list(places), etat__in=VIVANTS).exclude(
        nature=NatureDossier.PREMIERE
    )
    verrous = demandes.select_for_update(of=("self",)).order_by("pk")
    yield from verrous.select_related("admission_actuelle__section", "enfant", "famille", "mairie")
