"""The small forms of a dossier's page: each is one gesture."""

from typing import Any

from django import forms

from dossiers.acces import MotifAcces
from dossiers.models import CanalContact, Contact, MotifCloture, MotifRefusPiece
from dossiers.queries.fiche import LignePiece
from dossiers.regles import cycle
from guichet.formulaires import DateField, aide

CHOISIR = ("", "Choisir…")
# What a person may do from the page; the rest belongs to the pieces, the commission and the retention.
GESTES = ("suspendre", "reactiver", "clore", "restaurer")


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
        label="Pourquoi ne convient-elle pas ?", choices=[CHOISIR, *MotifRefusPiece.choices]
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
    """One action of the table; a reason only for « clore »."""

    motif = forms.ChoiceField(label="Motif", required=False, choices=[CHOISIR, *MotifCloture.choices])

    def __init__(self, *args: Any, geste: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=geste, **kwargs)
        self.geste = geste
        self.libelle = cycle.LIBELLES[geste]
        if geste != "clore":
            del self.fields["motif"]
        self.helper = aide(resume=False)


class AccesForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?", choices=[CHOISIR, *MotifAcces.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


def gestes_possibles(etat: str) -> list[str]:
    """The gestures the page offers in this state, in the order of the table."""
    return [a for a in cycle.actions_possibles(etat) if a in GESTES]
