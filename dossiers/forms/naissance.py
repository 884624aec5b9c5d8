"""The birth of one or several expected children, on one page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from dossiers.models import Dossier, Sexe
from dossiers.regles.naissance import ISSUES, NE, Annonce, jour_a_relire
from guichet.formulaires import DateField, NomField, aide

DOCUMENTS = (("", "Pas encore vu"), ("acte de naissance", "Acte de naissance"))
DOCUMENTS += (("livret de famille", "Livret de famille"),)


class EnfantNeForm(forms.Form):
    """One child of the birth; alone, the only answer is that it was born."""

    issue = forms.ChoiceField(label="Cet enfant", choices=ISSUES, initial=NE)
    prenom = NomField(label="Prénom", required=False)
    nom = NomField(label="Nom")
    sexe = forms.ChoiceField(
        label="Sexe (facultatif)", choices=[("", "Non précisé"), *Sexe.choices], required=False
    )
    jour = DateField(label="Né le, si ce jour diffère", required=False)

    def __init__(self, *args: Any, dossier: Dossier, seul: bool, **kwargs: Any) -> None:
        enfant = dossier.enfant
        initial = {"nom": enfant.nom, "prenom": enfant.prenom, "sexe": enfant.sexe}
        super().__init__(*args, prefix=f"e{dossier.pk}", initial=initial, **kwargs)
        self.dossier = dossier
        if seul:
            del self.fields["issue"], self.fields["jour"]
        self.helper = aide(resume=False)

    def annonce(self) -> Annonce:
        lus = self.cleaned_data
        return Annonce(
            self.dossier.pk, lus.get("issue", NE), lus["nom"], lus["prenom"], lus["sexe"], lus.get("jour")
        )


class NaissanceForm(forms.Form):
    """The day and the certificate; `relu` appears when the day is a rare one."""

    naissance = DateField(label="Jour de la naissance")
    document = forms.ChoiceField(label="Justificatif de naissance", choices=DOCUMENTS, required=False)
    relu = forms.BooleanField(
        label="Jour relu avec la famille\u202f: il est exact", required=False, widget=forms.HiddenInput
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, prevue_le: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prevue_le = prevue_le
        self.helper = aide(resume=False)

    def clean(self) -> dict[str, Any]:
        lus = super().clean() or {}
        jour = lus.get("naissance")
        if jour and jour_a_relire(jour, self.prevue_le):
            self.fields["relu"].widget = forms.CheckboxInput()
            if not lus.get("relu"):
                self.add_error("relu", "Ce jour est loin du jour prévu\u202f: relisez-le, puis cochez.")
        return lus


class PageNaissance:
    """The day's form and one form per expected child, read together."""

    def __init__(
        self,
        dossier: Dossier,
        attendus: Sequence[Dossier],
        donnees: Any = None,
    ) -> None:
        seul = len(attendus) == 1
        self.commun = NaissanceForm(
            donnees, prevue_le=dossier.enfant.ne_ou_prevu_le, initial={"version": dossier.version}
        )
        self.enfants = [EnfantNeForm(donnees, dossier=d, seul=seul) for d in attendus]
        self.seul = seul

    @property
    def formulaires(self) -> list[forms.Form]:
        return [self.commun, *self.enfants]

    def is_valid(self) -> bool:
        lus = [formulaire.is_valid() for formulaire in self.formulaires]
        return all(lus)

    def annonces(self) -> list[Annonce]:
        return [enfant.annonce() for enfant in self.enfants]

    def refuser(self, champ: str | None, message: str) -> None:
        """Put a refusal of the service on the field it names."""
        for formulaire in self.enfants:
            nom = (champ or "").removeprefix(f"{formulaire.prefix}-")
            if champ != nom and nom in formulaire.fields:
                formulaire.add_error(nom, message)
                return
        self.commun.add_error(champ if champ in self.commun.fields else None, message)
