"""Whom one looks for among the children present."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from guichet.formulaires import aide
from structures.models import Structure


class PresentsForm(forms.Form):
    q = forms.CharField(label="Nom ou prénom", required=False, max_length=80)
    structure = forms.ModelChoiceField(
        Structure.objects.none(),
        to_field_name="code",
        required=False,
        label="Structure",
        empty_label="Toutes",
        error_messages={"invalid_choice": "Cette structure n’existe pas."},
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, structures: QuerySet[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = structures  # type: ignore[attr-defined]
        self.helper = aide()
