"""Fields for facts: one value of a fact, one comparison of a fact."""

from datetime import date
from typing import Any

from django import forms

from dossiers.regles.faits import BOOL, CALCULE, CHOIX, DATE, DOSSIER, FAITS, FAMILLE, RESPONSABLE, VOEU, Fait
from guichet.formulaires import DateField

OUI_NON = [("", "inconnu"), ("oui", "oui"), ("non", "non")]
PORTES = {
    FAMILLE: "Le foyer",
    RESPONSABLE: "Les parents",
    DOSSIER: "L’enfant et la demande",
    CALCULE: "Calculé par le guichet",
    VOEU: "Chaque choix",
}
OPERATEURS = [
    ("", "—"),
    ("min", "au moins"),
    ("plus_de", "plus de"),
    ("max", "au plus"),
    ("moins_de", "moins de"),
    ("entre", "entre"),
    ("est", "égal à"),
]


def champ_de_fait(fait: Fait) -> forms.Field:
    """The field a person fills to say what a fact is; empty means unknown."""
    unite = f", en {fait.unite}" if fait.unite else ""
    libelle = f"{fait.libelle}{unite}"
    if fait.type == BOOL:
        return forms.ChoiceField(label=libelle, choices=OUI_NON, required=False)
    if fait.type == CHOIX:
        return forms.ChoiceField(label=libelle, choices=[("", "inconnu"), *fait.choix], required=False)
    if fait.type == DATE:
        return DateField(label=libelle, required=False)
    return NombreField(label=libelle, required=False, entier=fait.type == "entier", minimum=fait.minimum)


def valeur_saisie(fait: Fait, brut: Any) -> Any:
    """What the field gave, as the fact's own value; None when unknown."""
    if brut in (None, ""):
        return None
    if fait.type == BOOL:
        return brut == "oui"
    return brut.isoformat() if isinstance(brut, date) else brut


class NombreField(forms.CharField):
    """A number as it is written in French: « 1 200 », « 712,33 »."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "nombre": "Écrivez un nombre, par exemple 650 ou 712,33.",
        "entier": "Écrivez un nombre entier.",
        "minimum": "Ce nombre est trop petit.",
        "maximum": "Ce nombre est trop grand.",
    }

    def __init__(self, *, entier: bool = True, minimum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 15, **kwargs})
        self.entier, self.minimum = entier, minimum

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, float) else value

    def clean(self, value: Any) -> int | float | None:
        texte = "".join(super().clean(value).split()).replace("−", "-").replace(",", ".")
        if not texte:
            return None
        try:
            nombre = float(texte)
        except ValueError:
            raise forms.ValidationError(self.error_messages["nombre"], "nombre") from None
        if nombre != nombre or abs(nombre) > 10_000_000:
            raise forms.ValidationError(self.error_messages["maximum"], "maximum")
        if self.entier and not nombre.is_integer():
            raise forms.ValidationError(self.error_messages["entier"], "entier")
        if self.minimum is not None and nombre < self.minimum:
            raise forms.ValidationError(self.error_messages["minimum"], "minimum")
        return int(nombre) if nombre.is_integer() else nombre


def choix_de_faits(*, vide: str = "—", comptes: bool = False) -> list[tuple[str, Any]]:
    """The closed set as a grouped list: a yes/no fact once, a choice fact once per choice, numbers as such.

    `comptes` keeps the facts that can be counted.
    """
    groupes: dict[str, list[tuple[str, str]]] = {porte: [] for porte in PORTES.values()}
    for fait in FAITS.values():
        if comptes and not fait.numerique:
            continue
        unite = f" ({fait.unite})" if fait.unite else ""
        choix = [(fait.code, fait.libelle + unite)]
        if fait.type == CHOIX:
            choix = [(f"{fait.code}={code}", f"{fait.libelle} : {mot}") for code, mot in fait.choix]
        groupes[PORTES[fait.porte]] += choix
    return [("", vide), *((porte, choix) for porte, choix in groupes.items() if choix)]
