"""Forms of an assistante maternelle and of her agréments."""

from django import forms

from guichet.formulaires import DateField, NomField
from structures.forms.referentiel import DEMI_JOURNEES, FormulaireModele
from structures.models import Agrement, AssistanteMaternelle


class AssistanteForm(FormulaireModele):
    nom = NomField(label="Nom")
    prenom = NomField(label="Prénom")

    class Meta:
        model = AssistanteMaternelle
        fields = ["prenom", "nom", "quartier", "active"]
        help_texts = {"active": "Décochez quand elle ne reçoit plus de nouveaux enfants."}


class AgrementForm(FormulaireModele):
    debut = DateField(label="Du")
    fin = DateField(label="Au", required=False, help_text="Vide\u00a0: sans fin connue.")
    demi_journees = forms.TypedMultipleChoiceField(
        label="Demi-journées travaillées",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        choices=DEMI_JOURNEES,
        error_messages={"required": "Cochez au moins une demi-journée travaillée."},
    )

    class Meta:
        model = Agrement
        fields = [
            *("debut", "fin", "places", "age_min_mois", "age_max_mois", "heure_debut", "heure_fin"),
            "demi_journees",
        ]
        widgets = {
            "heure_debut": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "heure_fin": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
