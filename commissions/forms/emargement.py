"""The attendance sheet, as typed: one line a member."""

from collections.abc import Sequence
from typing import Any

from django import forms

from commissions.forms.seance import VersionMixin
from commissions.models import MotifSansQuorum, Presence

STATUTS = (("present", "Présent"), ("excuse", "Excusé"), ("absent", "Absent"))


class EmargementForm(VersionMixin):
    """`statut_<id>` and `mandat_<id>` for each member called."""

    def __init__(
        self, *args: Any, presences: Sequence[Presence], statuts: dict[int, str], **kwargs: Any
    ) -> None:
        self.presences = presences
        initial: dict[str, Any] = {f"statut_{p.pk}": statuts[p.pk] for p in presences}
        initial |= {f"mandat_{p.pk}": p.mandat_a_id or "" for p in presences}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for p in presences:
            self.fields[f"statut_{p.pk}"] = forms.ChoiceField(
                label=f"{p.agent}",
                choices=STATUTS,
                widget=forms.RadioSelect,
                error_messages={"required": "Dites si cette personne est là."},
            )
            autres = [(a.pk, str(a.agent)) for a in presences if a.pk != p.pk]
            self.fields[f"mandat_{p.pk}"] = forms.TypedChoiceField(
                label=f"Mandat de {p.agent}",
                choices=[("", "Aucun mandat"), *autres],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def lignes(self) -> list[tuple[Presence, forms.BoundField, forms.BoundField]]:
        return [(p, self[f"statut_{p.pk}"], self[f"mandat_{p.pk}"]) for p in self.presences]

    @property
    def feuille(self) -> dict[int, tuple[str, int | None]]:
        return {
            p.pk: (self.cleaned_data[f"statut_{p.pk}"], self.cleaned_data[f"mandat_{p.pk}"])
            for p in self.presences
        }


class OuvertureForm(forms.Form):
    """Opening the séance; the reason only serves when the quorum is missing."""

    sans_quorum = forms.ChoiceField(
        label="Sans quorum, pourquoi",
        required=False,
        choices=[("", "Le quorum est atteint"), *MotifSansQuorum.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
