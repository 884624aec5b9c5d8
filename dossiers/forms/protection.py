"""Naming someone on a protected dossier, lifting its protection."""

from typing import Any

from django import forms
from django.db.models import Q

from dossiers.acces import LISTE
from dossiers.models import MotifFinProtection
from guichet.acces import Personne
from guichet.formulaires import DateField, aide
from structures.models import Agent, Habilitation


class NommerForm(forms.Form):
    agent = forms.ModelChoiceField(
        Agent.objects.none(),
        label="Personne",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez une personne."},
    )
    jusqu_au = DateField(label="Jusqu’au (facultatif)", required=False)

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        super().__init__(*args, prefix="nommer", **kwargs)
        en_cours = Habilitation.objects.filter(
            Q(fin__isnull=True) | Q(fin__gte=qui.jour), debut__lte=qui.jour, profil__in=LISTE
        )
        agents = Agent.objects.filter(is_active=True, pk__in=en_cours.values("agent"))
        self.fields["agent"].queryset = agents.order_by("nom", "prenom", "pk")
        self.helper = aide(resume=False)


class LeverForm(forms.Form):
    motif = forms.ChoiceField(
        label="Pourquoi lever la protection\u202f?",
        choices=[("", "Choisir…"), *MotifFinProtection.choices],
        error_messages={"required": "Choisissez une raison dans la liste."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="lever", **kwargs)
        self.helper = aide(resume=False)
