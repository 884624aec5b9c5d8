"""Addresses of the information contacts without a dossier."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import renseignements

urlpatterns: list[URLPattern | URLResolver] = [
    path("renseignements/", renseignements.liste, name="renseignements"),
    path("renseignements/nouveau/", renseignements.nouveau, name="renseignement_nouveau"),
    path("renseignements/comptes/", renseignements.comptes, name="renseignements_comptes"),
    path(
        "renseignements/<int:pk>/dossier/", renseignements.en_faire_un_dossier, name="renseignement_dossier"
    ),
]
