"""Forms of the shared list: one group of filters, the export, the name of a view."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from dossiers.exports.colonnes import permises
from dossiers.exports.liste import PAR_CHOIX, PAR_ENFANT
from dossiers.models import JeuColonnes
from dossiers.queries.liste import Demande
from dossiers.queries.liste.mots import Panneau
from guichet.acces import Personne
from guichet.formulaires import DateField
from structures.models import Structure


class ExportForm(forms.Form):
    format = forms.ChoiceField(choices=[("xlsx", "Excel (xlsx)"), ("csv", "CSV")])
    forme = forms.ChoiceField(
        choices=[(PAR_ENFANT, "une ligne par enfant"), (PAR_CHOIX, "une ligne par choix")]
    )
    colonnes = forms.MultipleChoiceField(required=False)
    jeu = forms.ModelChoiceField(JeuColonnes.objects.none(), required=False)

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colonnes"].choices = colonnes_proposees(qui)  # type: ignore[attr-defined]
        self.fields["jeu"].queryset = JeuColonnes.objects.filter(agent=qui.agent)  # type: ignore[attr-defined]

    def choix(self) -> dict[str, Any]:
        """Format, shape and columns; none told: the usual ones of the profil."""
        dits = self.cleaned_data
        colonnes = dits["colonnes"] or (dits["jeu"].colonnes if dits["jeu"] else [])
        return {"format": dits["format"], "forme": dits["forme"], "colonnes": colonnes}


def colonnes_proposees(qui: Personne) -> list[tuple[str, str]]:
    return [(code, colonne.titre) for code, colonne in permises(qui).items()]


class ColonnesForm(forms.Form):
    """The columns being chosen: their order is that of the sheet sent; `geste` moves one of them."""

    nom = forms.CharField(label="Garder ce choix sous le nom", max_length=60, required=False)
    colonnes = forms.MultipleChoiceField(required=False)
    geste = forms.RegexField(r"(monter|descendre|retirer|ajouter):[a-z_]{1,20}|enregistrer|", required=False)
    ajout = forms.ChoiceField(label="Ajouter une colonne", required=False)

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in ("colonnes", "ajout"):
            self.fields[champ].choices = colonnes_proposees(qui)  # type: ignore[attr-defined]

    def ordonnees(self) -> list[str]:
        """The columns once the move is made."""
        codes = list(dict.fromkeys(self.cleaned_data["colonnes"]))
        geste, _, code = self.cleaned_data["geste"].partition(":")
        if geste == "ajouter" and (nouvelle := self.cleaned_data["ajout"]) and nouvelle not in codes:
            return [*codes, nouvelle]
        if code not in codes:
            return codes
        place = codes.index(code)
        codes.pop(place)
        if geste == "retirer":
            return codes
        codes.insert(max(0, place - 1) if geste == "monter" else place + 1, code)
        return codes


class VueForm(forms.Form):
    nom = forms.CharField(label="Nom de la vue", max_length=60)


class ListePasseeForm(forms.Form):
    """Which day, whose list; the page is the pager's own."""

    au = DateField(label="Liste telle qu’elle était le soir du")
    structure = forms.ModelChoiceField(
        Structure.objects.all(),
        to_field_name="code",
        required=False,
        label="Structure (facultatif)",
        empty_label="Toute la ville",
        error_messages={"invalid_choice": "Cette structure n’existe pas."},
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, jour: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jour = jour

    def clean_au(self) -> date:
        au: date = self.cleaned_data["au"]
        if au >= self.jour:
            raise forms.ValidationError("Choisissez un jour passé\u202f: aujourd’hui n’est pas fini.")
        if au.year < 2000:
            raise forms.ValidationError("Aucune liste n’existait à cette date.")
        return au


def champs_du_panneau(demande: Demande, panneau: Panneau) -> list[BoundField]:
    """The fields of a group, with their present values; sections are those of the structure in question."""
    form = demande.filtres.form
    if "section" in panneau.champs:
        sections = form.fields["section"].queryset
        structure = demande.structure
        if structure:
            sections = sections.filter(structure=structure)
        elif demande.qui.structures:
            sections = sections.filter(structure__in=demande.qui.structures)
        form.fields["section"].queryset = sections
    if "demi_mode" in panneau.champs and "demi_mode" not in form.data:
        form.data = {**form.data.dict(), "demi": form.data.getlist("demi"), "demi_mode": "contient"}
    return [form[nom] for nom in panneau.champs]
