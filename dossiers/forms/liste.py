"""Forms of the shared list: one group of filters, the export, the name of a view."""

from django import forms
from django.forms import BoundField

from dossiers.exports.liste import PAR_CHOIX, PAR_ENFANT
from dossiers.queries.liste import Demande
from dossiers.queries.liste.mots import Panneau


class ExportForm(forms.Form):
    format = forms.ChoiceField(choices=[("xlsx", "Excel (xlsx)"), ("csv", "CSV")])
    forme = forms.ChoiceField(
        choices=[(PAR_ENFANT, "une ligne par enfant"), (PAR_CHOIX, "une ligne par choix")]
    )


class VueForm(forms.Form):
    nom = forms.CharField(label="Nom de la vue", max_length=60)


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
