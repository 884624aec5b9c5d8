"""What becomes of each present child at the rentrée: one line of fields a child."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from dossiers.models import MotifDerogation, SortRentree
from dossiers.queries.rentree import EnfantRentree, PageRentree
from dossiers.regles.rentree import est_derogation
from guichet.formulaires import DateField, aide
from structures.models import Section

_MONTE = f"{SortRentree.MONTE.value}-"


@dataclass(frozen=True)
class LigneSaisie:
    enfant: EnfantRentree
    sort: forms.BoundField
    jour: forms.BoundField
    motif: forms.BoundField

    @property
    def champs(self) -> Sequence[forms.BoundField]:
        return (self.sort, self.jour, self.motif)


class RentreeForm(forms.Form):
    """`page` gives the children, their sections and what is already said or expected."""

    vu = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, page: PageRentree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.fields["vu"].initial = page.empreinte
        sections = [s.section for s in page.sections]
        for enfant in page.enfants:
            self._ajouter(enfant, sections)
        self.helper = aide()

    def _ajouter(self, enfant: EnfantRentree, sections: Sequence[Section]) -> None:
        pk = enfant.admission.pk
        monte = [(f"{_MONTE}{s.pk}", f"Monte en {s.nom}") for s in sections if s.pk != enfant.section.pk]
        self.fields[f"sort_{pk}"] = forms.ChoiceField(
            label="Devient",
            choices=[
                *monte,
                (SortRentree.RESTE.value, f"Reste en {enfant.section.nom}"),
                (SortRentree.PART.value, "Part"),
                (SortRentree.INCONNU.value, "On ne sait pas encore"),
            ],
            initial=f"{_MONTE}{enfant.vers}" if enfant.sort == SortRentree.MONTE else enfant.sort,
            error_messages={"invalid_choice": "Choisissez dans la liste."},
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"jour_{pk}"] = DateField(
            label="Dernier jour", required=False, initial=enfant.dernier_jour
        )
        self.fields[f"jour_{pk}"].widget.attrs["class"] = "form-control"
        self.fields[f"motif_{pk}"] = forms.ChoiceField(
            label="Pourquoi il reste",
            required=False,
            choices=[("", "Sans dérogation"), *MotifDerogation.choices],
            initial=enfant.motif,
            error_messages={"invalid_choice": "Choisissez dans la liste."},
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    @property
    def lignes(self) -> list[LigneSaisie]:
        return [
            LigneSaisie(e, *(self[f"{nom}_{e.admission.pk}"] for nom in ("sort", "jour", "motif")))
            for e in self.page.enfants
        ]

    @property
    def dits(self) -> dict[int, dict[str, Any]]:
        """By admission: sort, dernier_jour, section_id, motif; what the choice does not use is dropped."""
        return {e.admission.pk: self._dit(e.admission.pk) for e in self.page.enfants}

    def _dit(self, pk: int) -> dict[str, Any]:
        choix = self.cleaned_data[f"sort_{pk}"]
        monte = choix.startswith(_MONTE)
        sort = SortRentree.MONTE.value if monte else choix
        return {
            "sort": sort,
            "section_id": int(choix.removeprefix(_MONTE)) if monte else None,
            "dernier_jour": self.cleaned_data[f"jour_{pk}"] if sort == SortRentree.PART else None,
            "motif": self.cleaned_data[f"motif_{pk}"] if sort == SortRentree.RESTE else "",
        }

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean() or {}
        if propre.get("vu") != self.page.empreinte:
            self.add_error(None, "Une autre personne vient de changer ces mouvements\u202f: relisez-les.")
            self.data = self.data.copy()
            self.data["vu"] = self.page.empreinte
        for enfant in self.page.enfants:
            pk = enfant.admission.pk
            choix = propre.get(f"sort_{pk}", "")
            if choix == SortRentree.PART and not propre.get(f"jour_{pk}") and f"jour_{pk}" not in self.errors:
                self.add_error(f"jour_{pk}", "Indiquez son dernier jour.")
            reste = est_derogation(choix, age_de_sa_section=not enfant.trop_grand)
            if reste and not propre.get(f"motif_{pk}"):
                self.add_error(
                    f"motif_{pk}", "Il n’a plus l’âge de sa section\u202f: dites pourquoi il reste."
                )
        return propre
