"""« Cette semaine »: the Monday page, on screen and on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissions.queries.prochaine import seances_entre
from dossiers.acces import LISTE
from dossiers.queries.semaine import page_semaine
from dossiers.regles.semaine_calendaire import lire_semaine, semaine_de
from guichet.acces import personne, reserve_a


@require_safe
@reserve_a(*LISTE)
def semaine(request: HttpRequest) -> HttpResponse:
    qui, code = personne(request), request.GET.get("semaine", "")
    courante = semaine_de(qui.jour)
    lue = lire_semaine(code) if code else courante
    if lue is None:
        messages.warning(request, "Cette semaine n’existe pas, écrivez-la ainsi\u00a0: 2026-W48.")
        lue = courante
    contexte = {
        "page": page_semaine(qui, lue),
        "avant": lue.precedente,
        "courante": lue == courante,
        "seances": seances_entre(lue.lundi, lue.dimanche),
        "imprimee_le": timezone.now(),
    }
    return render(request, "dossiers/semaine.html", contexte)
