"""Admitting a child whose emergency was granted: where, which half-days, from when to when."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissions.forms.reponses import CANAUX
from commissions.queries.urgences import SectionPossible, sections_possibles
from dossiers.forms.urgence import DEMI_JOURNEES
from dossiers.models import DemandeUrgence, MotifDepassement
from guichet.formulaires import DateField, aide
from guichet.texte import accord
from structures.models import Section


class AdmissionUrgenceForm(forms.Form):
    """The sections offered are those with room for the half-days and the day typed, as they stand."""

    debut = DateField(label="À partir du")
    fin = DateField(label="Jusqu’au")
    demi_journees = forms.TypedMultipleChoiceField(
        label="Demi-journées",
        choices=DEMI_JOURNEES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une demi-journée."},
    )
    section = forms.ModelChoiceField(label="Section", queryset=Section.objects.none())
    canal = forms.ChoiceField(label="La famille a dit oui", choices=[("", "Choisir…"), *CANAUX])
    motif_depassement = forms.ChoiceField(
        label="Si toutes les places sont prises, pourquoi",
        required=False,
        choices=[("", "Il reste des places"), *MotifDepassement.choices],
    )

    def __init__(self, *args: Any, demande: DemandeUrgence, jour: date, duree: int, **kwargs: Any) -> None:
        debut, semaine = max(demande.debut, jour), list(demande.demi_journees)
        asked = {"section": demande.section_id, "debut": debut, "fin": demande.fin}
        asked["demi_journees"] = [str(k) for k in semaine]
        super().__init__(*args, initial=kwargs.pop("initial", None) or asked, **kwargs)
        self._choisir(
            sections_possibles(
                demande.dossier,
                jour=self._lu("debut") or debut,
                demi_journees=self._lu("demi_journees") or semaine,
            )
        )
        self.fields["fin"].help_text = f"Au plus {duree} mois après le début\u00a0; au-delà, une commission."
        self.helper = aide(resume=False)

    def _lu(self, nom: str) -> Any:
        """What this field says now, None when it cannot be read."""
        try:
            return self.fields[nom].clean(self[nom].value())
        except ValidationError:
            return None

    def _choisir(self, possibles: Collection[SectionPossible]) -> None:
        champ: Any = self.fields["section"]
        champ.queryset = Section.objects.select_related("structure").filter(
            pk__in=[p.section.pk for p in possibles]
        )
        groupes = (
            ("Avec de la place", [(p.section.pk, _nom(p)) for p in possibles if not p.manquent]),
            ("Sans place, avec un motif", [(p.section.pk, _nom(p)) for p in possibles if p.manquent]),
        )
        champ.choices = [("", "Choisir…"), *((nom, choix) for nom, choix in groupes if choix)]


def _nom(p: SectionPossible) -> str:
    rang = f"choix {p.choix}" if p.choix else "hors de ses choix"
    manque = f", {accord(p.manquent, 'demi-journée pleine,demi-journées pleines')}" if p.manquent else ""
    return f"{p.section.structure.nom}, {p.section.nom}\u00a0: {rang}{manque}"
