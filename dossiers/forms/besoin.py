"""What is asked on the entry page: each kind of care, its weeks, their hours, whose contract they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from dossiers.forms.saisie import CRENEAUX, MESSAGE_NOMBRE, TOLERANCES, Partie
from dossiers.models import Rythme
from dossiers.regles.besoin import ALTERNEE, MEME_SEMAINE, PLANNING_MAXIMUM, VARIABLE
from dossiers.regles.saisie import SaisieBesoin
from guichet.formulaires import DateField
from structures.regles.semaine import JOURS, NB_CRENEAUX

SEMAINES, DEMI_JOURNEES = "semaines", "demi_journees"
CONTRATS = (
    ("", "Un seul contrat"),
    (SEMAINES, "Deux\u00a0: semaines A au premier responsable, B au second"),
    (DEMI_JOURNEES, "Deux\u00a0: à chaque responsable ses demi-journées"),
)
_BOUTS = ("debut", "fin")


def _nombre(libelle: str, minimum: int, maximum: int) -> forms.IntegerField:
    messages = {
        "invalid": MESSAGE_NOMBRE,
        "min_value": f"Écrivez un nombre de {minimum} à {maximum}.",
        "max_value": f"Écrivez un nombre de {minimum} à {maximum}.",
    }
    return forms.IntegerField(
        label=libelle, required=False, min_value=minimum, max_value=maximum, error_messages=messages
    )


def _noms_des_heures(creneau: int, *, b: bool) -> tuple[str, ...]:
    """Where the hours of a half-day are looked for, the nearest first."""
    moitie = "apm" if creneau % 2 else "matin"
    semaine_a = (f"h{creneau}", moitie)
    return (f"hb{creneau}", f"{moitie}_b", *semaine_a) if b else semaine_a


@dataclass(frozen=True)
class Cellule:
    """One half-day of the week as a box: what it is called, whether it is asked, its hours."""

    ident: str
    nom: str
    valeur: int
    cochee: bool
    libelle: str
    heures: str


def rangees(formulaire: forms.Form, champ: str, horaires: dict[int, tuple[str, str]]) -> list[Any]:
    """The week as two rows of five boxes, from what was typed."""
    nom = formulaire.add_prefix(champ)
    cochees = set(formulaire.data.getlist(nom)) if hasattr(formulaire.data, "getlist") else set()
    lignes = []
    for moitie, titre in enumerate(("Matin", "Après-midi")):
        cellules = []
        for jour, libelle in enumerate(JOURS):
            creneau = 2 * jour + moitie
            cellules.append(
                Cellule(
                    ident=f"id_{nom}_{creneau}",
                    nom=nom,
                    valeur=creneau,
                    cochee=str(creneau) in cochees,
                    libelle=f"{libelle} {titre.lower()}",
                    heures=texte_heures(*horaires[creneau]) if creneau in horaires else "",
                )
            )
        lignes.append((titre, cellules))
    return lignes


def texte_heures(debut: str, fin: str) -> str:
    """« 8 h – 12 h 30 » from « 08:00 », « 12:30 »; empty for anything else."""
    if not all(re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", h) for h in (debut, fin)):
        return ""
    return " – ".join(f"{int(h[:2])}\u00a0h{'' if h[3:] == '00' else chr(160) + h[3:]}" for h in (debut, fin))


class SemaineField(forms.MultipleChoiceField):
    """A week as ten boxes; the value is a sorted tuple of créneaux."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Demi-journées")
        super().__init__(choices=CRENEAUX, required=False, widget=forms.CheckboxSelectMultiple, **options)

    def clean(self, value: Any) -> tuple[int, ...]:
        return tuple(sorted({int(c) for c in super().clean(value)}))


class BesoinForm(Partie):
    """One kind of care; `demande` says whether it is asked at all."""

    demande = forms.BooleanField(required=False)
    entree_le = DateField(label="Entrée souhaitée")
    tolerance = forms.ChoiceField(label="Souplesse", choices=TOLERANCES, required=False)
    rythme = forms.ChoiceField(label="Semaine", choices=Rythme.choices, required=False)
    semaine = SemaineField()
    semaine_b = SemaineField(label="Semaine B")
    nombre_min = _nombre("Demi-journées par semaine, au moins", 1, NB_CRENEAUX)
    nombre_max = _nombre("Au plus", 1, NB_CRENEAUX)
    planning_jours = _nombre("Planning connu, jours avant", 0, PLANNING_MAXIMUM)
    contrats = forms.ChoiceField(label="Contrats", choices=CONTRATS, required=False)
    second = SemaineField(label="Contrat du second responsable")
    second_b = SemaineField(label="Contrat du second responsable, semaine B")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tolerance"].choices = self._tolerances()  # type: ignore[attr-defined]
        creneaux = [f"{h}{c}" for h in ("h", "hb") for c in range(NB_CRENEAUX)]
        for nom in ("matin", "apm", "matin_b", "apm_b", *creneaux):
            for bout in ("debut", "fin"):
                self.fields[f"{nom}_{bout}"] = self._heure()

    def _tolerances(self) -> list[tuple[str, str]]:
        """A dossier taken over may have any number of days."""
        dite = self.data.get(self.add_prefix("tolerance")) or ""
        connues = dict(TOLERANCES)
        if re.fullmatch(r"[0-9]{1,3}", dite) and dite not in connues and int(dite) <= 366:
            return [*TOLERANCES, (dite, f"± {int(dite)} jours")]
        return list(TOLERANCES)

    @staticmethod
    def _heure() -> forms.TimeField:
        return forms.TimeField(
            label="Heures",
            required=False,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": "Écrivez l’heure ainsi : 08:30."},
        )

    def _mot(self, nom: str) -> str:
        return self.data.get(self.add_prefix(nom)) or ""

    def _bouts(self, *, b: bool) -> dict[int, tuple[str, str]]:
        """Hours as typed, whether or not they are hours."""
        dits = {}
        for creneau in range(NB_CRENEAUX):
            noms = _noms_des_heures(creneau, b=b)
            debut, fin = (next((m for n in noms if (m := self._mot(f"{n}_{b_}"))), "") for b_ in _BOUTS)
            dits[creneau] = (debut, fin)
        return dits

    @property
    def rangees(self) -> list[Any]:
        return rangees(self, "semaine", self._bouts(b=False))

    @property
    def rangees_b(self) -> list[Any]:
        return rangees(self, "semaine_b", self._bouts(b=True))

    @property
    def rangees_second(self) -> list[Any]:
        return rangees(self, "second", {})

    @property
    def rangees_second_b(self) -> list[Any]:
        return rangees(self, "second_b", {})

    @property
    def heures_par_jour(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return self._heures_par_jour("h")

    @property
    def heures_par_jour_b(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return self._heures_par_jour("hb")

    def _heures_par_jour(self, h: str) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        semaine = ", semaine B" if h == "hb" else ""
        return [
            (
                f"{JOURS[c // 2]} {'après-midi' if c % 2 else 'matin'}{semaine}",
                self[f"{h}{c}_debut"],
                self[f"{h}{c}_fin"],
            )
            for c in range(NB_CRENEAUX)
        ]

    @property
    def heures_particulieres(self) -> bool:
        return any(self._mot(f"h{c}_debut") for c in range(NB_CRENEAUX))

    @property
    def heures_particulieres_b(self) -> bool:
        noms = ("matin_b", "apm_b", *(f"hb{c}" for c in range(NB_CRENEAUX)))
        return any(self._mot(f"{nom}_debut") or self._mot(f"{nom}_fin") for nom in noms)

    def horaires(self, semaine: Iterable[int], *, b: bool = False) -> dict[int, tuple[str, str]]:
        """Hours told half-day by half-day, else those of every morning or afternoon; B, else those of A."""
        horaires = {}
        for creneau in semaine:
            noms = _noms_des_heures(creneau, b=b)
            debut, fin = (
                next((h for n in noms if (h := self.cleaned_data.get(f"{n}_{bout}"))), None)
                for bout in _BOUTS
            )
            if debut and fin:
                horaires[creneau] = (f"{debut:%H:%M}", f"{fin:%H:%M}")
        return horaires

    def saisie(self, alternatives: tuple[tuple[int, ...], ...]) -> SaisieBesoin | None:
        """What this part asks; None without its entry date. What its rhythm does not use is left out."""
        dit = self.cleaned_data
        if not dit.get("entree_le"):
            return None
        rythme = dit.get("rythme") or MEME_SEMAINE
        alternee, variable = rythme == ALTERNEE, rythme == VARIABLE
        semaine, semaine_b = dit.get("semaine") or (), (dit.get("semaine_b") or ()) if alternee else ()
        return SaisieBesoin(
            type=str(self.prefix),
            entree_le=dit["entree_le"],
            demi_journees=semaine,
            tolerance_jours=int(dit.get("tolerance") or 0),
            rythme=rythme,
            demi_journees_b=semaine_b,
            horaires=self.horaires(semaine),
            horaires_b=self.horaires(semaine_b, b=True),
            alternatives=alternatives,
            nombre_min=dit.get("nombre_min") if variable else None,
            nombre_max=dit.get("nombre_max") if variable else None,
            planning_jours=dit.get("planning_jours") if variable else None,
            **self._parts(dit, semaine, semaine_b),
        )

    @staticmethod
    def _parts(dit: dict[str, Any], semaine: tuple[int, ...], semaine_b: tuple[int, ...]) -> dict[str, Any]:
        """Whose the half-days are; « une semaine chacun » gives all of week B to the second responsable."""
        choix = dit.get("contrats")
        if choix == SEMAINES:
            return {"deux_contrats": True, "second_b": semaine_b}
        if choix != DEMI_JOURNEES:
            return {}
        return {
            "deux_contrats": True,
            "second": tuple(c for c in dit.get("second") or () if c in semaine),
            "second_b": tuple(c for c in dit.get("second_b") or () if c in semaine_b),
        }


class AlternativeForm(Partie):
    semaine = SemaineField(label="Semaine acceptée aussi")

    @property
    def rangees(self) -> list[Any]:
        return rangees(self, "semaine", {})
