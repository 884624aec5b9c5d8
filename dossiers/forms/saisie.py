"""The parts of the entry page, each a form over the same typed sheet."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from dossiers.models import (
    Activite,
    LienParente,
    RegimeAllocataire,
    RegleGroupe,
    SituationFamiliale,
    Solution,
)
from dossiers.regles.faits import BOOL, ENTIER, FAITS
from dossiers.regles.saisie import COLONNES_FOYER
from guichet.formulaires import DateField, NomField, TelephoneField, aide
from structures.models import Mairie, Quartier
from structures.regles.semaine import NB_CRENEAUX

VIDE = [("", "Choisir…")]
TOLERANCES = (
    ("0", "Ce jour-là"),
    ("15", "± 15 jours"),
    ("30", "± 1 mois"),
    ("60", "± 2 mois"),
    ("90", "± 3 mois"),
    ("180", "± 6 mois"),
)
MESSAGE_NOMBRE = "Écrivez un nombre."
CRENEAUX = [(str(c), str(c)) for c in range(NB_CRENEAUX)]


class Partie(forms.Form):
    """A part of the page: shows what was typed, and its faults only once somebody asked to save."""

    use_required_attribute = False

    def __init__(self, *args: Any, controler: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = aide(resume=False)
        for champ in self.fields.values():
            champ.widget.attrs.setdefault("autocomplete", "off")
        if not controler:
            self._errors = forms.utils.ErrorDict()

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}-{field_name}" if self.prefix else field_name


class NaissanceForm(Partie):
    """What the children of the page share: one birth."""

    statut = forms.ChoiceField(label="Naissance", choices=[("ne", "Déjà né"), ("a_naitre", "À naître")])
    naissance = DateField(label="Né·e le ou terme")
    nombre = forms.ChoiceField(
        label="Combien", choices=[("1", "Un enfant"), ("2", "Jumeaux"), ("3", "Triplés")]
    )
    regle_groupe = forms.ChoiceField(label="Les accueillir", choices=RegleGroupe.choices, required=False)


class EnfantForm(Partie):
    nom = NomField(label="Nom")
    prenom = NomField(label="Prénom", required=False)
    handicap_enfant = forms.BooleanField(label="Enfant en situation de handicap", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.prefix != "e1":
            # A twin bears the first one's surname unless told otherwise.
            self.fields["nom"].required = False
            self.fields["nom"].label = "Nom, s’il diffère"
            self.fields["handicap_enfant"].label = "Cet enfant aussi est en situation de handicap"


class ResponsableForm(Partie):
    lien = forms.ChoiceField(label="Lien", choices=LienParente.choices, initial="parent", required=False)
    nom = NomField(label="Nom")
    prenom = NomField(label="Prénom", required=False)
    telephone = TelephoneField(label="Téléphone", required=False)
    telephone_2 = TelephoneField(label="Autre téléphone", required=False)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        max_length=120,
        error_messages={"invalid": "Ce courriel est incomplet. Écrivez-le ainsi : maud@exemple.fr."},
    )
    adresse = NomField(label="Adresse", required=False, max_length=200)
    complement = NomField(label="Complément", required=False, max_length=120)
    code_postal = forms.CharField(
        label="Code postal",
        required=False,
        validators=[RegexValidator(r"^[0-9]{5}$", "Un code postal a cinq chiffres.")],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    commune = NomField(label="Commune", required=False)
    activite = forms.ChoiceField(label="Activité", choices=VIDE + Activite.choices, required=False)
    heures_hebdo = forms.DecimalField(
        label="Heures par semaine",
        required=False,
        min_value=0,
        max_value=99,
        max_digits=3,
        decimal_places=1,
        error_messages={"invalid": MESSAGE_NOMBRE},
    )
    autorite_parentale = forms.BooleanField(label="Autorité parentale", required=False)
    contact_relais = forms.BooleanField(label="Le relais petite enfance peut me contacter", required=False)
    ecarte = forms.BooleanField(label="Ne doit rien savoir du dossier", required=False)
    opposition_ecrite = forms.BooleanField(label="S’oppose par écrit à l’accueil", required=False)


class FoyerForm(Partie):
    """The household, with one field per fact of the grid in force somebody can answer."""

    situation = forms.ChoiceField(
        label="Situation", choices=VIDE + SituationFamiliale.choices, required=False
    )
    numero_allocataire = forms.CharField(label="Numéro d’allocataire", required=False, max_length=20)
    regime = forms.ChoiceField(label="Régime", choices=RegimeAllocataire.choices, required=False)

    def __init__(self, *args: Any, faits: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, prefix="foyer", **options)
        self.coches: list[str] = []
        self.nombres: list[str] = []
        for code in faits:
            self._ajouter(code)

    def _ajouter(self, code: str) -> None:
        fait = FAITS[code]
        if fait.type == BOOL:
            self.fields[code] = forms.BooleanField(label=fait.libelle, required=False)
            self.coches.append(code)
            return
        libelle = f"{fait.libelle}, en {fait.unite}" if fait.unite else fait.libelle
        bornes: dict[str, Any] = {
            "label": libelle,
            "required": False,
            "min_value": fait.minimum,
            "error_messages": {"invalid": MESSAGE_NOMBRE},
        }
        if fait.type == ENTIER or code == "quotient_familial":
            plafond = 30 if code.startswith("enfants_") else 100_000
            self.fields[code] = forms.IntegerField(max_value=plafond, **bornes)
        else:
            self.fields[code] = forms.DecimalField(
                max_value=1_000_000, max_digits=9, decimal_places=2, **bornes
            )
        self.fields[code].widget.attrs["autocomplete"] = "off"
        self.nombres.append(code)

    def faits(self) -> dict[str, Any]:
        """The facts answered that have no column of their own."""
        reponses = {c: self.cleaned_data.get(c) for c in (*self.coches, *self.nombres)}
        return {
            code: float(valeur) if not isinstance(valeur, bool | int) else valeur
            for code, valeur in reponses.items()
            if valeur not in (None, "", False) and code not in COLONNES_FOYER
        }

    @property
    def champs_coches(self) -> list[forms.BoundField]:
        return [self[code] for code in self.coches]

    @property
    def champs_nombres(self) -> list[forms.BoundField]:
        return [self[code] for code in self.nombres]


class DepotForm(Partie):
    """Today’s solution, the quartier, and what closes the paper."""

    solution = forms.ChoiceField(
        label="Solution aujourd’hui", choices=VIDE + Solution.choices, required=False
    )
    quartier = forms.ChoiceField(label="Quartier", required=False)
    protegee = forms.BooleanField(label="Adresse à protéger", required=False)
    depose_le = DateField(label="Date du papier")
    pieces_le = DateField(label="Pièces vues le", required=False)
    engagements = forms.BooleanField(label="La famille a signé ses engagements", required=False)
    mairie = forms.ChoiceField(label="Mairie")

    def __init__(
        self, *args: Any, quartiers: Iterable[Quartier], mairies: Iterable[Mairie], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["quartier"].choices = [*VIDE, *((q.pk, q.nom) for q in quartiers)]  # type: ignore[attr-defined]
        self.mairies = list(mairies)
        if self.mairies:
            self.fields["mairie"].choices = [*VIDE, *((m.pk, m.nom) for m in self.mairies)]  # type: ignore[attr-defined]
        else:
            del self.fields["mairie"]
