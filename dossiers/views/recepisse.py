"""The receipt: a page, and the PDF printed for the family with its secret code."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import GUICHET
from dossiers.queries.recepisse import dossiers_du_recepisse
from dossiers.queries.recepisse import recepisse as lire_recepisse
from dossiers.services.recepisse import noter_copie, remettre_code
from dossiers.views.ouverture import noter_lecture, ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.pdf import rendre_pdf
from structures.queries import identite

CODE, COPIE, PAGE = "code", "copie", "page"


@require_safe
@reserve_a(*GUICHET)
def recepisse(request: HttpRequest, numero: str) -> HttpResponse:
    """The HTML twin, without the code: it is only known when it is made."""
    dossier = ouvrir_pour_agir(request, numero)
    noter_lecture(request, dossier, "recepisse")
    recu = lire_recepisse(dossiers_du_recepisse(dossier), le=personne(request).jour)
    return render(request, "dossiers/recepisse.html", {"recu": recu, "dossier": dossier, "code": ""})


@never_cache
@require_POST
@reserve_a(*GUICHET)
def imprimer(request: HttpRequest, numero: str) -> HttpResponse:
    """`sortie`: a PDF with a new code, the same on a page, or a copy without a code."""
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    dossiers = dossiers_du_recepisse(dossier)
    recu = lire_recepisse(dossiers, le=qui.jour, pour=request.POST.get("pour", ""))
    sortie, maintenant = request.POST.get("sortie", CODE), timezone.now()
    contexte = {"recu": recu, "dossier": dossier, "code": "", "ville": identite().nom}
    try:
        if sortie == COPIE:
            pdf = rendre_pdf("pdf/recepisse.html", contexte)
            noter_copie(dossiers, par=qui.agent, mairie=qui.mairie, maintenant=maintenant)
            return _pdf(pdf, numero)
        contexte["code"] = remettre_code(dossiers, par=qui.agent, mairie=qui.mairie, maintenant=maintenant)
        if sortie == PAGE:
            return render(request, "dossiers/recepisse.html", contexte)
        return _pdf(rendre_pdf("pdf/recepisse.html", contexte), numero)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("dossiers:recepisse", numero)


def _pdf(contenu: bytes, numero: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="recepisse-{numero}.pdf"'
    return reponse
