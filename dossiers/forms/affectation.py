"""Choosing an assistante maternelle, or saying why none may take the child."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from dossiers.models import MotifEchec
from dossiers.queries.affectations import Candidate
from guichet.formulaires import DateField, aide


class AffectationForm(forms.Form):
    a_partir_du = DateField(label="À partir du")
    assistante = forms.TypedChoiceField(
        label="Assistante maternelle",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une assistante maternelle."},
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], depuis: date, **kwargs: Any) -> None:
        possibles = [c for c in candidates if c.obstacle is None]
        kwargs["initial"] = {
            "a_partir_du": depuis,
            "assistante": possibles[0].assistante.pk if len(possibles) == 1 else None,
        }
        super().__init__(*args, **kwargs)
        self.fields["assistante"].choices = [
            (
                c.assistante.pk,
                f"{c.assistante}, {c.assistante.quartier}{' (son quartier)' if c.proche else ''}",
            )
            for c in candidates
        ]
        self.helper = aide(resume=False)


class EchecForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi aucune ne convient",
        choices=MotifEchec.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)
