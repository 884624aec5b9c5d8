"""What every form shares: the crispy helper and fields that speak French and clean what people type."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from guichet.erreurs import ErreurMetier
from structures.regles.texte import telephone_normalise


def aide(*, resume: bool = True) -> FormHelper:
    """The crispy helper of the house: the template writes `<form>` and `{% csrf_token %}` itself.

    `resume=False` leaves the error summary to the page, when several forms share one `<form>`.
    """
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.resume = resume
    return helper


def dire_refus(form: forms.BaseForm, refus: ErreurMetier) -> None:
    """Put a service's refusal on the field it names, or above the form that has no such field."""
    form.add_error(refus.champ if refus.champ in form.fields else None, refus.message)


def tenter(form: forms.BaseForm, faire: Callable[[dict[str, Any]], object]) -> bool:
    """Validate, then call the service with what was typed; False once what is wrong is on the form."""
    if not form.is_valid():
        return False
    try:
        faire(form.cleaned_data)
    except ErreurMetier as refus:
        dire_refus(form, refus)
        return False
    return True


def choix_en_mots(form: forms.BaseForm, texte: str = "Choisir…") -> None:
    """Replace Django's row of dashes by a word, in every list of choices of the form."""
    for champ in form.fields.values():
        if isinstance(champ, forms.ModelChoiceField):
            champ.empty_label = texte
        elif isinstance(champ, forms.ChoiceField):
            champ.choices = [
                (v, texte if v == "" and str(t).startswith("--") else t) for v, t in champ.widget.choices
            ]


class SaisieDate(forms.DateInput):
    """The browser's own date picker; it only understands ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day, typed 2026-11-22 by the picker or 22/11/2026, 22.11.26, 22112026 by hand."""

    widget = SaisieDate
    default_error_messages = {
        "required": "Indiquez une date.",
        "invalid": "Cette date n’existe pas. Écrivez-la ainsi : 22/11/2026.",
        "hors_calendrier": "L’année %(annee)s est hors du calendrier : vérifiez la date.",
    }

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d%m%Y", "%d %m %Y"]
        super().__init__(**{"input_formats": formats, **kwargs})

    def to_python(self, value: Any) -> date | None:
        jour = super().to_python(value.strip() if isinstance(value, str) else value)
        if jour and not 1900 <= jour.year <= 2100:
            raise ValidationError(
                self.error_messages["hors_calendrier"], "hors_calendrier", params={"annee": jour.year}
            )
        return jour


class TelephoneField(forms.CharField):
    """A French number, kept as ten digits whatever the spaces and the +33."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    default_error_messages = {
        "telephone": "Ce numéro n’est pas un téléphone français. Écrivez dix chiffres : 06 39 98 12 34."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Téléphone", "max_length": 20, **kwargs})

    def clean(self, value: Any) -> str:
        texte = super().clean(value)
        if not texte:
            return ""
        numero = telephone_normalise(texte)
        if not numero:
            raise ValidationError(self.error_messages["telephone"], "telephone")
        return numero

    def prepare_value(self, value: Any) -> Any:
        return paires(value) if isinstance(value, str) else value


class NomField(forms.CharField):
    """A name as people write it: spaces tidied, control characters refused, accents kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 80, **kwargs})

    def clean(self, value: Any) -> str:
        texte = re.sub(r"\s+", " ", super().clean(value)).strip()
        if re.search(r"[<>{}\[\]\\^~|]", texte):
            raise ValidationError("Ce nom contient un signe qui n’est pas une lettre.", "nom")
        return texte


def paires(numero: str) -> str:
    """« 0639981234 » shown « 06 39 98 12 34 »; anything else as it came."""
    if not re.fullmatch(r"0[0-9]{9}", numero):
        return numero
    return "\u00a0".join(numero[i : i + 2] for i in range(0, 10, 2))
