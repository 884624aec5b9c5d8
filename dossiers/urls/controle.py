"""Addresses of what a counter checks: births, pieces laid on the counter, the queue of what is to verify."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import naissance, pieces, verification

urlpatterns: list[URLPattern | URLResolver] = [
    path("dossiers/a-verifier/", verification.a_verifier, name="a_verifier"),
    re_path(rf"{DOSSIER}naissance/$", naissance.naissance, name="naissance"),
    re_path(rf"{DOSSIER}pieces/$", pieces.pieces, name="pieces"),
    re_path(rf"{DOSSIER}pieces/(?P<code>[a-z0-9_]+)/redemande/$", pieces.redemander, name="piece_redemandee"),
]
