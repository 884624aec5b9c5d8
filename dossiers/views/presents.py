"""The children present: looked for by name, and asked for again (transfer, more days)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.acces import GUICHET, LISTE
from dossiers.forms.presents import PresentsForm
from dossiers.queries.departs import departs_recents
from dossiers.queries.presents import presents as lire_presents
from guichet.acces import personne, reserve_a
from structures.models import Structure


@require_GET
@reserve_a(*LISTE)
def presents(request: HttpRequest) -> HttpResponse:
    qui, jour = personne(request), timezone.localdate()
    guichet = qui.est(*GUICHET)
    siennes = Structure.objects.all() if guichet else Structure.objects.filter(pk__in=qui.structures)
    form = PresentsForm(request.GET, structures=siennes)
    form.is_valid()
    dit = form.cleaned_data
    page = lire_presents(
        qui, le=jour, q=dit.get("q") or "", structure=dit.get("structure"), numero=dit.get("page") or 1
    )
    sans_page = request.GET.copy()
    sans_page.pop("page", None)
    contexte = {
        "form": form,
        "page": page,
        "jour": jour,
        "guichet": guichet,
        "suite": sans_page.urlencode(),
        "departs": departs_recents(qui, le=jour),
    }
    return render(request, "dossiers/presents.html", contexte)
