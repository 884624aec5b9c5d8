"""One number, to know what to answer a family."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from guichet.formulaires import aide


class ReponseForm(forms.Form):
    numero = forms.CharField(
        label="Numéro de la demande",
        max_length=12,
        help_text="Il est écrit sur le récépissé de la famille.",
        validators=[
            RegexValidator(
                r"^[0-9]{4}-[0-9]{6,7}$",
                "Ce numéro n’est pas complet. Il s’écrit AAAA-NNNNNN, par exemple 2026-000312.",
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)
