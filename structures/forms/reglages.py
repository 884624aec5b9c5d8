"""A setting's new value: the field follows the type the closed list gives it."""

from typing import Any

from django import forms
from django.utils import timezone

from guichet.formulaires import DateField, aide
from structures.regles.reglages import DefinitionReglage


class ReglageForm(forms.Form):
    a_partir_du = DateField(label="À partir du", help_text="Le passé garde sa valeur.")

    def __init__(self, definition: DefinitionReglage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valeur"] = _champ(definition)
        self.fields["a_partir_du"].initial = timezone.localdate()
        self.order_fields(["valeur", "a_partir_du"])
        self.definition = definition
        self.helper = aide()

    @property
    def valeur(self) -> Any:
        """The value as it is stored, of the setting's own type."""
        brute = self.cleaned_data["valeur"]
        if self.definition.type is bool:
            return brute == "oui"
        if self.definition.type is list:
            return [mot.strip() for mot in brute.replace(";", ",").split(",") if mot.strip()]
        return brute


def _champ(definition: DefinitionReglage) -> forms.Field:
    if definition.type is bool:
        return forms.ChoiceField(label="Valeur", choices=[("oui", "Oui"), ("non", "Non")])
    if definition.choix:
        return forms.ChoiceField(label="Valeur", choices=definition.choix)
    if definition.type is int:
        libelle = f"Valeur, en {definition.unite}" if definition.unite else "Valeur"
        return forms.IntegerField(label=libelle, min_value=definition.minimum, max_value=definition.maximum)
    if definition.type is list:
        return forms.CharField(label="Valeur", max_length=500, help_text="Des mots séparés par des virgules.")
    return forms.CharField(label="Valeur", max_length=200)
