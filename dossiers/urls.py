"""Addresses of the dossiers, the shared list and the grid."""

from django.urls import URLPattern, URLResolver, include, path

from dossiers.views import journal, places

app_name = "dossiers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dossiers.urls_saisie")),
    path("journal/", journal.journal, name="journal"),
    path("places/", places.places, name="places"),
    path("familles-a-contacter/", journal.relais, name="relais"),
    path("", include("dossiers.urls_fiche")),
    path("", include("dossiers.urls_grille")),
    path("reprises/", include("dossiers.urls_reprise")),
    path("", include("dossiers.urls_liste")),
]
