"""What the coordination types to prepare a séance."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissions.models import MotifBaisse, PlaceOfferte, Presence, Seance
from commissions.regles.titres import TITRES
from guichet.formulaires import DateField, aide
from structures.models import Agent, Profil, Section
from structures.regles.semaine import JOURS, NB_CRENEAUX


class VersionMixin(forms.Form):
    """Carries the version the page was made from: a stale one is refused without losing what was typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SeanceForm(VersionMixin):
    """Date, hour, place and the two dates that decide the list."""

    intitule = forms.CharField(
        label="Intitulé", max_length=120, help_text="Par exemple : Commission de mai, entrées de septembre."
    )
    jour = DateField(label="Jour de la séance")
    heure = forms.TimeField(
        label="Heure",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Écrivez l’heure ainsi : 14:00."},
    )
    lieu = forms.CharField(label="Lieu", max_length=200)
    date_effet = DateField(
        label="Places comptées au",
        help_text="Un dossier est dans la liste si son entrée, à sa souplesse près, contient ce jour.",
    )
    cloture_le = DateField(
        label="Dossiers complets jusqu’au", help_text="Ce jour compris. Le gel peut se faire ensuite."
    )

    def __init__(self, *args: Any, seance: Seance | None = None, **kwargs: Any) -> None:
        if seance is not None:
            tenue = timezone.localtime(seance.tenue_prevue_le)
            valeurs = {nom: getattr(seance, nom) for nom in ("intitule", "lieu", "date_effet", "cloture_le")}
            kwargs.setdefault("initial", {}).update(
                {**valeurs, "jour": tenue.date(), "heure": tenue.time(), "version": seance.version}
            )
        super().__init__(*args, **kwargs)
        self.helper = aide()
        self.fields["version"].required = seance is not None
        if seance is not None and seance.gelee:
            for nom in ("date_effet", "cloture_le"):
                self.fields[nom].disabled = True

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        jour, heure = donnees.get("jour"), donnees.get("heure")
        if jour and heure is not None:
            donnees["tenue_prevue_le"] = timezone.make_aware(
                datetime.combine(jour, heure), timezone.get_default_timezone()
            )
        if jour and donnees.get("cloture_le") and donnees["cloture_le"] > jour:
            self.add_error("cloture_le", "La clôture précède la séance : avancez-la.")
        return donnees


class MembreForm(forms.Form):
    """One more person called to the séance."""

    agent = forms.ModelChoiceField(
        label="Personne", queryset=Agent.objects.none(), empty_label="Choisissez une personne"
    )
    qualite = forms.ChoiceField(label="Siège comme", choices=Presence.Qualite.choices)

    def __init__(self, *args: Any, seance: Seance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jour = timezone.localdate(seance.tenue_prevue_le)
        profils = [Profil.MEMBRE, Profil.PRESIDENCE, Profil.COORDINATION]
        champ = self.fields["agent"]
        champ.queryset = (  # type: ignore[attr-defined]
            Agent.objects.filter(
                is_active=True, habilitations__profil__in=profils, habilitations__debut__lte=jour
            )
            .exclude(presences__seance=seance)
            .distinct()
        )
        champ.error_messages["invalid_choice"] = (
            "Cette personne siège déjà, ou n’a pas le profil de membre de la commission."
        )
        self.helper = aide()


class SectionsForm(VersionMixin):
    """Which sections the séance looks at, structure by structure."""

    sections = forms.ModelMultipleChoiceField(
        queryset=Section.objects.filter(structure__ouverte=True).select_related("structure"),
        required=False,
        label="Sections concernées",
    )
    motif = forms.ChoiceField(
        label="Si une section ouverte est retirée, pourquoi",
        required=False,
        choices=[("", "Aucune n’est retirée"), *MotifBaisse.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    @property
    def par_structure(self) -> list[tuple[str, list[tuple[Section, bool]]]]:
        """Every open structure with its sections, ticked or not, for the template's own checkboxes."""
        choisies = {str(valeur) for valeur in self["sections"].value() or []}
        groupes: dict[str, list[tuple[Section, bool]]] = defaultdict(list)
        for section in self.fields["sections"].queryset:  # type: ignore[attr-defined]
            groupes[section.structure.nom].append((section, str(section.pk) in choisies))
        return list(groupes.items())


class PlacesForm(VersionMixin):
    """The ten half-days of one section, and the places guaranteed to a title."""

    def __init__(self, *args: Any, place: PlaceOfferte, **kwargs: Any) -> None:
        reserves = {reserve["titre"]: reserve["places"] for reserve in place.reserves}
        initial = {"version": place.version}
        initial |= {f"places_{c}": n for c, n in enumerate(place.places)}
        initial |= {f"reserve_{code}": reserves.get(code, 0) for code in TITRES}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["motif"] = forms.ChoiceField(
            label="Si une demi-journée baisse, pourquoi",
            required=False,
            choices=[("", "Aucune ne baisse"), *MotifBaisse.choices],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        for creneau in range(NB_CRENEAUX):
            jour, moitie = JOURS[creneau // 2], ("matin", "après-midi")[creneau % 2]
            self.fields[f"places_{creneau}"] = _nombre(f"{jour} {moitie}")
        for code, titre in TITRES.items():
            self.fields[f"reserve_{code}"] = _nombre(f"Garanties {titre.libelle}")

    @property
    def grille(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Two rows, morning and afternoon, of five fields."""
        return [
            (nom, [self[f"places_{2 * jour + moitie}"] for jour in range(len(JOURS))])
            for moitie, nom in enumerate(("Matin", "Après-midi"))
        ]

    @property
    def garanties(self) -> list[forms.BoundField]:
        return [self[f"reserve_{code}"] for code in TITRES]

    @property
    def places(self) -> list[int]:
        return [self.cleaned_data[f"places_{c}"] for c in range(NB_CRENEAUX)]

    @property
    def reserves(self) -> list[dict[str, Any]]:
        return [
            {"titre": code, "places": self.cleaned_data[f"reserve_{code}"]}
            for code in TITRES
            if self.cleaned_data[f"reserve_{code}"]
        ]

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if not self.errors and sum(r["places"] for r in self.reserves) > max(self.places):
            raise ValidationError("Il y a plus de places garanties que de places offertes.")
        return donnees


def _nombre(libelle: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=libelle,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        error_messages={
            "required": "Indiquez un nombre, zéro s’il n’y a pas de place.",
            "invalid": "Écrivez un nombre entier.",
            "min_value": "Un nombre de places ne peut pas être négatif.",
            "max_value": "Ce nombre de places est trop grand.",
        },
    )
