"""The page of a protection, for its counter and the coordination: professionals only, never the family."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import GUICHET, conduit_protection
from dossiers.forms.protection import LeverForm, NommerForm
from dossiers.models import Dossier
from dossiers.queries.protection import nommees_de, ouvertures_a_lire, ouvertures_de
from dossiers.services.protection import (
    acquitter_ouverture,
    lever_protection,
    nommer_personne,
    retirer_personne,
)
from dossiers.views.ouverture import ouvrir
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.models import Profil


@require_safe
@reserve_a(*GUICHET)
def protection(request: HttpRequest, numero: str) -> HttpResponse:
    return _page(request, _conduit(request, numero))


@require_POST
@reserve_a(*GUICHET)
def nommer(request: HttpRequest, numero: str) -> HttpResponse:
    dossier, qui = _conduit(request, numero), personne(request)
    form = NommerForm(request.POST, qui=qui)
    if not tenter(form, lambda lus: nommer_personne(dossier, **lus, **_acteur(request))):
        return _page(request, dossier, nommer=form)
    messages.success(request, f"{form.cleaned_data['agent']} voit maintenant ce dossier.")
    return redirect("dossiers:protection", numero)


@require_POST
@reserve_a(*GUICHET)
def retirer(request: HttpRequest, numero: str, pk: int) -> HttpResponse:
    dossier = _conduit(request, numero)
    nommee = get_object_or_404(nommees_de(dossier), pk=pk)
    retirer_personne(nommee, **_acteur(request))
    messages.success(request, f"{nommee.agent} ne voit plus ce dossier.")
    return redirect("dossiers:protection", numero)


@require_POST
@reserve_a(*GUICHET)
def lever(request: HttpRequest, numero: str) -> HttpResponse:
    dossier, form = _conduit(request, numero), LeverForm(request.POST)
    if not tenter(form, lambda lus: lever_protection(dossier, **lus, **_acteur(request))):
        return _page(request, dossier, lever=form)
    messages.success(request, f"La protection du dossier {numero} est levée.")
    return redirect("dossiers:fiche", numero)


@require_POST
@reserve_a(*GUICHET)
def ouverture_vue(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vu »: the alert leaves the home page of that side."""
    qui = personne(request)
    ouverture = get_object_or_404(ouvertures_a_lire(qui), pk=pk)
    acquitter_ouverture(
        ouverture,
        guichet=ouverture.dossier.mairie_id in qui.mairies,
        coordination=qui.est(Profil.COORDINATION),
        par=qui.agent,
        maintenant=timezone.now(),
    )
    return redirect("accueil")


def _conduit(request: HttpRequest, numero: str) -> Dossier:
    dossier, _ = ouvrir(request, numero)
    if not conduit_protection(personne(request), dossier):
        raise Http404("protection d’un autre guichet")
    return dossier


def _acteur(request: HttpRequest) -> dict[str, Any]:
    qui = personne(request)
    return {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}


def _page(request: HttpRequest, dossier: Dossier, **fautifs: forms.Form) -> HttpResponse:
    qui = personne(request)
    contexte = {
        "numero": dossier.numero,
        "nommees": nommees_de(dossier),
        "ouvertures": ouvertures_de(dossier),
        "nommer": fautifs.get("nommer") or NommerForm(qui=qui),
        "lever": fautifs.get("lever") or LeverForm(),
        "fautifs": list(fautifs.values()),
        "jour": qui.jour,
    }
    return render(request, "dossiers/protection.html", contexte)
