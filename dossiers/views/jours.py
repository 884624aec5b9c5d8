"""« Changer les jours » of a present child, by its director or the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers.acces import LISTE
from dossiers.forms.jours import JoursForm
from dossiers.queries.departs import places_a_quitter
from dossiers.queries.places import places_du_jour, section_le
from dossiers.services.jours import changer_jours
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*LISTE)
def jours(request: HttpRequest, pk: int) -> HttpResponse:
    qui, maintenant = personne(request), timezone.now()
    place = get_object_or_404(places_a_quitter(qui), pk=pk)
    form = JoursForm(request.POST if request.method == "POST" else None, place=place)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": maintenant}
    if form.is_bound and tenter(form, lambda lus: changer_jours(place, **lus, **acteur)):
        messages.success(request, "Jours changés\u202f: les places de la section en tiennent compte.")
        return redirect("dossiers:presents")
    section = section_le(place, max(timezone.localdate(maintenant), place.debut))
    libres = places_du_jour([section], timezone.localdate(maintenant))[0]
    return render(request, "dossiers/jours.html", {"place": place, "form": form, "libres": libres})
