"""The page that takes over a file: bringing it, then saying which column is which."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dossiers.models import ContenuReprise
from dossiers.regles.reprise.champs import CHAMPS, OBLIGATOIRES
from dossiers.regles.reprise.colonnes import Colonnes
from guichet.formulaires import aide
from structures.models import Mairie

GROUPES = {
    "dossier": "Dossier",
    "enfant": "Enfant",
    "responsables": "Responsables",
    "foyer": "Foyer",
    "besoin": "Besoin",
    "semaine": "Semaine",
    "choix": "Choix",
    "présence": "Contrat",
    "ignore": "Jamais gardé",
}


class FichierForm(forms.Form):
    """The file and what it holds."""

    contenu = forms.ChoiceField(
        label="Ce que contient le fichier",
        choices=ContenuReprise.choices,
        initial=ContenuReprise.DOSSIERS,
        widget=forms.RadioSelect,
    )
    fichier = forms.FileField(
        label="Fichier",
        help_text="CSV, XLSX ou ODS, 50 Mo au plus, une ligne de titres.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods,.xls"}),
        error_messages={
            "required": "Choisissez le fichier à reprendre.",
            "empty": "Ce fichier est vide.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class ColonnesForm(forms.Form):
    """One list per column of the file; `positions` is what the person confirmed."""

    mairie = forms.ModelChoiceField(
        label="Mairie des lignes qui n’en nomment pas",
        queryset=Mairie.objects.filter(ouverte=True).order_by("nom"),
        to_field_name="code",
        required=False,
        empty_label="La première de la ville",
    )

    def __init__(
        self, *args: Any, titres: Sequence[str], contenu: str, colonnes: Colonnes, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.titres, self.contenu = titres, contenu
        self.helper = aide()
        if contenu == ContenuReprise.PRESENTS:
            del self.fields["mairie"]
        reconnus = {p: champ for champ, positions in colonnes.positions.items() for p in positions}
        for position, titre in enumerate(titres):
            self.fields[f"colonne_{position}"] = forms.ChoiceField(
                label=titre or f"(colonne {position + 1}, sans titre)",
                choices=_choix(contenu),
                required=False,
                initial=reconnus.get(position, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def colonnes(self) -> list[forms.BoundField]:
        """The lists, in the order of the file."""
        return [self[f"colonne_{p}"] for p in range(len(self.titres))]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        self.positions: dict[str, list[int]] = {}
        for position in range(len(self.titres)):
            champ = donnees.get(f"colonne_{position}")
            if not champ:
                continue
            deja = self.positions.setdefault(champ, [])
            if deja and not CHAMPS[self.contenu][champ].repetable:
                autre = self.titres[deja[0]] or f"colonne {deja[0] + 1}"
                self.add_error(f"colonne_{position}", f"« {autre} » est déjà choisie pour ce champ.")
            deja.append(position)
        manquants = [
            quoi
            for quoi, champs in OBLIGATOIRES[self.contenu]
            if not any(c in self.positions for c in champs)
        ]
        if manquants:
            raise forms.ValidationError("Dites quelle colonne donne : " + ", ".join(manquants) + ".")
        # A field nobody chose is in no column, whatever its heading says.
        self.positions = {c: self.positions.get(c, []) for c in CHAMPS[self.contenu]}
        return donnees


def _choix(contenu: str) -> list[Any]:
    groupes: dict[str, list[tuple[str, str]]] = {}
    for champ in CHAMPS[contenu].values():
        groupes.setdefault(GROUPES[champ.groupe], []).append((champ.cle, champ.libelle))
    return [("", "(laissée de côté)"), *groupes.items()]
