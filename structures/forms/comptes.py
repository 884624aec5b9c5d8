"""Forms of the accounts and their rights."""

from typing import Any

from django import forms
from django.utils import timezone

from guichet.formulaires import DateField, NomField, TelephoneField, aide, choix_en_mots
from structures.models import Agent, Habilitation, Profil


class RechercheComptesForm(forms.Form):
    q = forms.CharField(label="Nom ou identifiant", required=False, max_length=80)
    profil = forms.ChoiceField(label="Profil", required=False)
    etat = forms.ChoiceField(
        label="Comptes",
        required=False,
        choices=[("", "Ouverts"), ("fermes", "Fermés"), ("tous", "Tous")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profil"].choices = [("", "Tous les profils"), *Profil.choices]
        self.helper = aide()


class CompteForm(forms.ModelForm):
    nom = NomField(label="Nom")
    prenom = NomField(label="Prénom")
    telephone = TelephoneField(required=False)

    class Meta:
        model = Agent
        fields = ["prenom", "nom", "identifiant", "fonction", "courriel", "telephone"]
        error_messages = {"identifiant": {"unique": "Cet identifiant est déjà pris par un autre compte."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identifiant"].help_text = "Ce que la personne tapera pour se connecter."
        self.fields["courriel"].label = "Courriel"
        self.helper = aide()

    def clean_identifiant(self) -> str:
        identifiant: str = self.cleaned_data["identifiant"].strip()
        if " " in identifiant:
            raise forms.ValidationError("Un identifiant n’a pas d’espace.")
        memes = Agent.objects.filter(identifiant__iexact=identifiant).exclude(pk=self.instance.pk)
        if memes.exists():
            raise forms.ValidationError("Cet identifiant est déjà pris par un autre compte.")
        return identifiant


class HabilitationForm(forms.ModelForm):
    debut = DateField(label="À partir du")
    fin = DateField(label="Jusqu’au", required=False, help_text="Vide : sans fin prévue.")

    class Meta:
        model = Habilitation
        fields = ["profil", "mairie", "structure", "service", "debut", "fin"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix_en_mots(self)
        self.fields["debut"].initial = timezone.localdate()
        self.fields["mairie"].help_text = "Pour un agent de mairie."
        self.fields["structure"].help_text = "Pour une direction."
        self.fields["service"].help_text = "Pour un partenaire."
        self.helper = aide()

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean() or {}
        portees = {Profil.AGENT: "mairie", Profil.DIRECTION: "structure", Profil.PARTENAIRE: "service"}
        voulue = portees.get(propre.get("profil", ""))
        if voulue and not propre.get(voulue):
            self.add_error(voulue, f"Indiquez : {self.fields[voulue].label.lower()}.")
        for nom in portees.values():
            # What the profil has no use for is set aside, not refused: the choice was left from another try.
            if nom != voulue:
                propre[nom] = "" if nom == "service" else None
        return propre


class FinDroitForm(forms.Form):
    fin = DateField(label="Dernier jour")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
