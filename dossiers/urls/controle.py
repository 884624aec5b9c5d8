"""Addresses of what a counter checks: births, pieces laid on the counter, the queue of what is to verify."""

from django.urls import URLPattern, URLResolver, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import naissance, pieces

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"{DOSSIER}naissance/$", naissance.naissance, name="naissance"),
    re_path(rf"{DOSSIER}pieces/$", pieces.pieces, name="pieces"),
    re_path(rf"{DOSSIER}pieces/(?P<code>[a-z0-9_]+)/redemande/$", pieces.redemander, name="piece_redemandee"),
]
