"""Contacts attempted with a family, and what other people said for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, CanalContact, Contact, Dossier, IssueContact, OrigineTiers
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Structure

# The family was really told something: these make the « dernier contact » of the dossier.
ABOUTIS = (IssueContact.JOINT, IssueContact.MESSAGE, IssueContact.RAPPELLERA)


@dataclass(frozen=True)
class ContactDit:
    """What a form says of a contact; a third party's has an `origine` and no outcome."""

    canal: str
    issue: str = ""
    origine: str = ""
    rappel_le: date | None = None


@transaction.atomic
def noter_contact(
    dossier: Dossier,
    *,
    canal: str,
    par: Agent,
    maintenant: datetime,
    issue: str = "",
    origine: str = "",
    rappel_le: date | None = None,
    structure: Structure | None = None,
    mairie: Mairie | None = None,
) -> Contact:
    """Log a contact; « dernier contact » follows the log, where neither a failure nor a third party counts.

    Raises ErreurMetier `canal_inconnu`, `issue_inconnue`, `origine_inconnue`, `tiers_reserve`,
    `rappel_passe`.
    """
    dit = ContactDit(canal, issue, origine, rappel_le)
    if canal == CanalContact.TIERS:
        dit = _intervention(dit, structure)
    else:
        dit = _contact(dit, le=timezone.localdate(maintenant))
    contact = Contact.objects.create(
        dossier=dossier,
        canal=dit.canal,
        issue=dit.issue,
        origine=dit.origine,
        rappel_le=dit.rappel_le,
        structure=structure,
        le=maintenant,
        par=par,
    )
    if contact.issue in ABOUTIS:
        _suivre(dossier)
    journaliser(
        ActionJournal.CONTACT,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        objet=f"{dit.canal}:{dit.origine or dit.issue}",
        mairie=mairie,
    )
    return contact


def _intervention(dit: ContactDit, structure: Structure | None) -> ContactDit:
    if structure is not None:
        raise ErreurMetier(
            "tiers_reserve",
            "L’intervention d’un tiers se note au guichet ou à la coordination.",
            champ="canal",
        )
    if dit.origine not in OrigineTiers.values:
        raise ErreurMetier("origine_inconnue", "Dites qui est intervenu.", champ="origine")
    return ContactDit(dit.canal, IssueContact.SANS_EFFET, dit.origine)


def _contact(dit: ContactDit, *, le: date) -> ContactDit:
    if dit.canal not in CanalContact.values:
        raise ErreurMetier(
            "canal_inconnu", "Choisissez comment vous avez contacté la famille.", champ="canal"
        )
    if dit.issue not in IssueContact.values or dit.issue == IssueContact.SANS_EFFET:
        raise ErreurMetier("issue_inconnue", "Choisissez l’issue du contact.", champ="issue")
    if dit.rappel_le and dit.rappel_le < le:
        raise ErreurMetier(
            "rappel_passe", "Ce jour est passé : le prochain appel est à venir.", champ="rappel_le"
        )
    return ContactDit(dit.canal, dit.issue, "", dit.rappel_le)


@transaction.atomic
def demander_de_joindre(
    dossiers: Iterable[Dossier], *, structure: Structure, par: Agent, maintenant: datetime
) -> int:
    """Their counters are asked to call these families today about another week; how many were asked."""
    faits = 0
    for dossier in dossiers:
        noter_contact(
            dossier,
            canal=CanalContact.APPEL,
            issue=IssueContact.A_JOINDRE,
            rappel_le=timezone.localdate(maintenant),
            structure=structure,
            par=par,
            maintenant=maintenant,
        )
        faits += 1
    return faits


def _suivre(dossier: Dossier) -> None:
    """The dossier's last contact is the last one of the log that reached the family."""
    dernier = dossier.contacts.filter(issue__in=ABOUTIS).order_by("-le", "-pk").first()
    if dernier is None:
        return
    frais = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    jour = timezone.localdate(dernier.le)
    # A dossier taken over from the former software has a date and no log.
    if frais.dernier_contact_le and jour < frais.dernier_contact_le:
        return
    frais.dernier_contact_le, frais.dernier_contact_canal = jour, dernier.canal
    frais.save(update_fields=["dernier_contact_le", "dernier_contact_canal"])
