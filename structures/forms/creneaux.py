"""Form of what a section limits beside its half-days: opening, closing, baby beds."""

from typing import Any

from django import forms

from guichet.formulaires import DateField
from structures.forms.referentiel import FormulaireModele
from structures.models import CreneauSupplementaire, NatureCreneau


class CreneauForm(FormulaireModele):
    heure = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Ouverture\u00a0: qui arrive avant. Fermeture\u00a0: qui part après.",
        error_messages={"invalid": "Écrivez l’heure ainsi : 08:00."},
    )
    age_mois = forms.IntegerField(
        label="Âge, en mois",
        required=False,
        min_value=1,
        max_value=48,
        help_text="Lits\u00a0: les enfants plus jeunes en prennent un.",
    )
    places = forms.IntegerField(label="Enfants à la fois", min_value=0, max_value=200)
    debut = DateField(label="Du")
    fin = DateField(label="Au", required=False, help_text="Vide\u00a0: jusqu’à nouvel ordre.")

    class Meta:
        model = CreneauSupplementaire
        fields = ["nature", "heure", "age_mois", "places", "debut", "fin"]

    def clean(self) -> dict[str, Any]:
        """The field the nature does not use is left out."""
        propre: dict[str, Any] = super().clean() or {}
        nature = propre.get("nature")
        if nature == NatureCreneau.LIT:
            propre["heure"] = None
            if propre.get("age_mois") is None and "age_mois" not in self.errors:
                self.add_error("age_mois", "Dites jusqu’à quel âge un enfant prend un lit.")
        elif nature:
            propre["age_mois"] = None
            if propre.get("heure") is None and "heure" not in self.errors:
                self.add_error("heure", "Dites à partir de quelle heure ce créneau compte.")
        debut, fin = propre.get("debut"), propre.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "La fin de la période précède son début.")
        return propre
