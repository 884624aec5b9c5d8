"""The progress of a long piece of work, for who asked for it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from guichet.acces import connecte
from structures.models import Tache


@connecte
@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    tache = get_object_or_404(Tache, pk=pk, demandee_par=request.user)
    return render(request, "structures/tache.html", {"tache": tache})


@connecte
@require_safe
def avancement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The fragment htmx asks for until the work is over."""
    tache = get_object_or_404(Tache, pk=pk, demandee_par=request.user)
    return render(request, "structures/_avancement.html", {"tache": tache})
