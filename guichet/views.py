"""The home page and the pages of refusal; every other page belongs to its app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone

from guichet.acces import Deport, PageReservee, connecte, personne
from guichet.accueil import blocs
from guichet.session import session_finie


@connecte
def accueil(request: HttpRequest) -> HttpResponse:
    moi = personne(request)
    contexte = {"moi": moi, "blocs": blocs(moi, maintenant=timezone.now())}
    return render(request, "accueil.html", contexte)


def requete_invalide(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, Deport):
        return render(request, "403_deport.html", status=403)
    profils = exception.profils if isinstance(exception, PageReservee) else []
    return render(request, "403.html", {"profils": profils}, status=403)


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def panne(request: HttpRequest) -> HttpResponse:
    """No context processor, no query: whatever broke must not break this page too."""
    return HttpResponse(get_template("500.html").render({}), status=500)


def session_expiree(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed, most often because the person signed in again elsewhere."""
    return session_finie(request, statut=403)
