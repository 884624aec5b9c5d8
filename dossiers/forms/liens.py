"""Declaring a link with a family by its number; lifting a mistaken one."""

from typing import Any

from django import forms

from dossiers.acces import LISTE
from dossiers.models import MotifLevee
from guichet.acces import Personne
from guichet.formulaires import DateField, aide


class LienForm(forms.Form):
    """Whoever may not open dossiers also gives the birth day: numbers alone would tell who is on the list."""

    numero = forms.CharField(label="Numéro du dossier", max_length=14)
    naissance = DateField(label="Naissance de l’enfant", help_text="La date prévue s’il n’est pas né.")

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if qui.est(*LISTE):
            del self.fields["naissance"]
        self.helper = aide()

    def clean_numero(self) -> str:
        return str(self.cleaned_data["numero"]).replace(" ", "").strip()


class LeveeForm(forms.Form):
    motif = forms.ChoiceField(label="Pourquoi le lever", choices=[("", "Choisir…"), *MotifLevee.choices])

    def __init__(self, *args: Any, pk: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"lien-{pk}", **kwargs)
        self.helper = aide(resume=False)
