"""A protected dossier: opened by others for a time and told, shared with named persons, lifted on purpose."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dossiers.acces import LISTE
from dossiers.models import (
    ActionJournal,
    Dossier,
    Famille,
    MotifAcces,
    MotifFinProtection,
    Ouverture,
    PersonneNommee,
)
from dossiers.services.foyer import prevenir_fratrie, verrouiller_famille
from dossiers.services.journal import journaliser
from guichet.acces import profils_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


@transaction.atomic
def ouvrir_avec_motif(
    dossier: Dossier, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Ouverture:
    """Open another counter's protected dossier: who, when, why is written before anything is shown.

    Its counter and the coordination find it on their home page; it closes after the time of the setting.
    """
    if motif not in MotifAcces.values:
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.", champ="motif")
    heures = reglage("ouverture_protegee", le=timezone.localdate(maintenant))
    ouverture = Ouverture.objects.create(
        dossier=dossier, agent=par, motif=motif, le=maintenant, fin_le=maintenant + timedelta(hours=heures)
    )
    journaliser(
        ActionJournal.ACCES_MOTIVE,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        motif=motif,
        mairie=mairie,
    )
    return ouverture


@transaction.atomic
def acquitter_ouverture(
    ouverture: Ouverture, *, guichet: bool, coordination: bool, par: Agent, maintenant: datetime
) -> Ouverture:
    """Say that the counter, the coordination or both have seen it; the first to say so is kept.

    Raises ErreurMetier `ouverture_a_soi`.
    """
    fraiche = Ouverture.objects.select_for_update(of=("self",)).get(pk=ouverture.pk)
    if fraiche.agent_id == par.pk:
        raise ErreurMetier("ouverture_a_soi", "Une autre personne doit dire qu’elle a vu cette ouverture.")
    if guichet and fraiche.guichet_vu_le is None:
        fraiche.guichet_vu_le, fraiche.guichet_vu_par = maintenant, par
    if coordination and fraiche.coordination_vu_le is None:
        fraiche.coordination_vu_le, fraiche.coordination_vu_par = maintenant, par
    fraiche.save()
    return fraiche


@transaction.atomic
def nommer_personne(
    dossier: Dossier,
    *,
    agent: Agent,
    par: Agent,
    maintenant: datetime,
    jusqu_au: date | None = None,
    mairie: Mairie | None = None,
) -> PersonneNommee:
    """Show this dossier whole to one person of another counter, of the coordination or of a structure.

    Raises ErreurMetier `non_protege`, `hors_liste`, `date_passee`, `deja_nommee`, `lie`.
    """
    famille = verrouiller_famille(dossier.famille_id)
    jour = timezone.localdate(maintenant)
    if not famille.protegee:
        raise ErreurMetier("non_protege", "Ce dossier n’est pas protégé.")
    if profils_de(agent, jour).isdisjoint(LISTE):
        raise ErreurMetier("hors_liste", "Cette personne n’ouvre aucun dossier.", champ="agent")
    if jusqu_au is not None and jusqu_au < jour:
        raise ErreurMetier("date_passee", "Ce jour est passé.", champ="jusqu_au")
    if agent.liens.filter(famille=famille, leve_le=None).exists():
        # Who may know of a link is not asked here: the refusal says nothing of it.
        raise ErreurMetier("lie", "Cette personne ne peut pas suivre ce dossier.", champ="agent")
    nommee, nouvelle = PersonneNommee.objects.get_or_create(
        dossier=dossier,
        agent=agent,
        retiree_le=None,
        defaults={"depuis": maintenant, "jusqu_au": jusqu_au, "par": par},
    )
    if not nouvelle and nommee.jusqu_au is not None and nommee.jusqu_au < jour:
        nommee.depuis, nommee.jusqu_au, nommee.par = maintenant, jusqu_au, par
        nommee.save()
    elif not nouvelle:
        raise ErreurMetier("deja_nommee", "Cette personne est déjà nommée.", champ="agent")
    _journaliser(dossier, "nommee", par=par, maintenant=maintenant, mairie=mairie, agent=agent)
    return nommee


@transaction.atomic
def retirer_personne(
    nommee: PersonneNommee, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> PersonneNommee:
    """The person sees the masked line again, at once; removed twice is removed once."""
    fraiche = PersonneNommee.objects.select_for_update(of=("self",)).get(pk=nommee.pk)
    if fraiche.retiree_le is None:
        fraiche.retiree_le, fraiche.retiree_par = maintenant, par
        fraiche.save(update_fields=["retiree_le", "retiree_par"])
        _journaliser(
            fraiche.dossier, "retiree", par=par, maintenant=maintenant, mairie=mairie, agent=fraiche.agent
        )
    return fraiche


def elever_protection(famille: Famille, *, le: datetime) -> bool:
    """Protect a household already in base, its dossiers' pages told: one left open cannot save over it."""
    if famille.protegee:
        return False
    famille.protegee, famille.protegee_le = True, le
    famille.version += 1
    famille.save(update_fields=["protegee", "protegee_le", "version"])
    prevenir_fratrie(famille, sauf=())
    return True


@transaction.atomic
def lever_protection(
    dossier: Dossier, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Famille:
    """The only door by which a protection is lowered: said, with a coded reason, on every dossier it covered.

    Raises ErreurMetier `motif_inconnu`, `non_protege`.
    """
    if motif not in MotifFinProtection.values:
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.", champ="motif")
    famille = verrouiller_famille(dossier.famille_id)
    if not famille.protegee:
        raise ErreurMetier("non_protege", "Ce dossier n’est plus protégé.")
    famille.protegee, famille.protegee_le = False, None
    famille.version += 1
    famille.save(update_fields=["protegee", "protegee_le", "version"])
    prevenir_fratrie(famille, sauf=())
    nommees = PersonneNommee.objects.filter(dossier__famille=famille, retiree_le=None)
    nommees.update(retiree_le=maintenant, retiree_par=par)
    for couvert in famille.dossiers.order_by("pk"):
        _journaliser(couvert, "levee", par=par, maintenant=maintenant, mairie=mairie, motif=motif)
    return famille


def _journaliser(
    dossier: Dossier,
    objet: str,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None,
    agent: Agent | None = None,
    motif: str = "",
) -> None:
    journaliser(
        ActionJournal.PROTECTION,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        objet=objet,
        motif=motif,
        details={"agent": agent.pk} if agent else {},
        mairie=mairie,
    )
