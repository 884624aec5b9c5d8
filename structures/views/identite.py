"""The city's identity: its page of settings, and the two public files the frame asks for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control

from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures import queries
from structures.forms.identite import IdentiteForm
from structures.models import Profil
from structures.regles.couleur import palette
from structures.services import referentiel


@login_not_required
@cache_control(max_age=3600, public=True)
def couleurs(request: HttpRequest) -> HttpResponse:
    """The shades of the city's colour, as a stylesheet of their own: nothing inline."""
    regles = "".join(f"--{nom}:{teinte};" for nom, teinte in palette(queries.identite().couleur).items())
    return HttpResponse(f":root{{{regles}}}\n", content_type="text/css; charset=utf-8")


@login_not_required
@cache_control(max_age=3600, public=True)
def logo(request: HttpRequest) -> FileResponse:
    identite = queries.identite()
    if not identite.logo or not identite.logo.storage.exists(identite.logo.name):
        raise Http404
    return FileResponse(identite.logo.open("rb"), content_type="image/png")


@reserve_a(Profil.ADMINISTRATION)
def ville(request: HttpRequest) -> HttpResponse:
    identite = queries.identite()
    initial = {"nom": identite.nom, "couleur": identite.couleur}
    form = IdentiteForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _presenter(request, form):
        messages.success(request, "L’identité de la ville est enregistrée.")
        return redirect("structures:ville")
    contexte: dict[str, Any] = {"form": form, "identite": identite}
    return render(request, "structures/ville.html", contexte)


def _presenter(request: HttpRequest, form: IdentiteForm) -> bool:
    try:
        referentiel.presenter_ville(**form.cleaned_data, par=personne(request).agent)
    except ErreurMetier as refus:
        dire_refus(form, refus)
        return False
    return True
