"""The few notes of a dossier: written once, readable by the family, erased for good."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Dossier, MotifMots, Note
from dossiers.regles.mots_a_eviter import mots_a_eviter
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


@transaction.atomic
def ecrire_note(
    dossier: Dossier,
    texte: str,
    *,
    par: Agent,
    maintenant: datetime,
    motif_mots: str = "",
    mairie: Mairie | None = None,
) -> Note:
    """Keep a note. A word of the list waits for a coded reason; the journal keeps the reason, not the word.

    Raises ErreurMetier `note_vide`, `note_longue`, `trop_de_notes`, `mots_a_eviter`.
    """
    texte = " ".join(texte.split())
    if not texte:
        raise ErreurMetier("note_vide", "Écrivez la note.", champ="texte")
    if len(texte) > Note.LONGUEUR:
        raise ErreurMetier("note_longue", f"Une note a {Note.LONGUEUR} signes au plus.", champ="texte")
    trouves = mots_a_eviter(texte)
    if trouves and motif_mots not in MotifMots.values:
        raise ErreurMetier("mots_a_eviter", avertissement(trouves), champ="texte")
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    maximum = reglage("notes_par_dossier", le=timezone.localdate(maintenant))
    if dossier.notes.filter(effacee_le=None).count() >= maximum:
        message = f"Ce dossier a déjà {maximum} notes : effacez-en une qui ne sert plus."
        raise ErreurMetier("trop_de_notes", message, champ="texte")
    motif = motif_mots if trouves else ""
    note = Note.objects.create(dossier=dossier, texte=texte, motif_mots=motif, ecrite_le=maintenant, par=par)
    journaliser(
        ActionJournal.NOTE,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        objet="ecrite",
        motif=motif,
        details={"note": note.pk},
        mairie=mairie,
    )
    return note


def avertissement(trouves: dict[str, list[str]]) -> str:
    """« Ces mots… (santé : « asthmatique ») »: the words by subject, and what to do."""
    cites = {sujet: ", ".join(f"« {mot} »" for mot in mots) for sujet, mots in trouves.items()}
    dits = " ; ".join(f"{sujet} : {mots}" for sujet, mots in cites.items())
    return (
        f"Ces mots ne doivent pas être gardés dans un dossier ({dits}). Écrivez la note autrement, ou dites "
        "pourquoi ils restent."
    )


@transaction.atomic
def effacer_note(note: Note, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None) -> Note:
    """Erase the words; who wrote, who erased and when stay. Erasing twice changes nothing."""
    fraiche = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if fraiche.effacee_le:
        return fraiche
    fraiche.texte, fraiche.effacee_le, fraiche.effacee_par = "", maintenant, par
    fraiche.save(update_fields=["texte", "effacee_le", "effacee_par"])
    journaliser(
        ActionJournal.NOTE,
        par=par,
        maintenant=maintenant,
        dossier=fraiche.dossier,
        objet="effacee",
        details={"note": fraiche.pk},
        mairie=mairie,
    )
    return fraiche
