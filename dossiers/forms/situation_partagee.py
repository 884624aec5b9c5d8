"""The forms of a shared situation: closed lists and dates only."""

from typing import Any

from django import forms

from dossiers.models import (
    DelaiSouhaite,
    FonctionDemandeur,
    MotifFinSituation,
    NatureChangement,
    NatureTache,
    ReponseSituation,
    ServiceDemandeur,
)
from guichet.acces import Personne
from guichet.formulaires import DateField, aide
from structures.models import Agent, Profil

CHOISIR = ("", "Choisir…")


class _Simple(forms.Form):
    """One gesture of the page, its fields named after it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class SituationForm(_Simple):
    """Opened at the desk, for a service that called or wrote."""

    service = forms.ChoiceField(label="Service qui demande", choices=[CHOISIR, *ServiceDemandeur.choices])
    fonction = forms.ChoiceField(
        label="Fonction de la personne", choices=[CHOISIR, *FonctionDemandeur.choices]
    )
    demandeur = forms.ModelChoiceField(
        label="Son compte, si elle en a un",
        queryset=Agent.objects.none(),
        required=False,
        empty_label="Aucun compte",
        help_text="Elle suivra la situation depuis son accueil.",
    )
    demandee_le = DateField(label="Demandée le")
    delai_souhaite = forms.ChoiceField(
        label="Réponse souhaitée dans", choices=[CHOISIR, *DelaiSouhaite.choices]
    )

    def __init__(self, *args: Any, comptes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["demandeur"].queryset = comptes


class SituationPartenaireForm(_Simple):
    """Opened by a partner, who proves it knows the family."""

    numero = forms.CharField(
        label="Numéro du dossier", max_length=14, help_text="Sur le récépissé de la famille : 2026-000123."
    )
    naissance = DateField(label="Naissance de l’enfant", help_text="La date prévue s’il n’est pas né.")
    service = forms.ChoiceField(label="Pour le service")
    fonction = forms.ChoiceField(label="Votre fonction", choices=[CHOISIR, *FonctionDemandeur.choices])
    delai_souhaite = forms.ChoiceField(
        label="Réponse souhaitée dans", choices=[CHOISIR, *DelaiSouhaite.choices]
    )

    def __init__(self, *args: Any, qui: Personne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siens = [(code, nom) for code, nom in ServiceDemandeur.choices if code in qui.services]
        self.fields["service"].choices = siens
        if len(siens) == 1:
            self.fields["service"].widget = forms.HiddenInput()
            self.fields["service"].initial = siens[0][0]

    def clean_numero(self) -> str:
        return str(self.cleaned_data["numero"]).replace(" ", "").strip()


class ReponseForm(_Simple):
    reponse = forms.ChoiceField(label="Réponse", choices=[CHOISIR, *ReponseSituation.choices])


class FinForm(_Simple):
    motif = forms.ChoiceField(
        label="Pourquoi se termine-t-elle ?", choices=[CHOISIR, *MotifFinSituation.choices]
    )


class ChangementForm(_Simple):
    nature = forms.ChoiceField(label="Ce qui a changé", choices=[CHOISIR, *NatureChangement.choices])


class TacheForm(_Simple):
    nature = forms.ChoiceField(label="À faire", choices=[CHOISIR, *NatureTache.choices])
    responsable = forms.ModelChoiceField(label="Par", queryset=Agent.objects.none(), empty_label="Choisir…")
    echeance_le = DateField(label="Avant le")

    def __init__(self, *args: Any, agents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = agents


class MembreForm(_Simple):
    agent = forms.ModelChoiceField(
        label="Personne à ajouter", queryset=Agent.objects.none(), empty_label="Choisir…"
    )

    def __init__(self, *args: Any, agents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = agents
        self.fields["agent"].label_from_instance = _avec_fonction


def _avec_fonction(agent: Agent) -> str:
    return f"{agent} ({agent.fonction})" if agent.fonction else str(agent)


def comptes_partenaires() -> Any:
    """The partners' accounts, for who asks."""
    partenaires = Agent.objects.filter(habilitations__profil=Profil.PARTENAIRE, is_active=True)
    return partenaires.distinct().order_by("nom", "prenom")
