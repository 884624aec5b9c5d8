"""« L’enfant quitte la structure »: its last day and why."""

from typing import Any

from django import forms

from dossiers.models import Admission, MotifDepart
from guichet.formulaires import DateField, aide
from guichet.texte import date_longue


class DepartEnfantForm(forms.Form):
    le = DateField(label="Dernier jour de présence")
    motif = forms.ChoiceField(label="Pourquoi", choices=[("", "Choisir…"), *MotifDepart.choices])

    def __init__(self, *args: Any, place: Admission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fin = f" au {date_longue(place.fin)}" if place.fin else ""
        self.fields["le"].help_text = f"La place va du {date_longue(place.debut)}{fin}."
        self.helper = aide()
