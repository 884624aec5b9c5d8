"""A session that ended never costs what was being typed: the form comes back, to be sent again."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

SECRETS = ("password", "mot_de_passe", "secret")


def saisie(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field sent, but the token and what must not be shown."""
    return [
        (nom, valeur)
        for nom in request.POST
        for valeur in request.POST.getlist(nom)
        if nom != "csrfmiddlewaretoken" and not any(mot in nom for mot in SECRETS)
    ]


def session_finie(request: HttpRequest, *, statut: int) -> HttpResponse:
    """Give back what was typed. It can be sent again only when it came from a page of ours."""
    champs = saisie(request)
    contexte = {
        "saisie": [(nom, valeur) for nom, valeur in champs if valeur],
        "champs": champs if _de_chez_nous(request) else [],
        "retour": request.get_full_path(),
    }
    return render(request, "403_csrf.html", contexte, status=statut)


def _de_chez_nous(request: HttpRequest) -> bool:
    origine = request.headers.get("Origin", "")
    return origine == f"{request.scheme}://{request.get_host()}"


class ConnexionRequiseMiddleware(LoginRequiredMiddleware):
    """Django's, but a form sent without a session is given back instead of being dropped."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.method == "POST" and saisie(request):
            return session_finie(request, statut=401)
        if request.headers.get("HX-Request"):
            # htmx leaves the page as it is on a 401: the sign-in page has no place in a fragment.
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)
