"""What the forms of every app share: where a service's refusal is said."""

import pytest
from django import forms

from guichet.erreurs import ErreurMetier
from guichet.formulaires import tenter


class _Form(forms.Form):
    nom = forms.CharField()


@pytest.mark.parametrize(("champ", "lieu"), [("nom", "nom"), ("inconnu", "__all__"), (None, "__all__")])
def test_un_refus_se_dit_sur_son_champ_ou_en_tete(champ: str | None, lieu: str) -> None:
    def refuser(donnees: dict[str, str]) -> None:
        raise ErreurMetier("refuse", f"« {donnees['nom']} » ne convient pas.", champ=champ)

    form = _Form({"nom": "Lino"})
    assert not tenter(form, refuser)
    assert form.errors == {lieu: ["« Lino » ne convient pas."]}
    assert form["nom"].value() == "Lino"
