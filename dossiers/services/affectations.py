"""A child of a crèche familiale goes to an assistante maternelle: chosen, changed, followed."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from dossiers.models import ActionJournal, Admission, Affectation, EchecAffectation, MotifEchec
from dossiers.regles.mutations import veille
from dossiers.regles.recevabilite import jour_fr
from dossiers.services.journal import journaliser
from dossiers.services.places import contrainte, refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, AssistanteMaternelle, Mairie
from structures.regles.ages import age_en_mois

AGREMENT = "affectation_agrement"


def affecter(
    place: Admission,
    *,
    assistante: AssistanteMaternelle,
    a_partir_du: date,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Affectation:
    """From that day the child is with this assistante maternelle, until the end of its place.

    What was decided from that day on is replaced. Raises ErreurMetier `place_finie`, `date_de_place`
    (field `a_partir_du`), `autre_service`, `deja_affecte`, `age_agrement`, `agrement_plein` (`assistante`).
    """
    with refus_de_place(champ="assistante"):
        fraiche = _verrouiller(place)
        _verifier(fraiche, assistante, a_partir_du)
        tenue = fraiche.affectations.filter(periode__contains=a_partir_du).first()
        if tenue and tenue.assistante_id == assistante.pk and tenue.fin is None:
            message = f"L’enfant est déjà chez {assistante} ce jour-là."
            raise ErreurMetier("deja_affecte", message, champ="assistante")
        _liberer(fraiche, a_partir_du)
        affectation = Affectation.objects.create(
            admission=fraiche,
            assistante=assistante,
            debut=a_partir_du,
            affectee_le=maintenant,
            affectee_par=par,
        )
        journaliser(
            ActionJournal.MODIFICATION,
            par=par,
            maintenant=maintenant,
            mairie=mairie,
            dossier=fraiche.dossier,
            objet="affectation",
            details={"place": fraiche.pk, "assistante": assistante.pk, "le": a_partir_du.isoformat()},
        )
    return affectation


def suivre_affectations(place: Admission, suite: Admission, *, le: date) -> bool:
    """The place goes on in `suite` from `le`: so do its assignments, while the agrément has room.

    Both are locked. False when the child is to be assigned again.
    """
    gardees = True
    a_suivre = list(place.affectations.exclude(fin__lt=le).order_by("debut"))
    _liberer(place, le)
    for a in a_suivre:
        suivante = Affectation(
            admission=suite,
            assistante_id=a.assistante_id,
            debut=max(a.debut, le),
            fin=a.fin,
            affectee_le=a.affectee_le,
            affectee_par_id=a.affectee_par_id,
        )
        gardees = tenter_agrement(suivante.save) and gardees
    return gardees


def tenter_agrement(ecrire: Callable[[], object]) -> bool:
    """Write, unless the guard of the agréments refuses: then nothing is written, and False."""
    try:
        with contrainte(AGREMENT):
            ecrire()
    except ErreurMetier:
        return False
    return True


def noter_echec(
    place: Admission, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> EchecAffectation:
    """In the caller's transaction, before the place goes: what the coordination will read.

    Raises ErreurMetier `motif_inconnu` (field `motif`), `sans_dossier`.
    """
    if motif not in MotifEchec.values:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de la liste.", champ="motif")
    if place.dossier is None:
        message = "Cet enfant n’a pas de dossier à remettre en attente\u202f: notez plutôt son départ."
        raise ErreurMetier("sans_dossier", message)
    echec = EchecAffectation.objects.create(
        dossier=place.dossier,
        structure=place.section.structure,
        motif=motif,
        dit_le=maintenant,
        dit_par=par,
    )
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        mairie=mairie,
        dossier=place.dossier,
        objet="echec_affectation",
        motif=motif,
        details={"structure": place.section.structure.nom},
    )
    return echec


@transaction.atomic
def voir_echec(echec: EchecAffectation, *, par: Agent, maintenant: datetime) -> None:
    """The coordination has read it: it leaves the home page."""
    frais = EchecAffectation.objects.select_for_update(of=("self",)).get(pk=echec.pk)
    if frais.vu_le is None:
        frais.vu_le = maintenant
        frais.save(update_fields=["vu_le"])
        journaliser(
            ActionJournal.MODIFICATION,
            par=par,
            maintenant=maintenant,
            dossier=frais.dossier,
            objet="echec_affectation_vu",
        )


def _verrouiller(place: Admission) -> Admission:
    verrou = Admission.objects.select_for_update(of=("self",))
    fraiche = verrou.select_related("enfant", "dossier", "section__structure").filter(pk=place.pk).first()
    if fraiche is None:
        raise ErreurMetier("place_finie", "La place de cet enfant n’existe plus\u202f: rechargez la page.")
    return fraiche


def _verifier(place: Admission, assistante: AssistanteMaternelle, le: date) -> None:
    premier = place.adaptation_le or place.debut
    if le < premier or (place.fin and le > place.fin):
        fin = f" au {jour_fr(place.fin)}" if place.fin else ""
        message = f"Choisissez un jour de sa place, du {jour_fr(premier)}{fin}."
        raise ErreurMetier("date_de_place", message, champ="a_partir_du")
    if assistante.structure_id != place.section.structure_id or not assistante.active:
        message = f"{assistante} ne reçoit pas de nouveaux enfants de ce service."
        raise ErreurMetier("autre_service", message, champ="assistante")
    agrement = assistante.agrements.filter(periode__contains=le).first()
    age = max(0, age_en_mois(place.enfant.ne_ou_prevu_le, le))
    if agrement and not agrement.age_min_mois <= age < agrement.age_max_mois:
        message = (
            f"L’agrément de {assistante} va de {agrement.age_min_mois} à {agrement.age_max_mois} mois\u202f: "
            f"l’enfant en aura {age}."
        )
        raise ErreurMetier("age_agrement", message, champ="assistante")


def _liberer(place: Admission, le: date) -> None:
    """The assignments of this place stop the day before `le`; those that begin later are taken away."""
    place.affectations.filter(debut__gte=le).delete()
    for tenue in place.affectations.filter(periode__contains=le):
        tenue.fin = veille(le)
        tenue.save(update_fields=["fin"])
