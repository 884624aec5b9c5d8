"""The tests' own nets catch what they are there for."""

import warnings
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Template
from django.test import override_settings
from django.urls import path

from structures.models import Mairie
from tests.conftest import ClientStrict

PAGES = {
    "sain": '<script src="/a.js"></script><script type="application/json">{}</script><p class="x">on=1</p>',
    "script": "<script>alert(1)</script>",
    "style": "<style>p{}</style>",
    "attribut": '<p class="a" style="color:red">x</p>',
    "evenement": "<button onclick='x()'>x</button>",
    "htmx": '<div hx-on:click="x()">x</div>',
}


def _vue(request: Any, nom: str) -> HttpResponse:
    return HttpResponse(PAGES[nom])


_vue.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("essai/<str:nom>", _vue)]


@override_settings(ROOT_URLCONF="tests.test_outillage")
@pytest.mark.parametrize("nom", [n for n in PAGES if n != "sain"])
def test_le_client_refuse_ce_que_la_csp_bloquerait(nom: str) -> None:
    with pytest.raises(AssertionError, match="en ligne"):
        ClientStrict().get(f"/essai/{nom}")


@override_settings(ROOT_URLCONF="tests.test_outillage")
def test_le_client_accepte_une_page_saine() -> None:
    assert ClientStrict().get("/essai/sain").status_code == 200


def test_une_variable_absente_d_un_gabarit_fait_echouer() -> None:
    with pytest.raises(pytest.fail.Exception, match="absente"):
        Template("{{ absente.nom }}").render(Context({}))


def test_un_avertissement_fait_echouer() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("attention", UserWarning, stacklevel=1)


@pytest.mark.django_db
def test_paginer_sans_ordre_fait_echouer() -> None:
    from django.core.paginator import UnorderedObjectListWarning

    with pytest.raises(UnorderedObjectListWarning):
        Paginator(Mairie.objects.order_by(), 2).page(1)
