"""A legal hold, an access request: a number, a coded word, a day."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from dossiers.models import MotifMaintien
from guichet.formulaires import DateField, aide, choix_en_mots


def champ_numero(aide_texte: str = "") -> forms.CharField:
    """A dossier's number."""
    return forms.CharField(
        label="Numéro du dossier",
        max_length=12,
        help_text=aide_texte,
        validators=[
            RegexValidator(
                r"^[0-9]{4}-[0-9]{6,7}$",
                "Ce numéro n’est pas complet. Il s’écrit AAAA-NNNNNN, par exemple 2026-000312.",
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class MaintienForm(forms.Form):
    numero = champ_numero()
    motif = forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *MotifMaintien.choices])
    jusqu_au = DateField(label="Jusqu’au")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
        choix_en_mots(self)


class AccesFamilleForm(forms.Form):
    numero = champ_numero("Celui d’un dossier de la famille, écrit sur son récépissé.")
    rang = forms.TypedChoiceField(
        label="Qui le demande",
        choices=[("1", "Le premier responsable du dossier"), ("2", "Le second responsable du dossier")],
        coerce=int,
        help_text="Vérifiez son identité : seules ses propres coordonnées sont remises.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
