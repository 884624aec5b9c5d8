"""Forms of the shared list: one group of filters, the export, the name of a view."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from dossiers.exports.liste import PAR_CHOIX, PAR_ENFANT
from dossiers.queries.liste import Demande
from dossiers.queries.liste.mots import Panneau
from guichet.formulaires import DateField
from structures.models import Structure


class ExportForm(forms.Form):
    format = forms.ChoiceField(choices=[("xlsx", "Excel (xlsx)"), ("csv", "CSV")])
    forme = forms.ChoiceField(
        choices=[(PAR_ENFANT, "une ligne par enfant"), (PAR_CHOIX, "une ligne par choix")]
    )


class VueForm(forms.Form):
    nom = forms.CharField(label="Nom de la vue", max_length=60)


class ListePasseeForm(forms.Form):
    """Which day, whose list; the page is the pager's own."""

    au = DateField(label="Liste telle qu’elle était le soir du")
    structure = forms.ModelChoiceField(
        Structure.objects.all(),
        to_field_name="code",
        required=False,
        label="Structure (facultatif)",
        empty_label="Toute la ville",
        error_messages={"invalid_choice": "Cette structure n’existe pas."},
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jour = jour

    def clean_au(self) -> date:
        au: date = self.cleaned_data["au"]
        if au >= self.jour:
            raise forms.ValidationError("Choisissez un jour passé\u202f: aujourd’hui n’est pas fini.")
        if au.year < 2000:
            raise forms.ValidationError("Aucune liste n’existait à cette date.")
        return au


def champs_du_panneau(demande: Demande, panneau: Panneau) -> list[BoundField]:
    """The fields of a group, with their present values; sections are those of the structure in question."""
    form = demande.filtres.form
    if "section" in panneau.champs:
        sections = form.fields["section"].queryset
        structure = demande.structure
        if structure:
            sections = sections.filter(structure=structure)
        elif demande.qui.structures:
            sections = sections.filter(structure__in=demande.qui.structures)
        form.fields["section"].queryset = sections
    if "demi_mode" in panneau.champs and "demi_mode" not in form.data:
        form.data = {**form.data.dict(), "demi": form.data.getlist("demi"), "demi_mode": "contient"}
    return [form[nom] for nom in panneau.champs]
