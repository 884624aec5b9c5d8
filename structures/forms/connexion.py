"""Signing in and changing one's password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest

from guichet.formulaires import aide


class ConnexionForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "Identifiant ou mot de passe inconnu. Les majuscules comptent dans le mot de passe.",
        "inactive": "Ce compte est fermé. Adressez-vous à l’administration du guichet.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "Identifiant"
        self.fields["password"].label = "Mot de passe"
        self.helper = aide()


class MotDePasseForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Mot de passe actuel"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = "Nouveau mot de passe"
        self.fields["new_password1"].help_text = "12 caractères au moins, rien de courant."
        self.fields["new_password2"].label = "Nouveau mot de passe, une seconde fois"
        self.fields["new_password2"].help_text = ""
        self.helper = aide()


class RaccourcisForm(forms.Form):
    raccourcis = forms.BooleanField(label="Utiliser les raccourcis à une touche", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
