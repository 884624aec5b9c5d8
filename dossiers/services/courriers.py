"""Letters to families: written with the act that calls for them, sent by a job, or printed at the counter."""

import smtplib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from dossiers.models import ActionJournal, CanalCourrier, Courrier, Dossier, Echeance
from dossiers.queries.courriers import Cadre, adresse_postale, adultes_de, lettre, pieces_voulues
from dossiers.regles import destinataires as regles
from dossiers.services.courriers_a_jour import a_jour, adresser, redire
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

ENVOI = "dossiers.taches.envoyer_courrier"
# Refused for good: trying again would be refused again.
REFUS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def ecrire_courriers(
    dossier: Dossier, echeance: Echeance, *, cadre: Cadre, maintenant: datetime
) -> list[Courrier]:
    """One letter to each adult who may know, by e-mail when there is one, else on paper.

    Written in the caller's transaction, and so is the job that sends it: both, or none. Returns nothing when
    nobody may be written to.
    """
    jour = timezone.localdate(maintenant)
    par_cle = {adulte.cle: (adulte, responsable) for adulte, responsable in adultes_de(dossier)}
    choisis = regles.destinataires([a for a, _ in par_cle.values()], protegee=dossier.protege)
    if not choisis:
        return []
    pieces = pieces_voulues(dossier, echeance.nature, reference=echeance.reference, le=jour)
    courriers = []
    for adulte in choisis:
        responsable = par_cle[adulte.cle][1]
        dite = lettre(
            dossier,
            echeance.nature,
            responsable,
            cadre=cadre,
            limite=echeance.limite_le,
            pieces=pieces,
            le=jour,
        )
        courriers.append(
            Courrier(
                dossier=dossier,
                nature=echeance.nature,
                echeance=echeance,
                mairie=dossier.mairie,
                responsable=responsable,
                rang=responsable.rang,
                destinataire=str(responsable),
                adresse="\n".join(adresse_postale(responsable)),
                courriel=responsable.courriel,
                canal=regles.canal(adulte),
                objet=dite.objet,
                corps=dite.corps,
                prepare_le=maintenant,
            )
        )
    return confier_courriers(courriers)


def confier_courriers(courriers: Sequence[Courrier]) -> list[Courrier]:
    """Save the letters; each e-mail gets its job in the same transaction."""
    ecrits = Courrier.objects.bulk_create(courriers)
    for courrier in ecrits:
        if courrier.canal == CanalCourrier.COURRIEL:
            app.configure_task(ENVOI, allow_unknown=False).defer(courrier_id=courrier.pk)
    return ecrits


def envoyer_courrier(
    courrier_id: int, *, maintenant: datetime, dernier_essai: bool = False
) -> Courrier | None:
    """Hand an e-mail over, once: None when another worker holds it or it is already gone.

    Its Message-ID never changes: if a worker dies between the handing over and the note of it, the second
    message is the same one for the mailbox. Refused, or at the last try, it becomes a paper letter. Read
    again first: who was kept away meanwhile is not told (`a_jour`).
    """
    with transaction.atomic():
        courrier = (
            Courrier.objects.select_for_update(skip_locked=True)
            .filter(pk=courrier_id, canal=CanalCourrier.COURRIEL, envoye_le__isnull=True)
            .first()
        )
        if courrier is None:
            return None
        courrier = a_jour(courrier, maintenant=maintenant)
        if courrier is None or courrier.canal != CanalCourrier.COURRIEL:
            return courrier
        try:
            _message(courrier).send()
        except REFUS as refus:
            return _mettre_sur_papier(courrier, refus)
        except (smtplib.SMTPException, OSError) as panne:
            if not dernier_essai:
                raise
            return _mettre_sur_papier(courrier, panne)
        courrier.envoye_le = maintenant
        courrier.save(update_fields=["envoye_le"])
    return courrier


def _message(courrier: Courrier) -> EmailMessage:
    domaine = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    entetes = {"Message-ID": f"<courrier-{courrier.pk}@{domaine}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(courrier.objet, courrier.corps, to=[courrier.courriel], headers=entetes)


def _mettre_sur_papier(courrier: Courrier, panne: Exception) -> Courrier:
    """The family must be told all the same: the letter joins the print queue of its counter."""
    courrier.canal = CanalCourrier.PAPIER
    courrier.echec = f"Courriel non remis ({type(panne).__name__})"
    courrier.save(update_fields=["canal", "echec"])
    return courrier


@transaction.atomic
def marquer_imprimes(
    courriers: Sequence[Courrier], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> int:
    """Say that these paper letters were printed and posted; one already marked is left as it is."""
    cles = [courrier.pk for courrier in courriers]
    verrou = Courrier.objects.select_for_update(of=("self",)).a_imprimer().filter(pk__in=cles)
    marques = list(verrou.select_related("dossier").order_by("pk"))
    for courrier in marques:
        courrier.envoye_le, courrier.par = maintenant, par
        courrier.save(update_fields=["envoye_le", "par"])
        _journaliser(courrier, "imprime", par=par, mairie=mairie, maintenant=maintenant)
    return len(marques)


@transaction.atomic
def renvoyer_courrier(
    courrier: Courrier, *, canal: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Courrier:
    """Send the same text again, to the address the family has today; the first one stays as it was.

    A family protected since reads it in the discreet words. Raises ErreurMetier `canal_inconnu`,
    `destinataire_parti`, `sans_courriel`.
    """
    if canal not in CanalCourrier.values:
        raise ErreurMetier("canal_inconnu", "Choisissez courriel ou papier.", champ="canal")
    dossier = Dossier.objects.select_related("famille", "mairie").get(pk=courrier.dossier_id)
    par_cle = {adulte.cle: (adulte, responsable) for adulte, responsable in adultes_de(dossier)}
    permis = regles.destinataires([a for a, _ in par_cle.values()], protegee=dossier.protege)
    trouve = next((par_cle[a.cle][1] for a in permis if a.rang == courrier.rang), None)
    if trouve is None:
        raise ErreurMetier(
            "destinataire_parti", "Cette personne ne peut plus recevoir de courrier de ce dossier."
        )
    if canal == CanalCourrier.COURRIEL and not trouve.courriel:
        raise ErreurMetier(
            "sans_courriel", "Cette personne n’a pas d’adresse électronique : imprimez la lettre."
        )
    copie = Courrier(
        dossier=dossier,
        nature=courrier.nature,
        echeance_id=courrier.echeance_id,
        mairie=dossier.mairie,
        canal=canal,
        objet=courrier.objet,
        corps=courrier.corps,
        prepare_le=courrier.prepare_le,
        par=par,
        copie_de_id=courrier.copie_de_id or courrier.pk,
    )
    adresser(copie, trouve)
    if dossier.protege:
        redire(copie, dossier, trouve)
    copie.prepare_le = maintenant
    confier_courriers([copie])
    _journaliser(copie, f"renvoye:{canal}", par=par, mairie=mairie, maintenant=maintenant)
    return copie


def noter_pdf(
    courriers: Sequence[Courrier], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """A letter left as a PDF: one line on each dossier."""
    for courrier in courriers:
        _journaliser(courrier, "pdf", par=par, mairie=mairie, maintenant=maintenant)


def _journaliser(
    courrier: Courrier, objet: str, *, par: Agent, mairie: Mairie | None, maintenant: datetime
) -> None:
    journaliser(
        ActionJournal.COURRIER,
        par=par,
        maintenant=maintenant,
        dossier=courrier.dossier,
        objet=objet,
        details={"nature": courrier.nature, "courrier": courrier.pk},
        mairie=mairie,
    )
