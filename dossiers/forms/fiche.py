"""The small forms of a dossier's page: each is one gesture."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dossiers.forms.faits import NombreField
from dossiers.models import (
    MOTIFS_ACTION,
    CanalContact,
    Contact,
    MotifAcces,
    MotifLigneManuelle,
    MotifMots,
    MotifRefusPiece,
    Note,
    OrigineTiers,
)
from dossiers.queries.fiche_pieces import LignePiece
from dossiers.regles import cycle
from dossiers.regles.grille import Critere
from dossiers.regles.mots_a_eviter import mots_a_eviter
from guichet.formulaires import DateField, aide

CHOISIR = ("", "Choisir…")


# Written by a gesture of their own: an intervention, a family to ask about other days.
NON_CHOISIES = (Contact.Issue.SANS_EFFET, Contact.Issue.A_JOINDRE)


class PieceVueForm(forms.Form):
    """« Vue » : by which document, when, until when."""

    equivalent = forms.ChoiceField(label="Document vu")
    vue_le = DateField(label="Vue le", required=False)
    valide_jusqu_au = DateField(label="Valable jusqu’au", required=False)

    def __init__(self, *args: Any, ligne: LignePiece, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"piece-{ligne.code}", **kwargs)
        self.fields["equivalent"].choices = [CHOISIR, *((e, e) for e in ligne.equivalents)]
        self.helper = aide(resume=False)


class PieceRefuseeForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi ne convient-elle pas ?", choices=[CHOISIR, *MotifRefusPiece.choices]
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"refus-{code}", **kwargs)
        self.helper = aide(resume=False)


class ContactForm(forms.Form):
    """A third party's intervention is noted at the desk: a director's form does not offer it."""

    canal = forms.ChoiceField(label="Moyen")
    issue = forms.ChoiceField(label="Issue", required=False)
    rappel_le = DateField(label="À rappeler le", required=False)
    origine = forms.ChoiceField(
        label="Si c’est un tiers, qui ?",
        required=False,
        choices=[("", "Aucun tiers"), *OrigineTiers.choices],
        help_text="Notée, sans aucun effet ; ni les directions ni la commission ne la lisent.",
    )

    def __init__(self, *args: Any, guichet: bool, **kwargs: Any) -> None:
        super().__init__(*args, prefix="contact", **kwargs)
        canaux = [c for c in CanalContact.choices if guichet or c[0] != CanalContact.TIERS]
        issues = [i for i in Contact.Issue.choices if i[0] not in NON_CHOISIES]
        self.fields["canal"].choices = [CHOISIR, *canaux]
        self.fields["issue"].choices = [CHOISIR, *issues]
        if not guichet:
            del self.fields["origine"]
        self.helper = aide(resume=False)


class NoteForm(forms.Form):
    """Free words, few; the reason to keep a word of the list is asked once one was found."""

    texte = forms.CharField(
        label="Note, lisible par la famille",
        max_length=Note.LONGUEUR,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="300 signes. Ni santé, ni origine, ni religion, ni faits racontés.",
    )
    motif_mots = forms.ChoiceField(
        label="Pourquoi ces mots restent", required=False, choices=[CHOISIR, *MotifMots.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="note", **kwargs)
        if not self.is_bound or not mots_a_eviter(self.data.get("note-texte", "")):
            del self.fields["motif_mots"]
        self.helper = aide(resume=False)


class LigneManuelleForm(forms.Form):
    """Points a person gives, under a criterion that takes some."""

    critere = forms.ChoiceField(label="Critère")
    points = NombreField(label="Points")
    motif = forms.ChoiceField(label="Motif", choices=[CHOISIR, *MotifLigneManuelle.choices])

    def __init__(self, *args: Any, criteres: Sequence[Critere], **kwargs: Any) -> None:
        super().__init__(*args, prefix="manuelle", **kwargs)
        choix = [(c.code, c.libelle) for c in criteres]
        self.fields["critere"].choices = choix if len(choix) == 1 else [CHOISIR, *choix]
        bornes = [(c.libelle, c.manuel.bornes) for c in criteres if c.manuel]
        self.fields["points"].help_text = (
            f"{bornes[0][1].capitalize()}."
            if len(bornes) == 1
            else " ; ".join(f"{libelle}\u202f: {mots}" for libelle, mots in bornes) + "."
        )
        self.helper = aide(resume=False)


class EtatForm(forms.Form):
    """One action of the table, with the reason and the day it wants."""

    motif = forms.ChoiceField(label="Motif", required=False)
    jusqu_au = DateField(required=False)

    def __init__(self, *args: Any, action: cycle.Action, **kwargs: Any) -> None:
        super().__init__(*args, prefix=action.code, **kwargs)
        self.action = action
        if action.motifs:
            self.fields["motif"].choices = [CHOISIR, *((m, MOTIFS_ACTION[m]) for m in action.motifs)]
        else:
            del self.fields["motif"]
        if action.echeance:
            self.fields["jusqu_au"].label = f"{action.echeance} (facultatif)"
        else:
            del self.fields["jusqu_au"]
        self.helper = aide(resume=False)


class AccesForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?",
        choices=[CHOISIR, *MotifAcces.choices],
        error_messages={"required": "Choisissez une raison dans la liste."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)
