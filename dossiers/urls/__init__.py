"""Addresses of the dossiers, the shared list and the grid."""

from django.urls import URLPattern, URLResolver, include, path

from dossiers.views import departs, journal, presents

app_name = "dossiers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dossiers.urls.saisie")),
    path("journal/", journal.journal, name="journal"),
    path("", include("dossiers.urls.places")),
    path("enfants-presents/", presents.presents, name="presents"),
    path("enfants-presents/<int:pk>/depart/", departs.depart, name="depart"),
    path("enfants-presents/<int:pk>/depart/annuler/", departs.annuler, name="depart_annuler"),
    path("familles-a-contacter/", journal.relais, name="relais"),
    path("", include("dossiers.urls.conservation")),
    path("", include("dossiers.urls.controle")),
    path("", include("dossiers.urls.fiche")),
    path("", include("dossiers.urls.doublons")),
    path("", include("dossiers.urls.cercle")),
    path("", include("dossiers.urls.protection")),
    path("", include("dossiers.urls.grille")),
    path("reprises/", include("dossiers.urls.reprise")),
    path("", include("dossiers.urls.liste")),
    path("", include("dossiers.urls.renseignements")),
    path("", include("dossiers.urls.direction")),
]
