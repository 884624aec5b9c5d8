"""Addresses of a protection: named persons, openings, lifting."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import protection

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"{DOSSIER}protection/$", protection.protection, name="protection"),
    re_path(rf"{DOSSIER}protection/nommer/$", protection.nommer, name="protection_nommer"),
    re_path(rf"{DOSSIER}protection/(?P<pk>[0-9]+)/retirer/$", protection.retirer, name="protection_retirer"),
    re_path(rf"{DOSSIER}protection/lever/$", protection.lever, name="protection_lever"),
    path("ouvertures/<int:pk>/vue/", protection.ouverture_vue, name="ouverture_vue"),
]
