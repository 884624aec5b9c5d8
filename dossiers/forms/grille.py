"""The frame of a version: its name, dates, groups and ceilings; copying it, loading a file."""

import json
from collections.abc import Callable
from typing import Any

from django import forms

from dossiers.forms.faits import NombreField
from dossiers.models import Departage
from dossiers.regles.documents import TAILLE_MAXIMUM, decoder
from dossiers.regles.lecture import lire_json
from guichet.erreurs import ErreurMetier
from guichet.formulaires import DateField, aide

GROUPES_LIBRES, PLAFONDS_LIBRES = 2, 1
CodeLibre = Callable[[str, set[str]], str]


class CopieForm(forms.Form):
    nom = forms.CharField(label="Nom de la nouvelle version", max_length=120)
    debut = DateField(label="À partir du")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class FichierForm(forms.Form):
    """`document` is the JSON read from the file."""

    fichier = forms.FileField(
        label="Fichier JSON de la grille",
        help_text="Le format est décrit dans la notice, « La grille en JSON ».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
        self.document: Any = None

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        try:
            self.document = decoder(fichier.read(TAILLE_MAXIMUM + 1), "Ce fichier")
        except ErreurMetier as faute:
            raise forms.ValidationError(f"{faute.message}.", faute.code) from None
        return fichier


class DocumentForm(forms.Form):
    """The whole grid as text, for what the rows cannot say."""

    texte = forms.CharField(
        label="La grille en JSON",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code-json"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
        self.document: Any = None

    def clean_texte(self) -> str:
        texte: str = self.cleaned_data["texte"]
        try:
            self.document = lire_json(texte, nom="Ce texte")
        except ErreurMetier as faute:
            raise forms.ValidationError(f"{faute.message}.", faute.code) from None
        return texte


def texte_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


class CadreForm(forms.Form):
    nom = forms.CharField(label="Nom", max_length=120)
    debut = DateField(label="À partir du")
    departage = forms.ChoiceField(label="À égalité de points et de date", choices=Departage.choices)
    plafond_total = NombreField(
        label="Plafond du total", required=False, minimum=0, help_text="Vide : pas de plafond."
    )

    def __init__(self, *args: Any, document: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.groupes, self.plafonds = document.get("groupes", []), document.get("plafonds", [])
        criteres = [(c["code"], c["libelle"]) for c in document["criteres"]]
        initial = {cle: document.get(cle) for cle in ("nom", "debut", "departage", "plafond_total")}
        for rang in range(1, len(self.groupes) + GROUPES_LIBRES + 1):
            self.fields[f"g{rang}_libelle"] = forms.CharField(
                label=f"Groupe {rang}", required=False, max_length=200
            )
        for rang, groupe in enumerate(self.groupes, start=1):
            initial[f"g{rang}_libelle"] = groupe["libelle"]
        for rang in range(1, len(self.plafonds) + PLAFONDS_LIBRES + 1):
            self._ajouter_plafond(f"p{rang}", rang, criteres)
        for rang, plafond in enumerate(self.plafonds, start=1):
            initial |= {f"p{rang}_{cle}": plafond.get(cle) for cle in ("libelle", "criteres", "max", "min")}
        self.initial = initial | dict(self.initial)
        self.helper = aide()

    def _ajouter_plafond(self, prefixe: str, rang: int, criteres: list[tuple[str, str]]) -> None:
        self.fields[f"{prefixe}_libelle"] = forms.CharField(
            label=f"Plafond {rang}", required=False, max_length=200
        )
        self.fields[f"{prefixe}_max"] = NombreField(label="Points au plus", required=False)
        self.fields[f"{prefixe}_min"] = NombreField(label="Points au moins", required=False)
        self.fields[f"{prefixe}_criteres"] = forms.MultipleChoiceField(
            label="Critères du plafond",
            required=False,
            choices=criteres,
            widget=forms.CheckboxSelectMultiple,
        )

    def champs_simples(self) -> list[forms.BoundField]:
        return [self[nom] for nom in ("nom", "debut", "departage", "plafond_total")]

    def champs_groupes(self) -> list[forms.BoundField]:
        return [self[f"g{rang}_libelle"] for rang in range(1, len(self.groupes) + GROUPES_LIBRES + 1)]

    def lignes_plafonds(self) -> list[list[forms.BoundField]]:
        noms = ("libelle", "max", "min", "criteres")
        rangs = range(1, len(self.plafonds) + PLAFONDS_LIBRES + 1)
        return [[self[f"p{rang}_{nom}"] for nom in noms] for rang in rangs]

    def clean(self) -> dict[str, Any]:
        propres = super().clean() or {}
        utilises = {c.get("groupe") for c in self.document["criteres"]}
        libelles = {g["code"]: g["libelle"] for g in self.groupes}
        for rang, groupe in enumerate(self.groupes, start=1):
            if not propres.get(f"g{rang}_libelle") and groupe["code"] in utilises:
                message = (
                    f"Des critères sont dans « {libelles[groupe['code']]} » : retirez-les d’abord du groupe."
                )
                self.add_error(f"g{rang}_libelle", message)
        for rang in range(1, len(self.plafonds) + PLAFONDS_LIBRES + 1):
            self._controler_plafond(f"p{rang}")
        return propres

    def _controler_plafond(self, prefixe: str) -> None:
        libelle, haut, bas, criteres = (
            self.cleaned_data.get(f"{prefixe}_{nom}") for nom in ("libelle", "max", "min", "criteres")
        )
        if not libelle:
            if criteres or haut is not None or bas is not None:
                self.add_error(f"{prefixe}_libelle", "Nommez ce plafond, ou videz sa ligne.")
            return
        if haut is None and bas is None:
            self.add_error(f"{prefixe}_max", "Indiquez le plus ou le moins de points.")
        elif haut is not None and bas is not None and bas > haut:
            self.add_error(f"{prefixe}_min", "Le moins de points dépasse le plus.")
        if not criteres:
            self.add_error(f"{prefixe}_criteres", "Cochez les critères de ce plafond.")

    def appliquer(self, document: dict[str, Any], code_libre: CodeLibre) -> dict[str, Any]:
        """The document with this frame; a group or ceiling keeps its code, a new one takes a free one."""
        propres = self.cleaned_data
        nouveau = document | {
            "nom": propres["nom"],
            "debut": propres["debut"].isoformat(),
            "departage": propres["departage"],
            "groupes": [ecrit for _, ecrit in self._coder("g", self.groupes, code_libre)],
            "plafonds": [
                ecrit | self._bornes(rang) for rang, ecrit in self._coder("p", self.plafonds, code_libre)
            ],
        }
        nouveau.pop("plafond_total", None)
        if propres["plafond_total"] is not None:
            nouveau["plafond_total"] = propres["plafond_total"]
        return nouveau

    def _coder(
        self, lettre: str, anciens: list[dict[str, Any]], code_libre: CodeLibre
    ) -> list[tuple[int, dict[str, Any]]]:
        """(row, {code, libelle}) of each named row."""
        ecrits: list[tuple[int, dict[str, Any]]] = []
        pris = {ancien["code"] for ancien in anciens}
        libres = GROUPES_LIBRES if lettre == "g" else PLAFONDS_LIBRES
        for rang in range(1, len(anciens) + libres + 1):
            libelle = self.cleaned_data.get(f"{lettre}{rang}_libelle")
            if libelle:
                code = anciens[rang - 1]["code"] if rang <= len(anciens) else code_libre(libelle, pris)
                pris.add(code)
                ecrits.append((rang, {"code": code, "libelle": libelle}))
        return ecrits

    def _bornes(self, rang: int) -> dict[str, Any]:
        lues = {cle: self.cleaned_data[f"p{rang}_{cle}"] for cle in ("criteres", "max", "min")}
        return {cle: valeur for cle, valeur in lues.items() if valeur is not None}
