"""The release of a batch: each letter leaves once, its offer with it; killed, it goes on where it was."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commissions.models import Decision, EtatSeance, Lettre, LotLettres, Seance
from commissions.queries.confirmations import etats_de, structures_a_confirmer
from commissions.queries.lettres import decisions_lues
from commissions.regles import cycle
from commissions.regles.confirmation import peut_partir
from commissions.regles.lettres import remplir, sans_titres
from commissions.services.envois import envoyer_offre
from commissions.services.lettres import REMETTRE, limite_du_lot
from dossiers.models import ActionJournal, CanalContact, CanalCourrier, Courrier
from dossiers.models.courrier import DECISION
from dossiers.services.courriers import confier_courriers
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Tache
from structures.services.taches import lancer


def demander_remise(lot: LotLettres, *, par: Agent, maintenant: datetime) -> Tache:
    """A person releases the letters: what they say is dated, so they leave that day or before.

    Raises ErreurMetier `lot_pas_pret`, `lot_remis`, `lettres_perimees`.
    """
    controler_remise(lot, maintenant)
    return lancer(
        "remise",
        f"Remise de {lot.lettres.count()}\u00a0lettres",
        REMETTRE,
        par=par,
        retour=reverse("commissions:reponses", args=[lot.seance_id]),
        lot_id=lot.pk,
        par_id=par.pk,
    )


def controler_remise(lot: LotLettres, maintenant: datetime) -> None:
    if lot.fait_le is None:
        raise ErreurMetier("lot_pas_pret", "Ces lettres ne sont pas encore prêtes.")
    if lot.remis_le is not None:
        raise ErreurMetier("lot_remis", "Ces lettres sont déjà remises.")
    if timezone.localdate(maintenant) > lot.envoi_le and not _commencee(lot):
        message = f"Ces lettres sont datées du {lot.envoi_le:%d/%m/%Y}\u00a0: préparez-les de nouveau."
        raise ErreurMetier("lettres_perimees", message)


def _commencee(lot: LotLettres) -> bool:
    return lot.lettres.filter(remise_le__isnull=False).exists()


def lettres_a_remettre(lot: LotLettres) -> list[int]:
    """The letters of the batch not gone yet."""
    return list(lot.lettres.filter(remise_le__isnull=True).values_list("pk", flat=True))


@transaction.atomic
def remettre_lettre(pk: int, *, par: Agent, maintenant: datetime) -> Lettre:
    """One letter leaves: its offer is released, the family's copy is an e-mail or waits to be printed.

    An offer the dossier no longer allows, or a manager who has not confirmed, holds its letter back, and
    says why.
    """
    lettre = (
        Lettre.objects.select_for_update(of=("self",)).select_related("lot", "dossier__mairie").get(pk=pk)
    )
    if lettre.remise_le is not None:
        return lettre
    try:
        with transaction.atomic():
            _gestionnaires_d_accord(lettre)
            _envoyer_l_offre(lettre, par, maintenant)
    except ErreurMetier as refus:
        lettre.retenue = refus.message[:200]
        lettre.save(update_fields=["retenue"])
        return lettre
    lettre.courrier = confier_courriers([_courrier(lettre, par, maintenant)])[0]
    lettre.remise_le, lettre.retenue = maintenant, ""
    lettre.save(update_fields=["courrier", "remise_le", "retenue"])
    journaliser(
        ActionJournal.COURRIER,
        par=par,
        maintenant=maintenant,
        dossier=lettre.dossier,
        objet="remis",
        details={"nature": lettre.nature, "lettre": lettre.pk, "empreinte": lettre.empreinte},
    )
    return lettre


def _gestionnaires_d_accord(lettre: Lettre) -> None:
    """Read again when it leaves: a structure may have got another manager since. The base says no too."""
    if lettre.offre_id is not None:
        return
    decision = decisions_lues(Decision.objects.filter(pk=lettre.decision_id)).get()
    dits = etats_de([decision]).get(decision.pk, {})
    if not peut_partir(structures_a_confirmer(decision), dits):
        raise ErreurMetier("gestionnaire_attendu", "Le gestionnaire n’a pas confirmé cette réponse.")


def _envoyer_l_offre(lettre: Lettre, par: Agent, maintenant: datetime) -> None:
    """The second adult's letter finds the offer already released."""
    offre = lettre.offre
    if offre is None or offre.etat == "envoyee":
        return
    courriel = lettre.canal == CanalCourrier.COURRIEL
    canal = CanalContact.COURRIEL if courriel else CanalContact.COURRIER
    envoyer_offre(offre, par=par, maintenant=maintenant, canal=canal, limite=limite_du_lot(lettre.lot))


def _courrier(lettre: Lettre, par: Agent, maintenant: datetime) -> Courrier:
    identite = lettre.identite
    return Courrier(
        dossier=lettre.dossier,
        nature=DECISION,
        mairie=lettre.dossier.mairie,
        responsable_id=int(identite["responsable"]),
        rang=lettre.rang,
        destinataire=identite["destinataire"],
        adresse=identite["adresse"],
        courriel=identite["courriel"],
        canal=lettre.canal,
        objet=remplir(lettre.objet, identite),
        corps=sans_titres(lettre.texte) + "\n",
        prepare_le=maintenant,
        par=par,
    )


@transaction.atomic
def finir_remise(lot: LotLettres, *, par: Agent, maintenant: datetime) -> LotLettres:
    """The batch is gone: the séance is « notifiée »."""
    lot.remis_le, lot.remis_par = maintenant, par
    lot.save(update_fields=["remis_le", "remis_par"])
    seance = Seance.objects.select_for_update(of=("self",)).get(pk=lot.seance_id)
    if seance.etat == EtatSeance.VALIDEE:
        seance.etat, seance.notifiee_le = cycle.etat_suivant(seance.etat, "notifier"), maintenant
        seance.version += 1
        seance.save(update_fields=["etat", "notifiee_le", "version"])
        journaliser(
            ActionJournal.ETAT, par=par, maintenant=maintenant, objet=f"séance {seance.pk} {seance.etat}"
        )
    return lot
