"""What the entry page's templates say: words of the sheet, hour inputs, the hour of the draft."""

from datetime import datetime
from typing import Protocol

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guichet.texte import heure

register = template.Library()


class Feuille(Protocol):
    def mot(self, nom: str) -> str: ...


@register.filter
def mot(feuille: Feuille, nom: str) -> str:
    return feuille.mot(nom)


@register.filter
def heure_champ(champ: BoundField, libelle: str) -> SafeString:
    """A bare hour input, named for those who do not see its row."""
    bout = "fin" if champ.name.endswith("fin") else "début"
    nom = libelle if champ.name.startswith(("matin", "apm")) else f"{libelle}, {bout}"
    # Seventy of them on a page: a widget's own template would cost more than the rest of the page.
    return format_html(
        '<input type="time" id="{}" name="{}" value="{}" aria-label="{}"'
        ' class="form-control form-control-sm{}"{}>',
        champ.auto_id,
        champ.html_name,
        champ.data or "",
        nom,
        " is-invalid" if champ.errors else "",
        SafeString(' aria-invalid="true"') if champ.errors else "",
    )


@register.filter
def heure_brouillon(instant: datetime) -> str:
    """« Brouillon enregistré à 10 h 42 »."""
    return f"Brouillon enregistré à {heure(timezone.localtime(instant))}"


@register.filter
def suffixe(debut: str, nombre: int) -> str:
    return f"{debut}{nombre}"
