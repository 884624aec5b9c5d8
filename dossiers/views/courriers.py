"""Letters: the print queue of a counter, and what was written to one family."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import GUICHET
from dossiers.models import CanalCourrier, Courrier
from dossiers.queries.courriers import PAR_LOT, a_imprimer, blocs, courriers_de, echeances_de
from dossiers.services import courriers as services
from dossiers.services.courriers_a_jour import a_imprimer_maintenant
from dossiers.views.ouverture import noter_lecture, ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.pdf import rendre_pdf
from guichet.texte import entier_lu
from structures.queries import identite


@require_safe
@reserve_a(*GUICHET)
def courriers(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    attendent = a_imprimer(qui)
    contexte = {
        "courriers": list(attendent[:PAR_LOT]),
        "total": attendent.count(),
        "toute_la_ville": not qui.mairies,
        "moi": qui,
    }
    return render(request, "dossiers/courriers.html", contexte)


@never_cache
@require_POST
@reserve_a(*GUICHET)
def imprimer(request: HttpRequest) -> HttpResponse:
    """One PDF for the letters ticked; they stay in the queue until someone says they are printed."""
    qui, maintenant = personne(request), timezone.now()
    choisis = a_imprimer_maintenant(
        _choisis(request), par=qui.agent, mairie=qui.mairie, maintenant=maintenant
    )
    if not choisis:
        return _rien(request)
    try:
        contenu = _feuilles(choisis)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("dossiers:courriers")
    services.noter_pdf(choisis, par=qui.agent, mairie=qui.mairie, maintenant=maintenant)
    return _pdf(contenu, f"courriers-{qui.jour:%Y-%m-%d}")


@require_POST
@reserve_a(*GUICHET)
def imprimes(request: HttpRequest) -> HttpResponse:
    choisis, qui = _choisis(request), personne(request)
    if not choisis:
        return _rien(request)
    marques = services.marquer_imprimes(choisis, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    messages.success(request, f"Lettres imprimées et retirées de la file : {marques}.")
    return redirect("dossiers:courriers")


@require_safe
@reserve_a(*GUICHET)
def du_dossier(request: HttpRequest, numero: str) -> HttpResponse:
    dossier = ouvrir_pour_agir(request, numero)
    noter_lecture(request, dossier, "courriers")
    contexte = {
        "dossier": dossier,
        "lettres": [(courrier, blocs(courrier.corps)) for courrier in courriers_de(dossier)],
        "echeances": echeances_de(dossier),
        "canaux": CanalCourrier,
    }
    return render(request, "dossiers/dossier_courriers.html", contexte)


@never_cache
@require_POST
@reserve_a(*GUICHET)
def pdf(request: HttpRequest, numero: str, pk: int) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    courrier = get_object_or_404(
        Courrier.objects.select_related("mairie", "dossier__famille"), pk=pk, dossier=dossier
    )
    acteur: dict[str, Any] = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    courriers = a_imprimer_maintenant([courrier], **acteur) if courrier.attend_le_papier else [courrier]
    try:
        contenu = _feuilles(courriers)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("dossiers:dossier_courriers", numero)
    services.noter_pdf(courriers, **acteur)
    return _pdf(contenu, f"courrier-{numero}")


@require_POST
@reserve_a(*GUICHET)
def renvoyer(request: HttpRequest, numero: str, pk: int) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    courrier = get_object_or_404(Courrier, pk=pk, dossier=dossier)
    try:
        copie = services.renvoyer_courrier(
            courrier,
            canal=request.POST.get("canal", ""),
            par=qui.agent,
            mairie=qui.mairie,
            maintenant=timezone.now(),
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        papier = copie.canal == CanalCourrier.PAPIER
        suite = (
            "Elle attend dans « Courriers à imprimer »." if papier else "Le courriel part dans un instant."
        )
        messages.success(request, f"Lettre préparée de nouveau. {suite}")
    return redirect("dossiers:dossier_courriers", numero)


def _choisis(request: HttpRequest) -> list[Courrier]:
    """The letters ticked, among those this person may print."""
    cles = [n for cle in request.POST.getlist("courrier") if (n := entier_lu(cle)) is not None]
    return list(a_imprimer(personne(request)).filter(pk__in=cles[:PAR_LOT]))


def _rien(request: HttpRequest) -> HttpResponse:
    messages.error(request, "Cochez au moins une lettre encore à imprimer.")
    return redirect("dossiers:courriers")


def _feuilles(choisis: Sequence[Courrier]) -> bytes:
    if not choisis:
        raise ErreurMetier("retiree", "Cette lettre est retirée\u202f: plus personne ne doit la recevoir.")
    lettres = [(courrier, blocs(courrier.corps)) for courrier in choisis]
    return rendre_pdf("pdf/courriers.html", {"lettres": lettres, "ville": identite().nom})


def _pdf(contenu: bytes, nom: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}.pdf"'
    return reponse
