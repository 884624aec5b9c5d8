"""One page for every reference object: its form, its trail, the door it goes through."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guichet.acces import personne
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
            objet = enregistrer(form.instance, par=personne(request).agent)
        except ValidationError as refus:
            form.add_error(None, refus.messages)
        else:
            messages.success(request, f"Enregistré : {objet}.")
            return redirect(retour(objet) if callable(retour) else retour)
    annuler = next((adresse for _, adresse in reversed(fil) if adresse), "/")
    cadre = {"form": form, "titre": titre, "fil": [*fil, (titre, "")], "annuler": annuler}
    return render(request, gabarit, {**cadre, **contexte})
