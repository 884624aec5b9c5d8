"""Delays at risk: the demands nobody has answered yet."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissions.queries import delais as lecture
from guichet.acces import personne, reserve_a
from structures.models import Profil


@require_safe
@reserve_a(Profil.COORDINATION)
def delais(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    vue = lecture.DEPASSES if request.GET.get("vue") == lecture.DEPASSES else lecture.RISQUE
    page = lecture.page(qui, vue=vue, apres=request.GET.get("apres", ""))
    comptes = lecture.compter(le=qui.jour)
    contexte = {
        "page": page,
        "vue": vue,
        "titre": dict(lecture.VUES)[vue],
        "vues": [(nom, libelle, comptes[nom]) for nom, libelle in lecture.VUES],
        "bornes": lecture.bornes(le=qui.jour),
        "suivante": f"?{urlencode({'vue': vue, 'apres': page.suivante})}" if page.suivante else "",
        "debut": f"?vue={vue}" if request.GET.get("apres") else "",
    }
    return render(request, "commissions/delais.html", contexte)
