"""« Dossiers »: my counter's work of the day."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.acces import GUICHET
from dossiers.queries.index import VUES, page_index
from guichet.acces import personne, reserve_a


@require_safe
@reserve_a(*GUICHET)
def index(request: HttpRequest) -> HttpResponse:
    qui, vue = personne(request), request.GET.get("vue", "")
    connues = dict(VUES)
    vue = vue if vue in connues else VUES[0][0]
    page = page_index(qui, vue=vue, apres=request.GET.get("apres", ""))
    adresse = f"{reverse('dossiers:index')}?vue={vue}"
    contexte = {
        "page": page,
        "titre": connues[vue],
        "vues": [(nom, libelle, page.comptes[nom]) for nom, libelle in VUES],
        "suivante": f"{adresse}&{urlencode({'apres': page.suivante})}" if page.suivante else "",
        "debut": adresse if page.debut else "",
        "toute_la_ville": not qui.mairies,
    }
    return render(request, "dossiers/index.html", contexte)
