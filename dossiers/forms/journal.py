"""What the data protection officer looks for in the journal."""

from typing import Any

from django import forms

from dossiers.models import ActionJournal
from guichet.formulaires import DateField, aide


class FiltreJournalForm(forms.Form):
    action = forms.ChoiceField(label="Acte", required=False)
    qui = forms.CharField(label="Par", required=False, max_length=80)
    numero = forms.CharField(label="Dossier n°", required=False, max_length=12)
    debut = DateField(label="Du", required=False)
    fin = DateField(label="Au", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", "Tous les actes"), *ActionJournal.choices]
        self.helper = aide()

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean() or {}
        if propre.get("debut") and propre.get("fin") and propre["fin"] < propre["debut"]:
            self.add_error("fin", "Ce jour précède le premier.")
        return propre
