"""Declaring a link with a family, which closes its dossiers to oneself; lifting one declared by mistake."""

from datetime import date, datetime

from django.db import transaction

from dossiers.models import (
    ActionJournal,
    Brouillon,
    Dossier,
    Famille,
    Lien,
    MembreCercle,
    MotifLevee,
)
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


@transaction.atomic
def declarer_lien(
    dossier: Dossier, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Lien:
    """The person sees nothing more of this family, at once: its drafts of theirs go, and its circles.

    Declared twice is declared once.
    """
    famille = Famille.objects.select_for_update(of=("self",)).get(pk=dossier.famille_id)
    lien, nouveau = Lien.objects.get_or_create(
        agent=par, famille=famille, leve_le=None, defaults={"declare_le": maintenant}
    )
    if not nouveau:
        return lien
    Brouillon.objects.filter(agent=par, dossier__famille=famille).delete()
    cercles = MembreCercle.objects.filter(agent=par, situation__dossier__famille=famille, retire_le=None)
    cercles.update(retire_le=maintenant, retire_par=par)
    _journaliser(famille, "declare", par=par, maintenant=maintenant, mairie=mairie)
    return lien


def declarer_par_numero(
    numero: str,
    naissance: date | None,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Lien | None:
    """The same from a number and the child's birth day (or expected day); None when nothing matches.

    Whoever may open any dossier gives no birth day. The page answers the same in both cases.
    """
    dossiers = Dossier.objects.filter(numero=numero).select_related("enfant")
    dossier = dossiers.first()
    if dossier is None or (naissance and dossier.enfant.ne_ou_prevu_le != naissance):
        return None
    return declarer_lien(dossier, par=par, maintenant=maintenant, mairie=mairie)


@transaction.atomic
def lever_lien(
    lien: Lien, *, motif: str, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Lien:
    """Lift a mistaken declaration; never one's own.

    Raises ErreurMetier `motif_inconnu`, `lien_a_soi`, `lien_deja_leve`.
    """
    if motif not in MotifLevee.values:
        raise ErreurMetier("motif_inconnu", "Dites pourquoi ce lien est levé.", champ="motif")
    frais = Lien.objects.select_for_update(of=("self",)).select_related("famille").get(pk=lien.pk)
    if frais.agent_id == par.pk:
        raise ErreurMetier("lien_a_soi", "Une autre personne de la coordination doit lever ce lien.")
    if frais.leve_le:
        raise ErreurMetier("lien_deja_leve", "Ce lien est déjà levé.")
    frais.leve_le, frais.leve_par, frais.motif_levee = maintenant, par, motif
    frais.save(update_fields=["leve_le", "leve_par", "motif_levee"])
    _journaliser(frais.famille, "leve", par=par, maintenant=maintenant, mairie=mairie, motif=motif)
    return frais


def _journaliser(
    famille: Famille,
    objet: str,
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None,
    motif: str = "",
) -> None:
    """One line on each dossier of the family: its counter reads who stepped aside."""
    for dossier in famille.dossiers.order_by("pk"):
        journaliser(
            ActionJournal.LIEN,
            par=par,
            maintenant=maintenant,
            dossier=dossier,
            objet=objet,
            motif=motif,
            mairie=mairie,
        )
