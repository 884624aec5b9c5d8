"""Declaring that one knows a family, and lifting a declaration made by mistake."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.acces import DECLARANTS, LISTE
from dossiers.forms.liens import LeveeForm, LienForm
from dossiers.queries.liens import liens_a_lever, liens_declares, mes_liens
from dossiers.services.liens import declarer_lien, declarer_par_numero, lever_lien
from dossiers.views.ouverture import ouvrir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil

DIT = "Déclaration enregistrée. Si ce dossier existe, rien de cette famille ne vous est plus montré."


@reserve_a(*DECLARANTS)
def liens(request: HttpRequest) -> HttpResponse:
    """By number; the answer is the same whether the dossier exists or not."""
    qui = personne(request)
    if request.method == "POST":
        form = LienForm(request.POST, qui=qui)
        if form.is_valid():
            declarer_par_numero(
                form.cleaned_data["numero"],
                form.cleaned_data.get("naissance"),
                par=qui.agent,
                mairie=qui.mairie,
                maintenant=timezone.now(),
            )
            messages.success(request, DIT)
            return redirect("dossiers:liens")
    else:
        form = LienForm(qui=qui, initial={"numero": request.GET.get("numero", "")[:14]})
    return _page(request, form)


@require_POST
@reserve_a(*LISTE)
def declarer(request: HttpRequest, numero: str) -> HttpResponse:
    """From the dossier's page, whatever the person sees of it."""
    dossier, _ = ouvrir(request, numero)
    qui = personne(request)
    declarer_lien(dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    messages.success(request, DIT)
    return redirect("accueil")


@require_POST
@reserve_a(Profil.COORDINATION)
def lever(request: HttpRequest, pk: int) -> HttpResponse:
    qui = personne(request)
    lien = get_object_or_404(liens_a_lever(qui), pk=pk)
    form = LeveeForm(request.POST, pk=pk)
    if form.is_valid():
        try:
            lever_lien(
                lien,
                motif=form.cleaned_data["motif"],
                par=qui.agent,
                mairie=qui.mairie,
                maintenant=timezone.now(),
            )
        except ErreurMetier as refus:
            form.add_error(None, refus.message)
        else:
            messages.success(request, f"Lien levé : {lien.agent} voit de nouveau ce dossier.")
            return redirect("dossiers:liens")
    return _page(request, LienForm(qui=qui), levee=(pk, form))


def _page(request: HttpRequest, form: LienForm, levee: tuple[int, LeveeForm] | None = None) -> HttpResponse:
    qui = personne(request)
    contexte = {
        "form": form,
        "miens": mes_liens(qui),
        "declares": [],
        "coordination": qui.est(Profil.COORDINATION),
        "fautifs": [levee[1]] if levee else [],
    }
    if contexte["coordination"]:
        contexte["declares"] = [
            (declare, levee[1] if levee and levee[0] == declare.lien.pk else LeveeForm(pk=declare.lien.pk))
            for declare in liens_declares(qui)
        ]
    return render(request, "dossiers/liens.html", contexte)
