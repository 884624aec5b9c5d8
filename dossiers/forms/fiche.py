"""The small forms of a dossier's page: each is one gesture."""

from typing import Any

from django import forms

from dossiers.acces import MotifAcces
from dossiers.models import MOTIFS_ACTION, CanalContact, Contact, MotifRefusPiece
from dossiers.queries.fiche import LignePiece
from dossiers.regles import cycle
from guichet.formulaires import DateField, aide

CHOISIR = ("", "Choisir…")


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
    canal = forms.ChoiceField(label="Moyen", choices=[CHOISIR, *CanalContact.choices])
    issue = forms.ChoiceField(label="Issue", choices=[CHOISIR, *Contact.Issue.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="contact", **kwargs)
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
        label="Pourquoi ouvrez-vous ce dossier ?", choices=[CHOISIR, *MotifAcces.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)
