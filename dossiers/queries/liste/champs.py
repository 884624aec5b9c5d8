"""Form fields of the list's address: months, half-days, choices said in French when they are wrong."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MOIS_INCONNU = "ce mois n’existe pas, écrivez-le ainsi : 2027-02"


class SaisieMois(forms.TextInput):
    """The browser's month picker where it has one, a text box elsewhere."""

    input_type = "month"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%Y-%m}" if isinstance(value, date) else super().format_value(value)


class MoisField(forms.Field):
    """A month, 2027-02 from the picker or 02/2027 by hand, kept as its first day."""

    widget = SaisieMois

    def to_python(self, value: Any) -> date | None:
        texte = str(value or "").strip()
        if not texte:
            return None
        trouve = re.fullmatch(r"(\d{4})-(\d{1,2})", texte) or re.fullmatch(r"(\d{1,2})/(\d{4})", texte)
        if trouve is None:
            raise ValidationError(MOIS_INCONNU, "mois")
        a, b = (int(nombre) for nombre in trouve.groups())
        annee, mois = (a, b) if a > 12 else (b, a)
        if not (1900 <= annee <= 2100 and 1 <= mois <= 12):
            raise ValidationError(MOIS_INCONNU, "mois")
        return date(annee, mois, 1)
