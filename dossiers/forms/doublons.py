"""The gestures of the review of duplicates."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from dossiers.models import MotifDistinction
from dossiers.queries.comparaison import Groupe
from dossiers.regles.fusion import ABSORBE, GARDE, GROUPES
from guichet.formulaires import aide


class DistinguerForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi ?", choices=[("", "Choisir une raison…"), *MotifDistinction.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class ChoixForm(forms.Form):
    """For each group that differs, the dossier it is taken from."""

    def __init__(
        self, *args: Any, defaut: Mapping[str, str], numeros: tuple[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choix = list(zip((GARDE, ABSORBE), numeros, strict=True))
        for code, titre in GROUPES.items():
            self.fields[code] = forms.ChoiceField(
                label=f"{titre} : garder", choices=choix, initial=defaut[code], required=False
            )

    def parties(self, groupes: Sequence[Groupe]) -> list[dict[str, Any]]:
        """The groups of the page, each with its field when there is something to choose."""
        return [
            {"groupe": g, "champ": self[g.code] if g.a_choisir else None, "rang": rang}
            for rang, g in enumerate(groupes)
        ]


class ConfirmationForm(ChoixForm):
    """The same choices, hidden, with the versions that were read."""

    version_garde = forms.IntegerField(widget=forms.HiddenInput)
    version_absorbe = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in GROUPES:
            self.fields[code].widget, self.fields[code].label = forms.HiddenInput(), GROUPES[code]
