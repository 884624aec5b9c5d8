"""A situation made up on the spot, to try a grid: only the facts this grid uses."""

from typing import Any

from django import forms

from dossiers.forms.conditions import habiller
from dossiers.forms.faits import champ_de_fait, valeur_saisie
from dossiers.regles.deductions import SOURCES
from dossiers.regles.faits import FAITS, VOEU
from dossiers.regles.grille import Grille
from dossiers.regles.situation import PointsManuels, Situation, construire_situation
from guichet.formulaires import aide


class EssaiForm(forms.Form):
    def __init__(self, grille: Grille, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grille = grille
        utiles = {source for code in grille.faits for source in SOURCES.get(code, (code,))}
        self.codes = [code for code in FAITS if code in utiles]
        for code in self.codes:
            self.fields[f"f_{code}"] = champ_de_fait(FAITS[code])
            if FAITS[code].preuve:
                self.fields[f"v_{code}"] = forms.BooleanField(label="pièce vue", required=False)
        self.manuels = [critere for critere in grille.criteres if critere.manuel]
        for critere in self.manuels:
            if critere.manuel is not None:
                self.fields[f"m_{critere.code}"] = forms.IntegerField(
                    label=critere.libelle,
                    required=False,
                    min_value=critere.manuel.minimum,
                    max_value=critere.manuel.maximum,
                )
        for champ in self.fields.values():
            if not isinstance(champ, forms.BooleanField):
                habiller(champ)
        self.helper = aide()

    def lignes(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each fact's field, with the box of its piece when it has one."""
        return [(self[f"f_{code}"], self[f"v_{code}"] if FAITS[code].preuve else None) for code in self.codes]

    def champs_manuels(self) -> list[forms.BoundField]:
        return [self[f"m_{critere.code}"] for critere in self.manuels]

    def clean(self) -> dict[str, Any]:
        propres = super().clean() or {}
        for critere in self.manuels:
            points = propres.get(f"m_{critere.code}")
            if points is not None and critere.manuel is not None and not critere.manuel.permet(points):
                self.add_error(
                    f"m_{critere.code}", f"Les points vont de {critere.manuel.pas} en {critere.manuel.pas}."
                )
        return propres

    @property
    def situation(self) -> Situation:
        propres = self.cleaned_data
        lus = {code: valeur_saisie(FAITS[code], propres.get(f"f_{code}")) for code in self.codes}
        manuelles = {
            critere.code: PointsManuels(propres[f"m_{critere.code}"], "avis_coordination")
            for critere in self.manuels
            if propres.get(f"m_{critere.code}") is not None
        }
        verifies = {code for code in self.codes if propres.get(f"v_{code}")}
        return construire_situation(
            {code: valeur for code, valeur in lus.items() if valeur is not None},
            verifies,
            manuelles=manuelles,
        )

    @property
    def au_voeu(self) -> bool:
        """True when the page must say that these facts are those of one choice."""
        return any(FAITS[code].porte == VOEU for code in self.codes)
