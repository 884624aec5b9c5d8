"""All that a family lays on the counter, noted in one save."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from dossiers.forms.fiche import CHOISIR
from dossiers.queries.fiche_pieces import LignePiece
from guichet.formulaires import DateField, aide


class JourForm(forms.Form):
    vue_le = DateField(label="Vues le", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class PieceCocheeForm(forms.Form):
    """One line: naming the document is enough to say the piece was seen."""

    vue = forms.BooleanField(required=False)
    equivalent = forms.ChoiceField(label="Document vu", required=False)
    valide_jusqu_au = DateField(label="Valable jusqu’au", required=False)

    def __init__(self, *args: Any, ligne: LignePiece, **kwargs: Any) -> None:
        super().__init__(*args, prefix=ligne.code, **kwargs)
        self.ligne = ligne
        self.fields["vue"].label = ligne.libelle
        self.fields["equivalent"].choices = [CHOISIR, *((e, e) for e in ligne.equivalents)]
        self.helper = aide(resume=False)

    def clean(self) -> dict[str, Any]:
        lus = super().clean() or {}
        if lus.get("vue") and not lus.get("equivalent") and "equivalent" not in self.errors:
            self.add_error("equivalent", "Choisissez le document que vous avez vu.")
        return lus

    @property
    def dite(self) -> dict[str, Any] | None:
        """What was seen, None when nothing was said of this piece."""
        lus = self.cleaned_data
        if not lus.get("equivalent"):
            return None
        return {
            "code": self.ligne.code,
            "equivalent": lus["equivalent"],
            "valide_jusqu_au": lus.get("valide_jusqu_au"),
        }


class PagePieces:
    """The day, and one line per piece; those still awaited come first."""

    def __init__(self, lignes: Sequence[LignePiece], donnees: Any = None) -> None:
        connues = [ligne for ligne in lignes if ligne.equivalents]
        ordre = sorted(connues, key=lambda ligne: (ligne.vue, not ligne.obligatoire))
        self.jour = JourForm(donnees)
        self.lignes = [PieceCocheeForm(donnees, ligne=ligne) for ligne in ordre]

    @property
    def formulaires(self) -> list[forms.Form]:
        return [self.jour, *self.lignes]

    def is_valid(self) -> bool:
        lus = [formulaire.is_valid() for formulaire in self.formulaires]
        return all(lus)

    @property
    def vue_le(self) -> date | None:
        return self.jour.cleaned_data["vue_le"]

    def dites(self) -> list[dict[str, Any]]:
        return [dite | {"vue_le": self.vue_le} for ligne in self.lignes if (dite := ligne.dite)]

    def refuser(self, champ: str | None, message: str) -> None:
        """Put a refusal of the service on the line and column it names."""
        code, _, nom = (champ or "").partition("-")
        for formulaire in self.lignes:
            if formulaire.ligne.code == code and nom in formulaire.fields:
                formulaire.add_error(nom, message)
                return
        self.jour.add_error("vue_le" if nom == "vue_le" else None, message)
