"""Offers prepared: from decisions, from the complementary list, from a granted emergency."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from commissions.models import (
    Decision,
    EtatSeance,
    Offre,
    OrigineOffre,
    Seance,
    SensDecision,
)
from commissions.queries.libres import libres_de, mutations_attendues
from commissions.regles import offre as regles
from commissions.services.gestes_offre import noter_offre, refus_d_offre, verrouiller_dossier
from dossiers.models import Admission, DemandeUrgence, Dossier, EtatUrgence
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section
from structures.queries import reglages

HORS_LISTE = "Ce dossier n’attend plus de place, ou une place lui est déjà proposée."
ATTEND_MUTATION = "Sa place se libère quand la mutation de l’enfant qui la quitte est acceptée."


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
    issue, attendues = Preparation(), mutations_attendues(seance)
    attendent = Decision.objects.filter(
        passage__seance=seance, sens=SensDecision.ADMIS, offres__isnull=True
    ).select_related("passage__dossier", "section")
    for decision in attendent.order_by("section_id", "pk"):
        try:
            preparer_offre(decision, par=par, maintenant=maintenant)
        except ErreurMetier as refus:
            attend = refus.code == "place_deja_offerte" and decision.section_id in attendues
            message = ATTEND_MUTATION if attend else refus.message
            issue.refus.append((decision.passage.numero_ordre, message))
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
        dossier = verrouiller_dossier(decision.passage.dossier_id)
        if lieu is None or dossier.etat != "actif":
            raise ErreurMetier("hors_liste", HORS_LISTE)
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


def reprendre_offre(offre: Offre, *, par: Agent, maintenant: datetime) -> Offre:
    """The same place to the same family once more: its offer was declined, left without answer, or withdrawn.

    Raises ErreurMetier `offre_<etat>`, `place_promise`, and as `preparer_offre` does.
    """
    regles.controler_reprise(offre.etat)
    if offre.decision is None:
        message = "Une urgence ne se propose pas de nouveau d’ici\u202f: admettez l’enfant depuis sa demande."
        raise ErreurMetier("urgence", message)
    if offre.dossier.etat != "actif":
        raise ErreurMetier("hors_liste", HORS_LISTE)
    controler_place(offre.decision, offre.section, offre.demi_journees, maintenant=maintenant)
    if offre.origine == OrigineOffre.SEANCE:
        return preparer_offre(offre.decision, par=par, maintenant=maintenant)
    return preparer_offre(
        offre.decision,
        section=offre.section,
        demi_journees=offre.demi_journees,
        choix=offre.choix,
        par=par,
        maintenant=maintenant,
    )


def controler_place(
    decision: Decision, section: Section, demi_journees: Sequence[int], *, maintenant: datetime
) -> None:
    """What is left of the séance's places may be promised elsewhere by now.

    Raises ErreurMetier `place_promise`.
    """
    libres = libres_de(decision.passage.seance, jour=timezone.localdate(maintenant)).get(section.pk)
    if libres is None or any(libres[k] < 1 for k in demi_journees):
        message = "Cette place n’est plus libre\u202f: elle est prise, ou promise ailleurs."
        raise ErreurMetier("place_promise", message)


def preparer_urgence(
    urgence: DemandeUrgence,
    *,
    section: Section,
    demi_journees: Sequence[int],
    debut: date,
    fin: date,
    par: Agent,
    maintenant: datetime,
) -> Offre:
    """The place of a granted emergency, between two séances, from `debut` to `fin`: it waits for no slot.

    Raises ErreurMetier `urgence_refusee`, `hors_liste`, `deja_proposee`.
    """
    with refus_d_offre():
        dossier = verrouiller_dossier(urgence.dossier_id)
        if urgence.etat != EtatUrgence.ACCORDEE:
            raise ErreurMetier("urgence_refusee", "Cette admission en urgence n’est pas accordée.")
        if dossier.etat == "incomplet":
            message = "Il manque une pièce obligatoire\u202f: complétez le dossier, puis admettez l’enfant."
            raise ErreurMetier("incomplet", message)
        if dossier.etat not in ("actif", "propose"):
            raise ErreurMetier("hors_liste", HORS_LISTE)
        voeu = dossier.voeux.filter(structure=section.structure_id).first()
        return _ecrire(
            dossier,
            section,
            debut,
            debut,
            par=par,
            maintenant=maintenant,
            origine=OrigineOffre.URGENCE,
            urgence=urgence,
            choix=voeu.rang if voeu else None,
            demi_journees=sorted(set(demi_journees)),
            fin=fin,
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
    return _ecrire(dossier, section, entree, debut, par=par, maintenant=maintenant, **champs)


def _ecrire(
    dossier: Dossier,
    section: Section,
    entree: date,
    debut: date,
    *,
    par: Agent,
    maintenant: datetime,
    **champs: Any,
) -> Offre:
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
