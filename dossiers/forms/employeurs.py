"""An employer's places: whom it designates, when it releases them."""

from typing import Any

from django import forms

from dossiers.forms.urgence import DEMI_JOURNEES
from dossiers.models import EnfantDesigne
from guichet.formulaires import DateField, aide


class DesignerForm(forms.Form):
    numero = forms.CharField(
        label="Numéro du dossier",
        max_length=20,
        error_messages={"required": "Indiquez le numéro du dossier."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class LibererForm(forms.Form):
    a_partir_du = DateField(label="Places libérées à partir du")
    courrier_vu_le = DateField(label="Courrier de l’employeur vu, daté du")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)


class AdmettreDesigneForm(forms.Form):
    debut = DateField(label="Début du contrat")
    demi_journees = forms.TypedMultipleChoiceField(
        label="Demi-journées",
        choices=DEMI_JOURNEES,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une demi-journée."},
    )

    def __init__(self, *args: Any, designe: EnfantDesigne, **kwargs: Any) -> None:
        besoin = designe.dossier.besoins.first()
        if besoin:
            jours = [str(c) for c in besoin.demi_journees]
            kwargs["initial"] = {"debut": besoin.entree_le, "demi_journees": jours}
        super().__init__(*args, **kwargs)
        self.helper = aide(resume=False)
