"""The search box of the bar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dossiers.acces import LISTE
from dossiers.queries.recherche import chercher
from guichet.acces import personne, reserve_a


@require_safe
@reserve_a(*LISTE)
def recherche(request: HttpRequest) -> HttpResponse:
    """Results page, or the short list under the box when htmx asks; a whole number opens its dossier."""
    instantanee = bool(request.headers.get("HX-Request"))
    resultats = chercher(request.GET.get("q", ""), qui=personne(request), limite=8 if instantanee else 20)
    if resultats.exact and not instantanee:
        return redirect("dossiers:fiche", resultats.exact)
    gabarit = "dossiers/_recherche.html" if instantanee else "dossiers/recherche.html"
    return render(request, gabarit, {"resultats": resultats, "page": not instantanee})
