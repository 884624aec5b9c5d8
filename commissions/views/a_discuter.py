"""The pre-session: which lines the commission will talk about."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commissions.forms.salle import MarqueForm
from commissions.models import MotifDiscussion, Seance
from commissions.queries.a_discuter import lignes_marquables, seances_a_preparer, voeux_marquables
from commissions.services.a_discuter import demarquer_ligne, marquer_ligne
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil

PREPARENT = (Profil.COORDINATION, Profil.DIRECTION)


@reserve_a(*PREPARENT)
def liste(request: HttpRequest) -> HttpResponse:
    """The séances to prepare: for a director, those of its structures."""
    return render(request, "commissions/a_preparer.html", {"seances": seances_a_preparer(personne(request))})


@reserve_a(*PREPARENT)
def lignes(request: HttpRequest, pk: int) -> HttpResponse:
    seance = get_object_or_404(seances_a_preparer(personne(request)), pk=pk)
    if request.method == "POST":
        return _marquer(request, seance)
    contexte = {
        "seance": seance,
        "lignes": lignes_marquables(seance, personne(request)),
        "motifs": MotifDiscussion.choices,
    }
    return render(request, "commissions/a_discuter.html", contexte)


def _marquer(request: HttpRequest, seance: Seance) -> HttpResponse:
    """One line marked, or no more: back to it."""
    form, qui = MarqueForm(request.POST), personne(request)
    adresse = reverse("commissions:a_discuter", args=[seance.pk])
    if not form.is_valid():
        messages.error(request, "Choisissez le motif de la discussion.")
        return redirect(adresse)
    voeu = get_object_or_404(voeux_marquables(seance, qui), pk=form.cleaned_data["voeu"])
    acte: dict[str, Any] = {"par": qui.agent, "maintenant": timezone.now(), "mairie": qui.mairie}
    try:
        if form.cleaned_data["retirer"]:
            demarquer_ligne(voeu, **acte)
        else:
            marquer_ligne(voeu, motif=form.cleaned_data["motif"], **acte)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    return redirect(f"{adresse}#ligne-{voeu.pk}")
