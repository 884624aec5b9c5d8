"""Offers: prepared from decisions, released by a person, their delay opened by a contact."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commissions.models import (
    AvisGestionnaire,
    Decision,
    EtatOffre,
    EtatSeance,
    Offre,
    OrigineOffre,
    Seance,
    SensDecision,
)
from commissions.queries.lettres import DU_MAIRE
from commissions.regles import offre as regles
from dossiers.models import ActionJournal, Admission, CanalContact, DemandeUrgence, Dossier, EtatUrgence
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section
from structures.queries import reglages
from structures.regles.jours import HEURE_LIMITE

_CONFLITS = {
    "offre_une_vivante_par_enfant": ("deja_proposee", "Une place est déjà proposée à cet enfant."),
    "offre_une_place": (
        "place_deja_offerte",
        "Cette place est déjà offerte à un autre enfant sur ces demi-journées.",
    ),
}


@dataclass
class Preparation:
    """What preparing a séance's offers gave: how many, and what could not be, dossier by dossier."""

    preparees: int = 0
    refus: list[tuple[str, str]] = field(default_factory=list)


def preparer_offres(seance: Seance, *, par: Agent, maintenant: datetime) -> Preparation:
    """One offer for each admission of a validated séance that never had one.

    One transaction each: stopped at any point and asked again, it goes on where it was. Raises ErreurMetier
    `seance_non_validee`.
    """
    if seance.etat not in (EtatSeance.VALIDEE, EtatSeance.NOTIFIEE):
        raise ErreurMetier("seance_non_validee", "Les offres se préparent une fois le procès-verbal validé.")
    issue = Preparation()
    attendent = Decision.objects.filter(
        passage__seance=seance, sens=SensDecision.ADMIS, offres__isnull=True
    ).select_related("passage__dossier", "section")
    for decision in attendent.order_by("section_id", "pk"):
        try:
            preparer_offre(decision, par=par, maintenant=maintenant)
        except ErreurMetier as refus:
            issue.refus.append((decision.passage.numero_ordre, refus.message))
        else:
            issue.preparees += 1
    return issue


def preparer_offre(
    decision: Decision,
    *,
    par: Agent,
    maintenant: datetime,
    section: Section | None = None,
    demi_journees: Sequence[int] = (),
    choix: int | None = None,
) -> Offre:
    """Prepare the place of one decision, or the freed one given to a family of the complementary list.

    Raises ErreurMetier `deja_proposee`, `place_deja_offerte`, `hors_liste`.
    """
    appel = section is not None
    with refus_d_offre():
        lieu = section or decision.section
        dossier = _verrouiller_dossier(decision.passage.dossier_id)
        if lieu is None or dossier.etat != "actif":
            raise ErreurMetier("hors_liste", "Ce dossier n’attend plus de place.")
        souhait = max(decision.passage.entree_le, decision.passage.seance.date_effet)
        return _creer(
            dossier,
            lieu,
            souhait,
            par=par,
            maintenant=maintenant,
            origine=OrigineOffre.APPEL if appel else OrigineOffre.SEANCE,
            seance_id=decision.passage.seance_id,
            decision=decision,
            choix=choix if appel else decision.choix,
            demi_journees=sorted(set(demi_journees if appel else decision.demi_journees)),
        )


def preparer_urgence(urgence: DemandeUrgence, *, par: Agent, maintenant: datetime) -> Offre:
    """The place of a granted emergency, between two séances, until its end.

    Raises ErreurMetier `urgence_refusee`, `hors_liste`, `deja_proposee`.
    """
    with refus_d_offre():
        dossier = _verrouiller_dossier(urgence.dossier_id)
        if urgence.etat != EtatUrgence.ACCORDEE:
            raise ErreurMetier("urgence_refusee", "Cette admission en urgence n’est pas accordée.")
        if dossier.etat != "actif":
            raise ErreurMetier("hors_liste", "Ce dossier n’attend plus de place.")
        voeu = dossier.voeux.filter(structure=urgence.structure_id).first()
        return _creer(
            dossier,
            urgence.section,
            urgence.debut,
            par=par,
            maintenant=maintenant,
            origine=OrigineOffre.URGENCE,
            urgence=urgence,
            choix=voeu.rang if voeu else None,
            demi_journees=list(urgence.demi_journees),
            fin=urgence.fin,
        )


def _creer(
    dossier: Dossier, section: Section, souhait: date, *, par: Agent, maintenant: datetime, **champs: Any
) -> Offre:
    """The slot is chosen under the section's lock: two offers never take the same adaptation."""
    jour = timezone.localdate(maintenant)
    valeurs = reglages("adaptations_simultanees", "adaptation_duree", le=jour)
    Section.objects.select_for_update(of=("self",), no_key=True).get(pk=section.pk)
    minimum = section.bande.minimum.atteint_le(dossier.enfant.ne_ou_prevu_le)
    entree = regles.creneau_entree(
        max(souhait, jour, minimum),
        adaptations_prises(section),
        limite=valeurs["adaptations_simultanees"],
        duree=valeurs["adaptation_duree"],
    )
    debut = entree + timedelta(days=valeurs["adaptation_duree"])
    if (fin := champs.get("fin")) and debut > fin:
        debut = entree
    offre = Offre.objects.create(
        dossier=dossier,
        enfant=dossier.enfant,
        section=section,
        entree_le=entree,
        debut=debut,
        preparee_le=maintenant,
        **champs,
    )
    noter_offre(offre, "preparee", par=par, maintenant=maintenant)
    return offre


def adaptations_prises(section: Section, *, sauf: int | None = None) -> list[date]:
    """First adaptation days already given in a section: admissions, and offers not yet an admission."""
    admises = Admission.objects.filter(section=section, adaptation_le__isnull=False)
    offertes = Offre.objects.filter(section=section, etat__in=regles.OCCUPENT, admission__isnull=True)
    if sauf is not None:
        admises, offertes = admises.exclude(offres=sauf), offertes.exclude(pk=sauf)
    debuts = [*admises.values_list("adaptation_le", flat=True), *offertes.values_list("entree_le", flat=True)]
    return [debut for debut in debuts if debut]


def rendre_avis(
    offre: Offre,
    avis: AvisGestionnaire | str,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Offre:
    """The manager of a place that is not the city's confirms it, or refuses from the closed list.

    Refused, the offer falls and the dossier keeps everything. Raises ErreurMetier `avis_inconnu`,
    `avis_du_maire`, `offre_<etat>`.
    """
    if avis not in AvisGestionnaire.values:
        raise ErreurMetier("avis_inconnu", "Choisissez une réponse de la liste.", champ="avis")
    with transaction.atomic():
        _, fraiche = verrouiller(offre)
        if fraiche.etat != EtatOffre.PREPAREE:
            regles.etat_suivant(fraiche.etat, "envoyer")
        if not attend_gestionnaire(fraiche):
            raise ErreurMetier("avis_du_maire", "Cette place est décidée par le maire.")
        fraiche.avis, fraiche.avis_le, fraiche.avis_par = avis, maintenant, par
        champs = ["avis", "avis_le", "avis_par"]
        if avis != AvisGestionnaire.CONFIRMEE:
            fraiche.etat = regles.etat_suivant(fraiche.etat, "annuler")
            fraiche.annulee_le, fraiche.motif_annulation = maintenant, "refus_gestionnaire"
            champs += ["etat", "annulee_le", "motif_annulation"]
        enregistrer(fraiche, *champs)
        noter_offre(fraiche, "avis", motif=avis, par=par, maintenant=maintenant, mairie=mairie)
    return fraiche


def attend_gestionnaire(offre: Offre) -> bool:
    """The place is run by someone else than the city; `offre.section.structure.gestionnaire` is read."""
    return offre.section.structure.gestionnaire.nature not in DU_MAIRE


def envoyer_offre(
    offre: Offre,
    *,
    par: Agent,
    maintenant: datetime,
    canal: str = "",
    limite: datetime | None = None,
    mairie: Mairie | None = None,
) -> Offre:
    """Release an offer: a person's act. With `canal` the family is told by it, and the delay runs.

    `limite` is the deadline its letter already says, that of the day when None.

    Raises ErreurMetier `avis_attendu`, `offre_<etat>`, `transition_interdite` when the dossier moved.
    """
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        suivant = regles.etat_suivant(fraiche.etat, "envoyer")
        if attend_gestionnaire(fraiche) and fraiche.avis != AvisGestionnaire.CONFIRMEE:
            raise ErreurMetier("avis_attendu", "Le gestionnaire n’a pas encore confirmé cette place.")
        changer_etat(dossier, "proposer", par=par, maintenant=maintenant, mairie=mairie)
        fraiche.etat, fraiche.envoyee_le, fraiche.envoyee_par = suivant, maintenant, par
        enregistrer(fraiche, "etat", "envoyee_le", "envoyee_par")
        noter_offre(fraiche, "envoyee", par=par, maintenant=maintenant, mairie=mairie)
        if canal:
            _ouvrir_le_delai(fraiche, canal, par, maintenant, mairie, limite=limite)
    return fraiche


def prevenir_famille(
    offre: Offre, *, canal: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The family was reached: the delay runs from now. A second contact does not move it.

    Raises ErreurMetier `canal_inconnu`, `offre_<etat>`.
    """
    with transaction.atomic():
        _, fraiche = verrouiller(offre)
        if fraiche.etat != EtatOffre.ENVOYEE:
            regles.etat_suivant(fraiche.etat, "decliner")
        if fraiche.contact_le is None:
            _ouvrir_le_delai(fraiche, canal, par, maintenant, mairie)
    return fraiche


def _ouvrir_le_delai(
    offre: Offre,
    canal: str,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None,
    *,
    limite: datetime | None = None,
) -> None:
    if canal not in CanalContact.values or canal == CanalContact.TIERS:
        raise ErreurMetier("canal_inconnu", "Dites comment la famille a été prévenue.", champ="canal")
    offre.contact_le, offre.contact_canal = maintenant, canal
    offre.limite_le = limite or limite_de(maintenant)
    enregistrer(offre, "contact_le", "contact_canal", "limite_le")
    details = {"canal": canal, "limite_le": offre.limite_le.isoformat()}
    noter_offre(offre, "prevenue", par=par, maintenant=maintenant, mairie=mairie, details=details)


def limite_de(contact: datetime) -> datetime:
    """The last moment to answer an offer told at `contact`, with the settings of that day."""
    jour = timezone.localdate(contact)
    v = reglages("delai_offre", "delai_offre_ete", "delai_offre_ete_du", "delai_offre_ete_au", le=jour)
    delais = regles.Delais(
        v["delai_offre"], v["delai_offre_ete"], v["delai_offre_ete_du"], v["delai_offre_ete_au"]
    )
    return timezone.make_aware(datetime.combine(regles.dernier_jour(jour, delais), time(HEURE_LIMITE)))


def verrouiller(offre: Offre) -> tuple[Dossier, Offre]:
    """The dossier then its offer, both locked: the order of every gesture on a place."""
    dossier = _verrouiller_dossier(offre.dossier_id)
    verrou = Offre.objects.select_for_update(of=("self",)).select_related(
        "section__structure__gestionnaire", "decision__passage__seance", "enfant", "admission"
    )
    return dossier, verrou.get(pk=offre.pk)


def _verrouiller_dossier(pk: int) -> Dossier:
    verrou = Dossier.objects.select_for_update(of=("self",)).select_related("enfant", "famille", "mairie")
    return verrou.get(pk=pk)


def enregistrer(offre: Offre, *champs: str) -> None:
    offre.version += 1
    offre.save(update_fields=[*champs, "version"])


def noter_offre(
    offre: Offre,
    objet: str,
    *,
    par: Agent | None,
    maintenant: datetime,
    motif: str = "",
    mairie: Mairie | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One journal line of the dossier; the structure is named as its history may tell it."""
    lieu = {"offre": offre.pk, "structure": offre.section.structure.nom}
    journaliser(
        ActionJournal.OFFRE,
        par=par,
        maintenant=maintenant,
        dossier=offre.dossier,
        objet=objet,
        motif=motif,
        details={**lieu, **(details or {})},
        mairie=mairie,
    )


@contextmanager
def refus_d_offre() -> Iterator[None]:
    """What the database refuses of an offer, in French: `deja_proposee`, `place_deja_offerte`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refus:
        contrainte = getattr(getattr(refus.__cause__, "diag", None), "constraint_name", "") or ""
        if contrainte not in _CONFLITS:
            raise
        raise ErreurMetier(*_CONFLITS[contrainte]) from refus
