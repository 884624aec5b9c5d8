"""From the call sheet: a call noted, the freed place offered by a person, a counter asked to call."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commissions.models import Decision, Offre
from commissions.services.envois import attend_gestionnaire, envoyer_offre
from commissions.services.offres import controler_place, preparer_offre, reprendre_offre
from dossiers.models import CanalContact, Contact, IssueContact
from dossiers.services.contacts import noter_contact
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section


def noter_appel(decision: Decision, *, issue: str, par: Agent, maintenant: datetime) -> Contact:
    """One call to a family of the list, and how it ended."""
    dossier = decision.passage.dossier
    return noter_contact(dossier, canal=CanalContact.APPEL, issue=issue, par=par, maintenant=maintenant)


@transaction.atomic
def proposer_place(
    decision: Decision,
    section: Section,
    *,
    demi_journees: Sequence[int],
    par: Agent,
    maintenant: datetime,
) -> Offre:
    """Offer a freed place to this family, told by telephone: its delay runs from now.

    A place the city does not run waits for its manager. The family of a protected dossier is called by its
    own counter: nobody else learns where. Raises ErreurMetier `section_non_demandee`, `place_promise`, and
    as `preparer_offre` does.
    """
    voeu = decision.passage.voeux.filter(section=section).first()
    if voeu is None:
        raise ErreurMetier("section_non_demandee", "Cette section n’est pas un choix de ce dossier.")
    controler_place(decision, section, demi_journees, maintenant=maintenant)
    offre = preparer_offre(
        decision,
        section=section,
        demi_journees=demi_journees,
        choix=voeu.choix,
        par=par,
        maintenant=maintenant,
    )
    return _annoncer(offre, CanalContact.APPEL, par=par, maintenant=maintenant)


@transaction.atomic
def reproposer_place(
    offre: Offre, *, canal: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """The same place to the same family again, told by `canal`, while nobody else has it.

    Raises ErreurMetier `canal_inconnu`, and as `reprendre_offre` does.
    """
    nouvelle = reprendre_offre(offre, par=par, maintenant=maintenant)
    return _annoncer(nouvelle, canal, par=par, maintenant=maintenant, mairie=mairie)


def _annoncer(
    offre: Offre, canal: str, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Offre:
    """Sent and told; a manager's place waits for it, a protected family is called by its own counter."""
    if offre.dossier.protege:
        noter_contact(
            offre.dossier,
            canal=CanalContact.APPEL,
            issue=IssueContact.A_JOINDRE,
            rappel_le=timezone.localdate(maintenant),
            par=par,
            maintenant=maintenant,
            mairie=mairie,
        )
        canal = ""
    if attend_gestionnaire(offre):
        return offre
    return envoyer_offre(offre, canal=canal, par=par, maintenant=maintenant, mairie=mairie)
