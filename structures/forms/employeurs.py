"""Form of the places an employer pays in a section."""

from typing import Any

from django import forms

from guichet.formulaires import DateField
from structures.forms.referentiel import FormulaireModele
from structures.models import PlacesEmployeur
from structures.regles.semaine import NB_CRENEAUX


class PlacesEmployeurForm(FormulaireModele):
    debut = DateField(label="Du")
    fin = DateField(label="Au", required=False, help_text="Vide\u00a0: sans fin prévue.")
    nombre = forms.IntegerField(label="Places à chaque demi-journée d’ouverture", min_value=1, max_value=200)

    class Meta:
        model = PlacesEmployeur
        fields = ["employeur", "debut", "fin"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nombre"].initial = max(self.instance.places or [0]) or None

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean() or {}
        if nombre := propre.get("nombre"):
            ouvertes = set(self.instance.section.structure.ouverture)
            self.instance.places = [nombre if k in ouvertes else 0 for k in range(NB_CRENEAUX)]
        return propre
