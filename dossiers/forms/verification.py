"""The filters of « À vérifier », read from the address."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dossiers.queries.verification import ANCIENS, FILTRABLES, GEL, VUES, Demande
from guichet.formulaires import aide
from structures.models import Mairie

ORDRES = ((ANCIENS, "Les plus anciens d’abord"), (GEL, "La commission la plus proche d’abord"))


class FiltresForm(forms.Form):
    """Every field is optional; a value that does not exist is left aside, the page still opens."""

    mairie = forms.ChoiceField(label="Mairie", required=False)
    piece = forms.ChoiceField(label="Pièce à voir", choices=[("", "Toutes"), *FILTRABLES], required=False)
    ordre = forms.ChoiceField(label="Ordre", choices=ORDRES, required=False)
    avant_gel = forms.BooleanField(label="Avant la prochaine commission seulement", required=False)

    def __init__(self, *args: Any, mairies: Sequence[Mairie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(mairies) > 1:
            choix = [("", "Toutes"), *((str(m.pk), m.nom) for m in mairies)]
            self.fields["mairie"].choices = choix
        else:
            del self.fields["mairie"]
        self.helper = aide(resume=False)

    def demande(self, *, vue: str, apres: str) -> Demande:
        self.is_valid()
        lus = self.cleaned_data
        return Demande(
            vue=vue if vue in dict(VUES) else VUES[0][0],
            mairie=int(lus["mairie"]) if lus.get("mairie") else None,
            piece=lus.get("piece") or "",
            avant_gel=bool(lus.get("avant_gel")),
            ordre=lus.get("ordre") or ANCIENS,
            apres=apres,
        )


def adresse_de(demande: Demande, **autres: str) -> dict[str, str]:
    """The parameters that bring this view back, without those that say nothing."""
    dits = {
        "vue": "" if demande.vue == VUES[0][0] else demande.vue,
        "mairie": str(demande.mairie or ""),
        "piece": demande.piece,
        "avant_gel": "on" if demande.avant_gel else "",
        "ordre": "" if demande.ordre == ANCIENS else demande.ordre,
    } | autres
    return {nom: valeur for nom, valeur in dits.items() if valeur}
