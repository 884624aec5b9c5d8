"""One page for every reference object: its form, its trail, the door it goes through."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guichet.acces import personne
from guichet.erreurs import ErreurMetier
from structures.services.referentiel import enregistrer

Fil = list[tuple[str, str]]


def page_formulaire(
    request: HttpRequest,
    form: ModelForm,
    *,
    titre: str,
    fil: Fil,
    retour: Callable[[Any], str] | str,
    gabarit: str = "structures/formulaire.html",
    **contexte: Any,
) -> HttpResponse:
    """Show the form, or save its instance and go to `retour`; a refusal of the database stays on the page."""
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data.get("version")
            objet = enregistrer(form.instance, par=personne(request).agent, version=version)
        except ValidationError as refus:
            form.add_error(None, refus.messages)
        except ErreurMetier as refus:
            form.add_error(None, _modifie(form, refus.message))
        else:
            messages.success(request, f"Enregistré : {objet}.")
            return redirect(retour(objet) if callable(retour) else retour)
    annuler = next((adresse for _, adresse in reversed(fil) if adresse), "/")
    cadre = {"form": form, "titre": titre, "fil": [*fil, (titre, "")], "annuler": annuler}
    return render(request, gabarit, {**cadre, **contexte})


def _modifie(form: ModelForm, message: str) -> str:
    """What was typed stays; saved again, it replaces what the other person wrote, knowingly."""
    enregistre = type(form.instance)._default_manager.get(pk=form.instance.pk)
    autres = form.reprendre(enregistre)  # type: ignore[attr-defined]
    differe = f" Diffère de votre saisie\u202f: {', '.join(autres)}." if autres else ""
    return f"{message}{differe} Enregistrez de nouveau pour garder votre saisie."
