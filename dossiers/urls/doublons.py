"""Addresses of the review of duplicates."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import doublons

urlpatterns: list[URLPattern | URLResolver] = [
    path("doublons/", doublons.rapprochements, name="rapprochements"),
    path("doublons/<int:pk>/", doublons.rapprochement, name="rapprochement"),
    path("doublons/<int:pk>/fusionner/", doublons.fusionner_paire, name="rapprochement_fusionner"),
    path("doublons/<int:pk>/distinguer/", doublons.rapprochement_distinguer, name="rapprochement_distinguer"),
    path("doublons/<int:pk>/demander/", doublons.rapprochement_demander, name="rapprochement_demander"),
    path("fusions/<int:pk>/", doublons.fusion, name="fusion"),
]
