"""« L’enfant quitte la structure », by its director or the desk, and the undo."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.acces import GUICHET, LISTE
from dossiers.forms.depart_enfant import DepartEnfantForm
from dossiers.queries.departs import demandes_touchees, obstacle_annulation, places_a_quitter
from dossiers.services.departs import annuler_depart, constater_depart
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import tenter


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*LISTE)
def depart(request: HttpRequest, pk: int) -> HttpResponse:
    qui = personne(request)
    place = get_object_or_404(places_a_quitter(qui), pk=pk)
    note = place.depart_constate_le is not None
    form = DepartEnfantForm(request.POST if request.method == "POST" and not note else None, place=place)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    if form.is_bound and tenter(form, lambda lus: constater_depart(place, **lus, **acteur)):
        messages.success(request, "Départ noté. Il s’annule ici tant que la place n’est pas donnée.")
        return redirect("dossiers:depart", pk)
    contexte = {
        "place": place,
        "form": form,
        "note": note,
        "obstacle": obstacle_annulation(place) if note else "",
        "guichet": qui.est(*GUICHET),
        "demandes": demandes_touchees(place),
    }
    return render(request, "dossiers/depart.html", contexte)


@require_POST
@reserve_a(*LISTE)
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    qui = personne(request)
    place = get_object_or_404(places_a_quitter(qui), pk=pk)
    try:
        annuler_depart(place, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, "Départ annulé\u202f: l’enfant garde sa place.")
    return redirect("dossiers:depart", pk)
