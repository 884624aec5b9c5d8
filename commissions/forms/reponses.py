"""Reading what is typed of letters and offers."""

from typing import Any

from django import forms
from django.utils import timezone

from commissions.models import (
    FAIT_DE_LA_STRUCTURE,
    AvisGestionnaire,
    EntreeOffre,
    MotifAnnulation,
    MotifRefus,
    NatureLettre,
)
from dossiers.models import CanalContact, MotifDepassement
from guichet.formulaires import DateField, aide, choix_en_mots
from structures.models import Gestionnaire

CANAUX = [c for c in CanalContact.choices if c[0] != CanalContact.TIERS]


class EnvoiForm(forms.Form):
    envoi_le = DateField(label="Lettres datées du", help_text="Le jour où elles partiront.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["envoi_le"].initial = timezone.localdate()
        self.helper = aide()


class GesteForm(forms.Form):
    """One gesture on an offer; each has one field, or none."""

    def __init__(self, geste: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=geste, **kwargs)
        self.geste = geste
        self.fields.update(_champs(geste))
        choix_en_mots(self)
        self.helper = aide()


def _champs(geste: str) -> dict[str, forms.Field]:
    vide = [("", "---------")]
    perdues = [c for c in MotifAnnulation.choices if c[0] in FAIT_DE_LA_STRUCTURE]
    return {
        "reproposer": {"canal": forms.ChoiceField(label="Famille prévenue par", choices=vide + CANAUX)},
        "prevenir": {"canal": forms.ChoiceField(label="Famille prévenue par", choices=vide + CANAUX)},
        "accepter": {
            "motif_depassement": forms.ChoiceField(
                label="Motif au-dessus des places, s’il en faut un",
                choices=vide + MotifDepassement.choices,
                required=False,
            )
        },
        "decliner": {
            "motif": forms.ChoiceField(label="Pourquoi la famille décline", choices=vide + MotifRefus.choices)
        },
        "annuler": {
            "motif": forms.ChoiceField(label="Pourquoi la retirer", choices=vide + MotifAnnulation.choices)
        },
        "perdre": {"motif": forms.ChoiceField(label="Ce qui manque à la structure", choices=vide + perdues)},
        "reporter": {"entree_le": DateField(label="Nouveau premier jour d’adaptation")},
        "avis": {
            "avis": forms.ChoiceField(
                label="Réponse du gestionnaire", choices=vide + AvisGestionnaire.choices
            )
        },
        "entree": {"venu": forms.ChoiceField(label="L’enfant", choices=vide + EntreeOffre.choices)},
        "envoyer": {},
        "entrer": {},
    }[geste]


class ModeleForm(forms.Form):
    objet = forms.CharField(max_length=160)
    corps = forms.CharField(
        label="Texte",
        widget=forms.Textarea(attrs={"rows": 22}),
        help_text="## ouvre un titre, - une puce, {champ} une valeur de la liste.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class SignataireForm(forms.Form):
    gestionnaire = forms.ModelChoiceField(
        Gestionnaire.objects.all(), label="Pour", required=False, empty_label="Le maire"
    )
    nom = forms.CharField(max_length=120)
    qualite = forms.CharField(label="Qualité", max_length=160)
    delegation = forms.CharField(label="Délégation", max_length=200, required=False)
    depuis = DateField(label="Depuis le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["depuis"].initial = timezone.localdate()
        self.helper = aide()


NATURES = frozenset(NatureLettre.values)
