"""The information contact as typed at the counter, the filters of its list, the sheet it becomes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.feuille import Feuille, feuille_neuve
from dossiers.models import CanalRenseignement, Orientation, Renseignement, TypeBesoin
from dossiers.queries.renseignements import AXES
from dossiers.regles.renseignement import lire_age_ou_terme, lire_mois
from guichet.erreurs import ErreurMetier
from guichet.formulaires import DateField, NomField, TelephoneField, aide
from structures.models import Mairie, Quartier
from structures.regles.semaine import SEMAINE_PLEINE

CHOISIR = ("", "Choisir…")
JOURS = [("", "Non dit"), *((str(n), f"{n} jour{'s' if n > 1 else ''}") for n in range(1, 6))]
SUITES = [
    ("", "Toutes les suites"),
    ("dossier", "Devenus un dossier"),
    ("aucune", "Sans dossier"),
    ("rendez_vous", "Avec un rendez-vous"),
]
MOIS_ILLISIBLE = "Écrivez le mois ainsi\u00a0: 09/2027, ou septembre."


class MoisField(forms.CharField):
    """A month, « 09/2027 », « 9/27 » or « septembre »: its first day."""

    def __init__(self, *, le: date, **options: Any) -> None:
        self.le = le
        super().__init__(**{"max_length": 20, "required": False, **options})

    def clean(self, value: Any) -> Any:
        mots = super().clean(value)
        if not mots:
            return None
        mois = lire_mois(mots, le=self.le)
        if mois is None:
            raise forms.ValidationError(MOIS_ILLISIBLE, "mois")
        return mois


class RenseignementForm(forms.Form):
    """Three answers are enough: the child, the need, the orientation given."""

    enfant = forms.CharField(
        label="Âge, ou mois du terme",
        max_length=20,
        help_text="8, 2 ans, 03/2027",
        error_messages={"required": "Écrivez un âge (8, 2 ans) ou le mois du terme (03/2027)."},
    )
    besoin = forms.ChoiceField(label="Besoin", choices=[CHOISIR, *TypeBesoin.choices])
    orientation = forms.ChoiceField(label="Orientation donnée", choices=[CHOISIR, *Orientation.choices])
    mairie = forms.ModelChoiceField(label="Mairie", queryset=Mairie.objects.none(), empty_label="Choisir…")
    canal = forms.ChoiceField(label="Comment", choices=CanalRenseignement.choices, initial="guichet")
    jours_semaine = forms.TypedChoiceField(
        label="Par semaine", choices=JOURS, required=False, coerce=int, empty_value=None
    )
    quartier = forms.ModelChoiceField(
        label="Quartier", queryset=Quartier.objects.all(), required=False, empty_label="Non dit"
    )
    rendez_vous_jour = DateField(label="Rendez-vous le", required=False)
    rendez_vous_heure = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Écrivez l’heure ainsi\u00a0: 08:30."},
    )
    nom = NomField(label="Nom", required=False)
    telephone = TelephoneField(required=False)

    def __init__(self, *args: Any, mairies: Sequence[Mairie], le: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.le = le
        self.fields["entree_mois"] = MoisField(label="Mois d’entrée", le=le, help_text="09/2027, septembre")
        if len(mairies) == 1:
            del self.fields["mairie"]
        else:
            self.fields["mairie"].queryset = Mairie.objects.filter(pk__in=[m.pk for m in mairies])
        self.order_fields(
            [
                *("enfant", "besoin", "orientation", "mairie", "canal", "jours_semaine", "entree_mois"),
                *("quartier", "rendez_vous_jour", "rendez_vous_heure", "nom", "telephone"),
            ]
        )
        for champ in self.fields.values():
            champ.widget.attrs.setdefault("autocomplete", "off")
        self.fields["enfant"].widget.attrs["autofocus"] = True
        self.helper = aide(resume=False)

    def clean(self) -> dict[str, Any]:
        dit: dict[str, Any] = super().clean() or {}
        if mots := dit.pop("enfant", ""):
            try:
                dit["age_mois"], dit["terme_mois"] = lire_age_ou_terme(mots, le=self.le)
            except ErreurMetier as refus:
                self.add_error("enfant", refus.message)
        jour, heure = dit.pop("rendez_vous_jour", None), dit.pop("rendez_vous_heure", None)
        if jour and heure:
            dit["rendez_vous_le"] = timezone.make_aware(datetime.combine(jour, heure))
        elif jour and "rendez_vous_heure" not in self.errors:
            self.add_error("rendez_vous_heure", "Donnez aussi l’heure.")
        elif heure and "rendez_vous_jour" not in self.errors:
            self.add_error("rendez_vous_jour", "Donnez aussi le jour.")
        return dit


class FiltreRenseignementsForm(forms.Form):
    mairie = forms.ModelChoiceField(
        label="Mairie", queryset=Mairie.objects.none(), required=False, empty_label="Toutes"
    )
    orientation = forms.ChoiceField(
        label="Orientation", required=False, choices=[("", "Toutes"), *Orientation.choices]
    )
    besoin = forms.ChoiceField(label="Besoin", required=False, choices=[("", "Tous"), *TypeBesoin.choices])
    suite_donnee = forms.ChoiceField(label="Suite", required=False, choices=SUITES)

    def __init__(self, *args: Any, mairies: Sequence[Mairie], le: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["du"] = MoisField(label="Du mois", le=le)
        self.fields["au"] = MoisField(label="Au mois", le=le)
        if len(mairies) < 2:
            del self.fields["mairie"]
        else:
            self.fields["mairie"].queryset = Mairie.objects.filter(pk__in=[m.pk for m in mairies])
        self.helper = aide()


class ComptesForm(forms.Form):
    """By what to count, from which month to which."""

    par = forms.ChoiceField(label="Par", choices=AXES, required=False)

    def __init__(self, *args: Any, le: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["du"] = MoisField(label="Du mois", le=le)
        self.fields["au"] = MoisField(label="Au mois", le=le)
        self.helper = aide()

    def clean(self) -> dict[str, Any]:
        dit: dict[str, Any] = super().clean() or {}
        if dit.get("du") and dit.get("au") and dit["au"] < dit["du"]:
            self.add_error("au", "Ce mois précède le premier.")
        return dit


def feuille_du_renseignement(pris: Renseignement, *, jour: str, commune: str, jeton: str) -> Feuille:
    """The entry page with what the family already said; a birth day or a term is still to be asked."""
    feuille = feuille_neuve(jour=jour, commune=commune, jeton=jeton)
    mots: dict[str, Any] = {
        "statut": "a_naitre" if pris.terme_mois else "ne",
        "regulier-demande": "on" if pris.besoin == TypeBesoin.REGULIER else None,
        f"{pris.besoin}-demande": "on",
        "r1-nom": pris.nom,
        "r1-telephone": pris.telephone,
        "quartier": str(pris.quartier_id or ""),
    }
    if pris.entree_mois:
        mots[f"{pris.besoin}-entree_le"] = pris.entree_mois.isoformat()
    if pris.jours_semaine == 5:
        mots[f"{pris.besoin}-semaine"] = [str(c) for c in SEMAINE_PLEINE]
    return feuille.posee(mots)
