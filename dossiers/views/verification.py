"""« À vérifier », the queue of a counter."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissions.queries.prochaine import prochains_gels
from dossiers.acces import GUICHET
from dossiers.forms.verification import FiltresForm, adresse_de
from dossiers.queries.verification import VUES, Demande, page_verification
from guichet.acces import Personne, personne, reserve_a
from structures.models import Mairie, Profil


@require_safe
@reserve_a(*GUICHET)
def a_verifier(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    form = FiltresForm(request.GET, mairies=_mairies(qui))
    demande = form.demande(vue=request.GET.get("vue", ""), apres=request.GET.get("apres", ""))
    gels = prochains_gels(le=qui.jour)
    page = page_verification(qui, demande, gels)
    contexte = {
        "page": page,
        "form": form,
        "demande": demande,
        "titre": dict(VUES)[demande.vue],
        "vues": [(nom, mots, page.comptes[nom], _vers(demande, vue=nom)) for nom, mots in VUES],
        "suivante": _vers(demande, apres=page.suivante) if page.suivante else "",
        "debut": _vers(demande) if demande.apres else "",
        "toute_la_ville": qui.est(Profil.COORDINATION),
        "prochain": gels[0] if gels else None,
        "jour": qui.jour,
    }
    return render(request, "dossiers/a_verifier.html", contexte)


def _mairies(qui: Personne) -> list[Mairie]:
    toutes = Mairie.objects.order_by("nom")
    return list(toutes if qui.est(Profil.COORDINATION) else toutes.filter(pk__in=qui.mairies))


def _vers(demande: Demande, **autres: str) -> str:
    return "?" + urlencode(adresse_de(demande, **autres))
