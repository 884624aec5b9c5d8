"""The answers of the demonstration's past séance: letters released, offers answered, one family to call."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commissions.models import (
    ConfirmationGestionnaire,
    Decision,
    EtatOffre,
    LotLettres,
    MotifRefus,
    Offre,
    Seance,
    Signataire,
)
from commissions.queries.lettres import DU_MAIRE, contexte_lettres
from commissions.regles.offre import Attente, a_appeler
from commissions.services.admission_offre import constater_entree
from commissions.services.confirmations import confirmer_en_bloc, ouvrir_confirmations
from commissions.services.envois import attend_gestionnaire, rendre_avis
from commissions.services.lettres import a_ecrire, charger_modeles, ecrire_lettres, sans_lettre
from commissions.services.offres import preparer_offres
from commissions.services.remise import finir_remise, lettres_a_remettre, remettre_lettre
from commissions.services.reponses import accepter_offre, annuler_offre, decliner_offre, expirer_offres
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Gestionnaire
from structures.regles.semaine import NB_CRENEAUX

PARIS = ZoneInfo("Europe/Paris")
PRESIDENCES = (("Ali Bensaïd", "président"), ("Inès Faure", "présidente"), ("Paul Garnier", "président"))
UN_REFUS_SUR, UN_SILENCE_SUR = 9, 14


def repondre_aux_familles(seance: Seance, par: Agent, *, tenue: datetime, jour: date) -> None:
    """From the minutes to the entries, each act on its own day; what is declined waits on the call sheet."""
    envoi = datetime.combine(tenue.date() + timedelta(days=7), time(9), tzinfo=PARIS)
    seance.refresh_from_db()
    charger_modeles(par=par, maintenant=envoi)
    _nommer_signataires(date(tenue.year - 1, 1, 1))
    preparer_offres(seance, par=par, maintenant=envoi)
    for offre in _offres(seance, EtatOffre.PREPAREE):
        if attend_gestionnaire(offre):
            rendre_avis(offre, "confirmee", par=par, maintenant=envoi)
    ouvrir_confirmations(sans_lettre(seance), maintenant=envoi)
    demandees = ConfirmationGestionnaire.objects.filter(decision__passage__seance=seance)
    confirmer_en_bloc(list(demandees.values_list("pk", flat=True)), par=par, maintenant=envoi)
    _remettre(seance, par, envoi)
    _repondre(seance, par, envoi + timedelta(days=3))
    expirer_offres(maintenant=envoi + timedelta(days=15))
    for offre in _offres(seance, EtatOffre.ACCEPTEE):
        if offre.admission_id and offre.entree_le <= jour:
            venue = datetime.combine(offre.entree_le, time(9), tzinfo=PARIS)
            constater_entree(offre, venu=True, par=par, maintenant=venue)


def _nommer_signataires(depuis: date) -> None:
    Signataire.objects.create(
        nom="Claire Roche",
        qualite="adjointe au maire chargée de la petite enfance",
        delegation="par délégation du maire, arrêté du 3 juillet",
        depuis=depuis,
    )
    for n, gestionnaire in enumerate(Gestionnaire.objects.exclude(nature__in=DU_MAIRE)):
        nom, qualite = PRESIDENCES[n % len(PRESIDENCES)]
        Signataire.objects.create(gestionnaire=gestionnaire, nom=nom, qualite=qualite, depuis=depuis)


def _remettre(seance: Seance, par: Agent, envoi: datetime) -> None:
    """The letters as texts: the demonstration prints none until somebody asks."""
    lot = LotLettres.objects.create(
        seance=seance, envoi_le=envoi.date(), demande_le=envoi, demande_par=par, fait_le=envoi
    )
    contexte = contexte_lettres(seance, le=envoi.date())
    for decision, offre in a_ecrire(lot):
        for lettre in ecrire_lettres(lot, decision, offre, contexte=contexte, maintenant=envoi):
            lettre.save(force_insert=True)
    for pk in lettres_a_remettre(lot):
        remettre_lettre(pk, par=par, maintenant=envoi)
    finir_remise(lot, par=par, maintenant=envoi)


def _repondre(seance: Seance, par: Agent, le: datetime) -> None:
    motifs = list(MotifRefus)
    envoyees = _offres(seance, EtatOffre.ENVOYEE)
    # Declined too: the first places that a family of the complementary list would take.
    attendues = {o.pk for o in [o for o in envoyees if _attendue(seance, o)][:2]}
    for n, offre in enumerate(envoyees, 1):
        if n % UN_SILENCE_SUR == 0 and offre.pk not in attendues:
            continue
        if n % UN_REFUS_SUR == 0 or offre.pk in attendues:
            decliner_offre(offre, motif=motifs[n % len(motifs)], par=par, maintenant=le)
            continue
        try:
            accepter_offre(offre, par=par, maintenant=le)
        except ErreurMetier:
            annuler_offre(offre, motif="place_indisponible", par=par, maintenant=le)


def _attendue(seance: Seance, offre: Offre) -> bool:
    liste = Decision.objects.filter(
        passage__seance=seance,
        sens="liste_complementaire",
        passage__voeux__section=offre.section_id,
        passage__dossier__famille__protegee=False,
    ).select_related("passage")
    attentes = [
        Attente(
            d.pk,
            d.rang_complementaire or 0,
            0,
            (tuple(d.passage.demi_journees), *(tuple(s) for s in d.passage.alternatives)),
            d.passage.entree_le,
            d.passage.tolerance_jours,
        )
        for d in liste
    ]
    libres = [int(k in offre.demi_journees) for k in range(NB_CRENEAUX)]
    return bool(a_appeler(attentes, libres, offre.entree_le))


def _offres(seance: Seance, etat: EtatOffre) -> list[Offre]:
    liens = ("section__structure__gestionnaire", "dossier__enfant")
    return list(seance.offres.filter(etat=etat).select_related(*liens).order_by("pk"))
