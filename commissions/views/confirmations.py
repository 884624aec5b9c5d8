"""What managers confirm, or refuse, before their letters leave."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.forms.confirmations import LignesForm, RefusForm
from commissions.models import ConfirmationGestionnaire, MotifNonConfirmation
from commissions.queries.confirmations import (
    a_confirmer,
    confirmations_visibles,
    offres_a_confirmer,
    refusees,
)
from commissions.services import confirmations
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import tenter
from guichet.texte import accord
from structures.models import Profil

GESTIONNAIRES = (Profil.COORDINATION, Profil.DIRECTION)


@require_safe
@reserve_a(*GESTIONNAIRES)
def liste(request: HttpRequest) -> HttpResponse:
    """What waits, structure by structure; the coordination takes back what was refused."""
    return _page(request)


def _page(request: HttpRequest, *, faute: int = 0, erreur: str = "") -> HttpResponse:
    qui = personne(request)
    coordination = qui.est(Profil.COORDINATION)
    contexte = {
        "groupes": a_confirmer(qui),
        "refusees": refusees(qui),
        "motifs": MotifNonConfirmation.choices,
        "coordination": coordination,
        "offres": offres_a_confirmer(qui),
        "faute": faute,
        "erreur": erreur,
    }
    return render(request, "commissions/confirmations.html", contexte)


@require_POST
@reserve_a(*GESTIONNAIRES)
def confirmer(request: HttpRequest, pk: int) -> HttpResponse:
    return _geste(request, pk, confirmations.confirmer, "Réponse confirmée\u00a0: sa lettre peut partir.")


@require_POST
@reserve_a(*GESTIONNAIRES)
def refuser(request: HttpRequest, pk: int) -> HttpResponse:
    """A refusal says why, by a reason of the list."""
    confirmation, form = _confirmation(request, pk), RefusForm(request.POST)
    if not tenter(form, lambda lus: confirmations.refuser(confirmation, **lus, **_acteur(request))):
        return _page(request, faute=pk, erreur=" ".join(form.errors.get("motif") or form.non_field_errors()))
    messages.success(request, "Refus noté\u00a0: cette lettre ne part pas, la coordination la reprend.")
    return redirect("commissions:confirmations")


@require_POST
@reserve_a(Profil.COORDINATION)
def redemander(request: HttpRequest, pk: int) -> HttpResponse:
    return _geste(request, pk, confirmations.redemander, "Le gestionnaire est interrogé de nouveau.")


@require_POST
@reserve_a(*GESTIONNAIRES)
def bloc(request: HttpRequest) -> HttpResponse:
    """Every line the page showed of one structure, and no other."""
    form = LignesForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["lignes"][0])
        return redirect("commissions:confirmations")
    permises = confirmations_visibles(personne(request)).filter(pk__in=form.cleaned_data["lignes"])
    nombre = confirmations.confirmer_en_bloc(list(permises.values_list("pk", flat=True)), **_acteur(request))
    messages.success(request, f"{accord(nombre, 'réponse confirmée,réponses confirmées')}.")
    return redirect("commissions:confirmations")


def _geste(request: HttpRequest, pk: int, service: Any, dit: str) -> HttpResponse:
    try:
        service(_confirmation(request, pk), **_acteur(request))
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, dit)
    return redirect("commissions:confirmations")


def _confirmation(request: HttpRequest, pk: int) -> ConfirmationGestionnaire:
    return get_object_or_404(confirmations_visibles(personne(request)), pk=pk)


def _acteur(request: HttpRequest) -> dict[str, Any]:
    qui = personne(request)
    return {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
