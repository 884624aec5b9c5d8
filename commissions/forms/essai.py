"""What a dry run changes: places, a guarantee, a draft grid. Read from the address, never kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissions.models import PlaceOfferte
from commissions.regles.titres import TITRES
from dossiers.models import EtatGrille, GrilleCriteres
from guichet.formulaires import aide
from structures.regles.semaine import JOURS, NB_CRENEAUX

CRENEAUX = [
    (str(2 * i + demi), f"{jour} {moitie}")
    for i, jour in enumerate(JOURS)
    for demi, moitie in enumerate(("matin", "après-midi"))
]


class GrilleForm(forms.Form):
    """A draft, or a version still to come."""

    grille = forms.ModelChoiceField(
        label="Grille en projet",
        queryset=GrilleCriteres.objects.filter(etat__in=(EtatGrille.BROUILLON, EtatGrille.PROGRAMMEE)),
        empty_label="Choisir une grille",
        error_messages={
            "required": "Choisissez une grille en projet.",
            "invalid_choice": "Cette grille n’est plus en projet.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class EssaiForm(GrilleForm):
    """One or several changes tried together."""

    section = forms.ModelChoiceField(
        label="Section",
        queryset=PlaceOfferte.objects.none(),
        required=False,
        empty_label="Aucune section changée",
        error_messages={"invalid_choice": "Cette section n’est pas dans la séance."},
    )
    ecart = forms.IntegerField(
        label="Places en plus ou en moins",
        required=False,
        min_value=-50,
        max_value=50,
        help_text="Par exemple 1 ou -1, sur les demi-journées cochées ; toutes si aucune ne l’est.",
        error_messages={"invalid": "Écrivez un nombre entier, par exemple 1 ou -1."},
    )
    creneaux = forms.MultipleChoiceField(
        label="Demi-journées", choices=CRENEAUX, required=False, widget=forms.CheckboxSelectMultiple
    )
    titre = forms.ChoiceField(
        label="Places garanties à un titre",
        required=False,
        choices=[("", "Garanties inchangées"), *((t.code, t.libelle) for t in TITRES.values())],
    )
    garanties = forms.IntegerField(
        label="Nombre de places garanties",
        required=False,
        min_value=0,
        max_value=50,
        error_messages={"invalid": "Écrivez un nombre entier."},
    )

    field_order = ["section", "ecart", "creneaux", "titre", "garanties", "grille"]

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = places
        self.fields["section"].label_from_instance = lambda p: f"{p.section.structure.nom}, {p.section.nom}"
        self.fields["grille"].required = False
        self.fields["grille"].empty_label = "Grille de la séance"

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if self.errors:
            return donnees
        change_places = bool(donnees.get("ecart") or donnees.get("titre"))
        if change_places and not donnees.get("section"):
            raise ValidationError({"section": "Dites dans quelle section."})
        if donnees.get("titre") and donnees.get("garanties") is None:
            raise ValidationError({"garanties": "Dites combien de places seraient garanties."})
        if not change_places and not donnees.get("grille"):
            raise ValidationError("Dites ce que vous essayez\u00a0: des places, une garantie ou une grille.")
        return donnees

    def changement(self) -> dict[str, Any]:
        """The cleaned change, as the service takes it."""
        d = self.cleaned_data
        creneaux = tuple(int(c) for c in d["creneaux"]) or tuple(range(NB_CRENEAUX))
        return {
            "section": d["section"].section_id if d["section"] else None,
            "creneaux": creneaux,
            "ecart": d["ecart"] or 0,
            "titre": d["titre"],
            "garanties": d["garanties"] or 0,
            "grille": d["grille"],
        }
