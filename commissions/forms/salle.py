"""What is typed while the session runs: a gesture on a line, its reasons, closing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissions.models import MotifDecision, MotifDiscussion, MotifEcart, SensDecision
from guichet.formulaires import aide
from guichet.texte import entier_lu
from structures.regles.semaine import NB_CRENEAUX

GESTES = {
    "L": SensDecision.LISTE_COMPLEMENTAIRE,
    "J": SensDecision.AJOURNE,
    "N": SensDecision.NON_RETENU,
}


class GesteForm(forms.Form):
    """One key on one line: « A:0,1,2 » admits on these half-days, L, J and N are the other avis."""

    voeu = forms.IntegerField()
    version = forms.IntegerField(min_value=0)
    geste = forms.CharField(max_length=40)

    def clean_geste(self) -> tuple[SensDecision, tuple[int, ...]]:
        texte = self.cleaned_data["geste"]
        if texte in GESTES:
            return GESTES[texte], ()
        lettre, _, jours = texte.partition(":")
        nombres = {n for mot in jours.split(",") if (n := entier_lu(mot)) is not None and n < NB_CRENEAUX}
        if lettre != "A" or len(nombres) != len(jours.split(",")):
            raise ValidationError("Ce geste n’existe pas.")
        return SensDecision.ADMIS, tuple(sorted(nombres))


class RaisonsForm(forms.Form):
    """Why this avis, for the family, and why it departs from the proposal, for the minutes."""

    motif = forms.ChoiceField(
        label="Motif donné à la famille",
        required=False,
        choices=[("", "Choisir un motif"), *MotifDecision.choices],
    )
    rang = forms.IntegerField(
        label="Numéro sur la liste complémentaire",
        required=False,
        min_value=1,
        max_value=500,
        help_text="Vide\u202f: à la suite des autres.",
    )
    ecart = forms.ChoiceField(
        label="Pourquoi la commission s’écarte de la proposition",
        required=False,
        choices=[("", "Choisir un motif"), *MotifEcart.choices],
    )

    def __init__(self, *args: Any, sens: str, ecarte: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sens == SensDecision.ADMIS:
            del self.fields["motif"]
        if sens != SensDecision.LISTE_COMPLEMENTAIRE:
            del self.fields["rang"]
        if not ecarte:
            del self.fields["ecart"]
        self.helper = aide()


class BlocForm(forms.Form):
    """The lines of a section the page showed as following the proposal."""

    section = forms.IntegerField()
    lignes = forms.CharField(max_length=20_000)

    def clean_lignes(self) -> list[int]:
        nombres = [entier_lu(mot) for mot in self.cleaned_data["lignes"].split(",")]
        if None in nombres:
            raise ValidationError("Cette liste de lignes n’est pas lisible.")
        return [n for n in nombres if n is not None]


class MontrerForm(forms.Form):
    section = forms.IntegerField()
    voeu = forms.IntegerField(required=False)


class AnnulerForm(forms.Form):
    geste = forms.IntegerField(min_value=0)


class ClotureForm(forms.Form):
    """Closing while some lines are not decided: they are all put off, for one reason."""

    nombre = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    ecart = forms.ChoiceField(
        label="Pourquoi la commission s’écarte de la proposition",
        required=False,
        choices=[("", "Choisir un motif"), *MotifEcart.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class MarqueForm(forms.Form):
    """A line to discuss, or no more."""

    voeu = forms.IntegerField()
    motif = forms.ChoiceField(required=False, choices=[("", ""), *MotifDiscussion.choices])
    retirer = forms.BooleanField(required=False)
