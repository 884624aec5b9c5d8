"""A present child comes on other days: which, from when."""

from typing import Any

from django import forms

from dossiers.forms.urgence import DEMI_JOURNEES
from dossiers.models import Admission, MotifDepassement
from guichet.formulaires import DateField, aide
from guichet.texte import date_longue


class JoursForm(forms.Form):
    a_partir_du = DateField(label="À partir du")
    demi_journees = forms.TypedMultipleChoiceField(
        label="Ses nouvelles demi-journées",
        choices=DEMI_JOURNEES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une demi-journée\u202f; un départ se note ailleurs."},
    )
    motif_depassement = forms.ChoiceField(
        label="Si toutes les places sont prises, pourquoi",
        required=False,
        choices=[("", "Il reste des places"), *MotifDepassement.choices],
    )

    def __init__(self, *args: Any, place: Admission, **kwargs: Any) -> None:
        kwargs["initial"] = {"demi_journees": [str(c) for c in place.demi_journees]}
        super().__init__(*args, **kwargs)
        fin = f" au {date_longue(place.fin)}" if place.fin else ""
        self.fields["a_partir_du"].help_text = f"Sa place va du {date_longue(place.debut)}{fin}."
        self.helper = aide(resume=False)
