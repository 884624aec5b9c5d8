"""From the call sheet: a call noted, the freed place offered by a person, a counter asked to call."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commissions.models import Decision, Offre
from commissions.services.envois import attend_gestionnaire, envoyer_offre
from commissions.services.offres import preparer_offre
from dossiers.models import CanalContact, Contact, IssueContact
from dossiers.services.contacts import noter_contact
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section


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
    own counter: nobody else learns where. Raises ErreurMetier `section_non_demandee`, and as
    `preparer_offre` does.
    """
    voeu = decision.passage.voeux.filter(section=section).first()
    if voeu is None:
        raise ErreurMetier("section_non_demandee", "Cette section n’est pas un choix de ce dossier.")
    offre = preparer_offre(
        decision,
        section=section,
        demi_journees=demi_journees,
        choix=voeu.choix,
        par=par,
        maintenant=maintenant,
    )
    dossier = decision.passage.dossier
    if dossier.protege:
        noter_contact(
            dossier,
            canal=CanalContact.APPEL,
            issue=IssueContact.A_JOINDRE,
            rappel_le=timezone.localdate(maintenant),
            par=par,
            maintenant=maintenant,
        )
    if attend_gestionnaire(offre):
        return offre
    canal = "" if dossier.protege else CanalContact.APPEL
    return envoyer_offre(offre, canal=canal, par=par, maintenant=maintenant)
