"""Urgent admissions between two séances: asked for a while, answered by the coordination with a reason."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import (
    MOTIFS_ACCORD,
    ActionJournal,
    DemandeUrgence,
    Dossier,
    EtatUrgence,
    MotifReponseUrgence,
    MotifUrgence,
)
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie, Section
from structures.queries import reglages
from structures.regles.ages import ajouter_mois
from structures.regles.jours import HEURE_LIMITE, jour_ouvre
from structures.regles.semaine import semaine


def demander_urgence(
    dossier: Dossier,
    *,
    section: Section,
    demi_journees: Iterable[int],
    debut: date,
    motif: str,
    par: Agent,
    maintenant: datetime,
    fin: date | None = None,
    mairie: Mairie | None = None,
) -> DemandeUrgence:
    """Ask an admission in `section` from `debut`, for the length the city voted unless `fin` is sooner.

    The answer is due at 18 h on a working day, after the delay of the day it is asked. Raises ErreurMetier
    `hors_liste`, `hors_choix`, `motif_inconnu`, `dates`, `trop_long`, `deja_demandee`.
    """
    jour = timezone.localdate(maintenant)
    valeurs = reglages("urgence_duree", "urgence_reponse", le=jour)
    limite = ajouter_mois(debut, valeurs["urgence_duree"])
    fin = fin or limite
    _verifier(dossier, section, motif=motif, debut=debut, fin=fin, limite=limite, jour=jour)
    try:
        with transaction.atomic():
            demande = DemandeUrgence.objects.create(
                dossier=dossier,
                structure_id=section.structure_id,
                section=section,
                demi_journees=list(semaine(demi_journees)),
                debut=debut,
                fin=fin,
                motif=motif,
                demandee_le=maintenant,
                demandee_par=par,
                repondre_avant_le=_a_18_h(jour + timedelta(days=valeurs["urgence_reponse"])),
            )
            _ecrire(demande, par=par, maintenant=maintenant, motif=motif, mairie=mairie)
    except IntegrityError as conflit:
        if "urgence_une_en_cours" not in str(conflit):
            raise
        message = "Une admission en urgence est déjà demandée pour cet enfant."
        raise ErreurMetier("deja_demandee", message) from conflit
    return demande


def _verifier(
    dossier: Dossier, section: Section, *, motif: str, debut: date, fin: date, limite: date, jour: date
) -> None:
    if not dossier.en_attente:
        raise ErreurMetier("hors_liste", "Une urgence se demande pour un dossier en attente.")
    if not dossier.voeux.filter(structure=section.structure_id).exists():
        message = "Cette structure n’est pas un choix de la famille."
        raise ErreurMetier("hors_choix", message, champ="section")
    if motif not in MotifUrgence.values:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif dans la liste.", champ="motif")
    if debut < jour:
        raise ErreurMetier("dates", "Ce jour est passé.", champ="debut")
    if fin <= debut:
        raise ErreurMetier("dates", "L’accueil finit après avoir commencé.", champ="fin")
    if fin > limite:
        message = f"Un accueil d’urgence s’arrête au plus tard le {limite:%d/%m/%Y}."
        raise ErreurMetier("trop_long", message, champ="fin")


def repondre_urgence(
    demande: DemandeUrgence,
    *,
    accord: bool,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> DemandeUrgence:
    """Grant or refuse, once, with a coded reason.

    Raises ErreurMetier `motif_inconnu`, `deja_repondue`.
    """
    if motif not in MotifReponseUrgence.values or (motif in MOTIFS_ACCORD) != accord:
        raise ErreurMetier("motif_inconnu", "Choisissez un motif de cette réponse.", champ="motif")
    with transaction.atomic():
        fraiche = DemandeUrgence.objects.select_for_update(of=("self",)).get(pk=demande.pk)
        if fraiche.etat != EtatUrgence.DEMANDEE:
            raise ErreurMetier("deja_repondue", "Une réponse a déjà été donnée.")
        fraiche.etat = EtatUrgence.ACCORDEE if accord else EtatUrgence.REFUSEE
        fraiche.repondue_le, fraiche.repondue_par, fraiche.motif_reponse = maintenant, par, motif
        fraiche.save(update_fields=["etat", "repondue_le", "repondue_par", "motif_reponse"])
        _ecrire(fraiche, par=par, maintenant=maintenant, motif=motif, mairie=mairie)
    return fraiche


def _ecrire(
    demande: DemandeUrgence, *, par: Agent, maintenant: datetime, motif: str, mairie: Mairie | None
) -> None:
    journaliser(
        ActionJournal.URGENCE,
        par=par,
        maintenant=maintenant,
        dossier=demande.dossier,
        objet=demande.etat,
        motif=motif,
        details={"urgence": demande.pk},
        mairie=mairie,
    )


def _a_18_h(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour_ouvre(jour), time(HEURE_LIMITE)))
