"""What becomes of an offer: accepted, declined, left without answer, or withdrawn."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from commissions.models import (
    FAIT_DE_LA_STRUCTURE,
    EtatOffre,
    MotifAnnulation,
    MotifRefus,
    Offre,
    OrigineOffre,
)
from commissions.regles import offre as regles
from commissions.services.admission_offre import admettre_enfant, defaire_admission, peut_entrer
from commissions.services.gestes_offre import enregistrer, noter_offre, verrouiller
from dossiers.models import Dossier
from dossiers.regles.cycle import EN_ATTENTE
from dossiers.services.cycle import changer_etat
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


def accepter_offre(
    offre: Offre,
    *,
    par: Agent,
    maintenant: datetime,
    motif_depassement: str = "",
    mairie: Mairie | None = None,
) -> Offre:
    """The family says yes: its admission is written and its other choices leave every list, together.

    An expected child keeps the place until its birth certificate is seen (`entrer_offre`). Raises
    ErreurMetier `offre_<etat>`, `offre_hors_delai`, `place_prise`, `motif_depassement`,
    `admission_chevauche`.
    """
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        suivant = regles.etat_suivant(fraiche.etat, "accepter")
        if fraiche.limite_le and maintenant > fraiche.limite_le:
            message = "Le délai de cette offre est passé\u202f: la place va à la famille suivante."
            raise ErreurMetier("offre_hors_delai", message)
        fraiche.etat, fraiche.repondue_le, fraiche.repondue_par = suivant, maintenant, par
        enregistrer(fraiche, "etat", "repondue_le", "repondue_par")
        noter_offre(fraiche, "acceptee", par=par, maintenant=maintenant, mairie=mairie)
        if peut_entrer(dossier):
            admettre_enfant(
                fraiche,
                dossier,
                motif_depassement=motif_depassement,
                par=par,
                maintenant=maintenant,
                mairie=mairie,
            )
    return fraiche


def entrer_offre(
    offre: Offre, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The birth certificate of a child whose place was accepted is seen: the admission is written.

    Raises ErreurMetier `offre_non_acceptee`, and what the admission of an expected child refuses.
    """
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        if fraiche.etat != EtatOffre.ACCEPTEE or fraiche.admission_id:
            raise ErreurMetier("offre_non_acceptee", "Cette offre n’attend pas d’acte de naissance.")
        admettre_enfant(fraiche, dossier, par=par, maintenant=maintenant, mairie=mairie)
    return fraiche


def decliner_offre(
    offre: Offre, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The family says no, with a coded reason; counted only when the offer was what it asked.

    At the number of counted refusals the city voted, the dossier leaves the list. Raises ErreurMetier
    `motif_inconnu`, `offre_<etat>`.
    """
    if motif not in MotifRefus.values:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de la liste.", champ="motif")
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        fraiche.etat = regles.etat_suivant(fraiche.etat, "decliner")
        fraiche.repondue_le, fraiche.repondue_par = maintenant, par
        fraiche.motif_refus, fraiche.refus_compte = motif, _compte(fraiche)
        enregistrer(fraiche, "etat", "repondue_le", "repondue_par", "motif_refus", "refus_compte")
        noter_offre(fraiche, "declinee", motif=motif, par=par, maintenant=maintenant, mairie=mairie)
        _rendre_au_rang(fraiche, dossier, par=par, maintenant=maintenant, mairie=mairie)
    return fraiche


def _rendre_au_rang(
    offre: Offre, dossier: Dossier, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """The dossier is back on the list; a counted refusal too many takes it off."""
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    if dossier.etat == "propose" and not offre.en_urgence:
        dossier = changer_etat(dossier, "reprendre_place", **acteur)
    if offre.refus_compte:
        Dossier.objects.filter(pk=dossier.pk).update(nb_refus_offre=F("nb_refus_offre") + 1)
        plafond = reglage("offre_refus_max", le=timezone.localdate(maintenant))
        if regles.atteint_le_plafond(dossier.nb_refus_offre + 1, plafond) and dossier.etat == "actif":
            changer_etat(dossier, "clore_refus", **acteur)


def _compte(offre: Offre) -> bool:
    """The frozen request is what the offer is compared with; an emergency never counts."""
    if offre.decision is None:
        return False
    passage = offre.decision.passage
    demande = regles.Demande(
        [passage.demi_journees, *passage.alternatives],
        max(passage.entree_le, passage.seance.date_effet),
        passage.tolerance_jours,
    )
    return regles.compte_comme_refus(
        demande,
        demi_journees=offre.demi_journees,
        entree_le=offre.entree_prevue_le or offre.entree_le,
        choix=offre.choix,
    )


def expirer_offres(*, maintenant: datetime) -> int:
    """Each night: offers whose delay has passed. Played twice, it finds nothing more to do.

    One transaction each; an answer being written meanwhile wins, or finds the offer expired.
    """
    passees = Offre.objects.filter(etat=EtatOffre.ENVOYEE, limite_le__lt=maintenant)
    return sum(_expirer(offre, maintenant) for offre in passees.order_by("limite_le", "pk"))


@transaction.atomic
def _expirer(offre: Offre, maintenant: datetime) -> bool:
    dossier, fraiche = verrouiller(offre)
    if fraiche.etat != EtatOffre.ENVOYEE or fraiche.limite_le is None or fraiche.limite_le >= maintenant:
        return False
    fraiche.etat = regles.etat_suivant(fraiche.etat, "expirer")
    fraiche.repondue_le = maintenant
    # Under the settings of the day the family was told, as its letter says.
    silence = reglage("offre_silence_compte", le=timezone.localdate(fraiche.contact_le))
    fraiche.refus_compte = silence and _compte(fraiche)
    enregistrer(fraiche, "etat", "repondue_le", "refus_compte")
    noter_offre(fraiche, "expiree", par=None, maintenant=maintenant)
    _rendre_au_rang(fraiche, dossier, par=None, maintenant=maintenant)
    return True


def retirer_orphelines(*, maintenant: datetime) -> int:
    """Each night: offers of a dossier that left the list meanwhile free their place."""
    urgence = Q(origine=OrigineOffre.URGENCE)
    vivantes = Offre.objects.filter(
        ~urgence & Q(etat=EtatOffre.PREPAREE) & ~Q(dossier__etat="actif")
        | ~urgence & Q(etat=EtatOffre.ENVOYEE) & ~Q(dossier__etat="propose")
        | urgence & Q(etat__in=regles.VIVANTES) & ~Q(dossier__etat__in=EN_ATTENTE)
    )
    retirees = 0
    for offre in vivantes.order_by("pk"):
        annuler_offre(offre, motif=MotifAnnulation.DOSSIER, par=None, maintenant=maintenant)
        retirees += 1
    return retirees


def annuler_offre(
    offre: Offre, *, motif: str, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """Withdraw an offer nobody answered yet; the dossier finds its place on the list back.

    Raises ErreurMetier `motif_inconnu`, `offre_<etat>`.
    """
    return _retirer(offre, "annuler", MotifAnnulation.values, motif, par, maintenant, mairie)


def perdre_place(
    offre: Offre, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """An accepted place fails on the structure's side, before the entry: choices, rank, seniority come back.

    Raises ErreurMetier `motif_inconnu`, `entree_constatee`, `offre_<etat>`.
    """
    return _retirer(offre, "perdre", FAIT_DE_LA_STRUCTURE, motif, par, maintenant, mairie)


def _retirer(
    offre: Offre,
    action: str,
    motifs: Any,
    motif: str,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None,
) -> Offre:
    if motif not in motifs:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de la liste.", champ="motif")
    acteur: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    with transaction.atomic():
        dossier, fraiche = verrouiller(offre)
        suivant = regles.etat_suivant(fraiche.etat, action)
        if fraiche.entree:
            message = "L’entrée de l’enfant est déjà constatée\u202f: notez son départ sur sa place."
            raise ErreurMetier("entree_constatee", message)
        if fraiche.admission_id:
            defaire_admission(fraiche, **acteur)
        fraiche.etat, fraiche.annulee_le, fraiche.motif_annulation = suivant, maintenant, motif
        enregistrer(fraiche, "etat", "annulee_le", "motif_annulation")
        noter_offre(fraiche, "annulee", motif=motif, **acteur)
        if fraiche.en_urgence:
            return fraiche
        if dossier.etat == "admis":
            changer_etat(dossier, "perdre_place", **acteur)
        elif dossier.etat == "propose":
            changer_etat(dossier, "reprendre_place", **acteur)
    return fraiche
