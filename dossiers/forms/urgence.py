"""Asking an urgent admission, and answering it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from dossiers.models import MOTIFS_ACCORD, MotifReponseUrgence, MotifUrgence
from guichet.formulaires import DateField, aide
from structures.models import Section
from structures.regles.semaine import CRENEAUX, JOURS

CHOISIR = ("", "Choisir…")
DEMI_JOURNEES = [
    (str(i), f"{JOURS[i // 2]} {'après-midi' if i % 2 else 'matin'}") for i in range(len(CRENEAUX))
]
REPONSES = (("accord", "Accorder"), ("refus", "Refuser"))


class _SectionField(forms.ModelChoiceField):
    def label_from_instance(self, section: Any) -> str:
        return f"{section.structure.nom}, {section.nom} ({section.ages})"


class UrgenceForm(forms.Form):
    """Section, from when, until when, half-days, coded reason; nothing of health nor of what happened."""

    section = _SectionField(label="Section", queryset=Section.objects.none(), empty_label="Choisir…")
    motif = forms.ChoiceField(
        label="Pourquoi si vite",
        choices=[CHOISIR, *MotifUrgence.choices],
        help_text="Rien de la santé ni de ce qui s’est passé\u00a0: la coordination vous appelle si besoin.",
    )
    debut = DateField(label="À partir du")
    fin = DateField(label="Jusqu’au", required=False)
    demi_journees = forms.TypedMultipleChoiceField(
        label="Demi-journées",
        choices=DEMI_JOURNEES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une demi-journée."},
    )

    def __init__(
        self, *args: Any, sections: QuerySet[Section], semaine: Iterable[int], duree: int, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("demi_journees", [str(c) for c in semaine])
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections
        self.fields["fin"].help_text = f"Sans date\u00a0: {duree} mois après le début, au plus."
        self.helper = aide(resume=False)


class ReponseUrgenceForm(forms.Form):
    reponse = forms.ChoiceField(label="Réponse", choices=REPONSES, widget=forms.RadioSelect)
    motif = forms.ChoiceField(
        label="Motif",
        choices=[
            CHOISIR,
            ("Si c’est oui", [(m.value, m.label) for m in MOTIFS_ACCORD]),
            ("Si c’est non", [(m.value, m.label) for m in MotifReponseUrgence if m not in MOTIFS_ACCORD]),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class VuForm(forms.Form):
    """The moment the page was drawn, brought back by « J’ai vu »."""

    jusqu_a = forms.DateTimeField(widget=forms.HiddenInput)
