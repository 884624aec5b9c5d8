"""Reading what a manager says of the answers it signs."""

from django import forms
from django.core.exceptions import ValidationError

from commissions.models import MotifNonConfirmation
from commissions.queries.confirmations import LIMITE
from guichet.texte import entier_lu


class RefusForm(forms.Form):
    motif = forms.ChoiceField(
        choices=[("", "Refuser, pourquoi"), *MotifNonConfirmation.choices],
        error_messages={
            "required": "Choisissez le motif du refus.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )


class LignesForm(forms.Form):
    """The lines a page showed, confirmed together."""

    lignes = forms.CharField(max_length=20_000)

    def clean_lignes(self) -> list[int]:
        lus = [entier_lu(mot) for mot in self.cleaned_data["lignes"].split(",")[:LIMITE]]
        if None in lus:
            raise ValidationError("Cette liste de lignes n’est pas lisible.")
        return [n for n in lus if n is not None]
