"""An offer leaves: its manager's answer, a person's release, and the delay opened by a contact."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from commissions.models import AvisGestionnaire, EtatOffre, Offre
from commissions.queries.lettres import DU_MAIRE
from commissions.regles import offre as regles
from commissions.services.gestes_offre import enregistrer, noter_offre, verrouiller
from dossiers.models import CanalContact
from dossiers.services.cycle import changer_etat
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglages
from structures.regles.jours import HEURE_LIMITE


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
        if not fraiche.en_urgence:
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
