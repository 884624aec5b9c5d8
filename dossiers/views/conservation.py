"""For the data protection officer: what will lose its names, the nights, legal holds, the register."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.exports.registre import contexte_registre, registre_pdf
from dossiers.forms.conservation import MaintienForm
from dossiers.models import Dossier, Maintien
from dossiers.queries import conservation as lectures
from dossiers.regles.conservation import RAISONS
from dossiers.services.conservation import lever_maintien, maintenir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil


@reserve_a(Profil.DPO)
@require_http_methods(["GET", "HEAD", "POST"])
def conservation(request: HttpRequest) -> HttpResponse:
    form = MaintienForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _maintenir(request, form):
        messages.success(request, f"Dossier {form.cleaned_data['numero']} maintenu.")
        return redirect("dossiers:conservation")
    contexte = {
        "form": form,
        "a_venir": lectures.a_venir(le=timezone.localdate()),
        "nuits": [
            (nuit, [(RAISONS.get(r, r), n) for r, n in nuit.dossiers.items()], list(nuit.balayes.items()))
            for nuit in lectures.nuits()
        ],
        "maintiens": lectures.maintiens(),
        "durees": contexte_registre(le=timezone.localdate())["durees"],
    }
    return render(request, "dossiers/conservation.html", contexte)


def _maintenir(request: HttpRequest, form: MaintienForm) -> bool:
    dossier = Dossier.objects.filter(numero=form.cleaned_data["numero"]).first()
    if dossier is None:
        form.add_error("numero", "Aucun dossier ne porte ce numéro.")
        return False
    try:
        maintenir(
            dossier,
            motif=form.cleaned_data["motif"],
            jusqu_au=form.cleaned_data["jusqu_au"],
            par=personne(request).agent,
            maintenant=timezone.now(),
        )
    except ErreurMetier as refus:
        dire_refus(form, refus)
        return False
    return True


@reserve_a(Profil.DPO)
@require_POST
def lever(request: HttpRequest, pk: int) -> HttpResponse:
    maintien = get_object_or_404(Maintien.objects.select_related("dossier"), pk=pk, leve_le__isnull=True)
    lever_maintien(maintien, par=personne(request).agent, maintenant=timezone.now())
    messages.success(request, f"Le dossier {maintien.dossier} suit de nouveau sa durée.")
    return redirect("dossiers:conservation")


@reserve_a(Profil.DPO)
@require_safe
def registre(request: HttpRequest) -> HttpResponse:
    return render(request, "dossiers/registre.html", contexte_registre(le=timezone.localdate()))


@reserve_a(Profil.DPO)
@require_safe
def registre_imprime(request: HttpRequest) -> HttpResponse:
    reponse = HttpResponse(registre_pdf(le=timezone.localdate()), content_type="application/pdf")
    reponse["Content-Disposition"] = 'inline; filename="registre-des-traitements.pdf"'
    return reponse
