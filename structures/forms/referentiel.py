"""Forms of the reference data: places, managers, structures, sections, capacities."""

from typing import Any

from django import forms

from guichet.formulaires import DateField, TelephoneField, aide, choix_en_mots
from structures.models import (
    Capacite,
    Convention,
    Gestionnaire,
    Mairie,
    MotifCapacite,
    Quartier,
    Section,
    Structure,
    Versionne,
)
from structures.regles.semaine import JOURS, NB_CRENEAUX

DEMI_JOURNEES = [
    (2 * i + j, f"{jour} {moitie}")
    for i, jour in enumerate(JOURS)
    for j, moitie in enumerate(("matin", "après-midi"))
]


class FormulaireModele(forms.ModelForm):
    """A model form with the house helper; the view hands its instance to a service.

    An existing object carries the version it was read at, so that nobody overwrites another unawares.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=self.instance.version
            )
        choix_en_mots(self)
        self.helper = aide()

    def reprendre(self, enregistre: Versionne) -> list[str]:
        """Keep what was typed against the version now in base; the labels of the fields that differ."""
        connu = type(self)(instance=enregistre)
        donnees = self.data.copy()
        donnees[self.add_prefix("version")] = str(enregistre.version)
        self.data = donnees
        return [
            str(champ.label).lower()
            for champ in connu
            if champ.name in self.fields
            and champ.name not in ("version", "partout")
            and champ.field.has_changed(champ.initial, self[champ.name].data)
        ]


class ListeField(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        texte = super().to_python(value) or ""
        return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(ligne) > 80 for ligne in value):
            raise forms.ValidationError("Chaque ligne compte 80 caractères au plus.")

    def run_validators(self, value: Any) -> None:
        """The text validators do not speak of lists."""


class MairieForm(FormulaireModele):
    telephone = TelephoneField(required=False)

    class Meta:
        model = Mairie
        fields = ["nom", "adresse", "telephone", "horaires", "ouverte"]
        labels = {"ouverte": "Reçoit des familles"}


class QuartierForm(FormulaireModele):
    class Meta:
        model = Quartier
        fields = ["nom", "prioritaire"]


class GestionnaireForm(FormulaireModele):
    class Meta:
        model = Gestionnaire
        fields = ["nom", "nature"]


class ConventionForm(FormulaireModele):
    debut = DateField(label="Du")
    fin = DateField(label="Au", required=False, help_text="Vide : sans fin prévue.")
    communes_voisines = ListeField(
        label="Communes voisines admises", required=False, help_text="Une par ligne."
    )

    class Meta:
        model = Convention
        fields = ["debut", "fin", "places", "communes_voisines", "conditions_locales"]
        help_texts = {"conditions_locales": "Une adhésion, par exemple : la famille la lira."}


class StructureForm(FormulaireModele):
    telephone = TelephoneField(required=False)
    autres_noms = ListeField(
        label="Autres noms", required=False, help_text="Un par ligne : une reprise les reconnaîtra."
    )
    ouverture = forms.TypedMultipleChoiceField(
        label="Demi-journées d’ouverture",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        choices=DEMI_JOURNEES,
    )

    class Meta:
        model = Structure
        fields = [
            *("nom", "type", "gestionnaire", "quartier", "adresse", "telephone", "courriel"),
            *("capacite_autorisee", "passage_jour", "passage_mois", "autres_noms", "ouverte", "ouverture"),
        ]


class SectionForm(FormulaireModele):
    class Meta:
        model = Section
        fields = ["nom", "tranche", "age_min_mois", "age_min_jours", "age_max_mois"]


class CapaciteForm(FormulaireModele):
    """A period of places; the ten cells may be filled at once by `partout`."""

    debut = DateField(label="Du")
    fin = DateField(label="Au", required=False, help_text="Vide : jusqu’à nouvel ordre.")
    partout = forms.IntegerField(
        label="Places à chaque demi-journée",
        required=False,
        min_value=0,
        max_value=500,
        help_text="Vaut pour les cases laissées vides.",
    )

    class Meta:
        model = Capacite
        fields = ["motif", "debut", "fin"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list(self.instance.places or [])
        for creneau in range(NB_CRENEAUX):
            jour, moitie = JOURS[creneau // 2], ("matin", "après-midi")[creneau % 2]
            self.fields[f"places_{creneau}"] = forms.IntegerField(
                label=f"{jour} {moitie}",
                required=False,
                min_value=0,
                max_value=500,
                initial=places[creneau] if places else None,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )
        self.helper.resume = False
        if self.instance.motif == MotifCapacite.FERMETURE and not places:
            self.fields["partout"].initial = 0

    @property
    def grille(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Two rows, morning and afternoon, of five fields."""
        return [
            (nom, [self[f"places_{2 * jour + moitie}"] for jour in range(len(JOURS))])
            for moitie, nom in enumerate(("Matin", "Après-midi"))
        ]

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean() or {}
        partout = propre.get("partout")
        if propre.get("motif") == MotifCapacite.FERMETURE and partout is None:
            partout = 0
        places = [propre.get(f"places_{c}") for c in range(NB_CRENEAUX)]
        places = [partout if p is None else p for p in places]
        vides = [c for c, p in enumerate(places) if p is None and f"places_{c}" not in self.errors]
        if vides:
            self.add_error(
                "partout", "Des demi-journées n’ont pas de nombre : remplissez-les, ou donnez-en un ici."
            )
        if propre.get("motif") == MotifCapacite.FERMETURE and any(places):
            self.add_error("motif", "Une fermeture ne laisse aucune place : mettez zéro partout.")
        if not self.errors:
            self.instance.places = places
        return propre
