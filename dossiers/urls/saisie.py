"""Addresses of the counter's entry page and its drafts."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import saisie

urlpatterns: list[URLPattern | URLResolver] = [
    path("dossiers/nouveau/", saisie.nouveau, name="nouveau"),
    path("dossiers/nouveau/suivi/", saisie.suivi, name="saisie_suivi"),
    path("dossiers/brouillons/", saisie.brouillons, name="brouillons"),
    path("dossiers/brouillons/<int:pk>/supprimer/", saisie.brouillon_supprimer, name="brouillon_supprimer"),
    re_path(rf"{DOSSIER}modifier/$", saisie.modifier, name="modifier"),
    re_path(rf"{DOSSIER}modifier/suivi/$", saisie.suivi, name="modifier_suivi"),
]
