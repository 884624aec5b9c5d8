"""« Aucune ne convient »: the place of a child admitted to the crèche familiale fails."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commissions.services.familiale import echouer_affectation
from dossiers.forms.affectation import EchecForm
from dossiers.queries.affectations import places_affectables
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.acces import PLACES


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*PLACES)
def echec(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why, once: the dossier goes back on the list as it was."""
    qui = personne(request)
    place = get_object_or_404(places_affectables(qui, jour=qui.jour), pk=pk)
    service = place.section.structure_id
    form = EchecForm(request.POST if request.method == "POST" else None)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    if form.is_bound and tenter(form, lambda lus: echouer_affectation(place, **lus, **acteur)):
        messages.success(
            request, "La coordination est prévenue\u202f; le dossier retrouve sa place sur la liste."
        )
        return redirect("dossiers:affectations", service)
    return render(request, "commissions/affectation_echec.html", {"place": place, "form": form})
