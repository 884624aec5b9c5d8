"""Addresses of the shared list."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import liste, liste_colonnes, liste_export, liste_passee

urlpatterns: list[URLPattern | URLResolver] = [
    path("liste/", liste.liste, name="liste"),
    path("liste/points/<int:pk>/", liste.liste_points, name="liste_points"),
    path("liste/exporter/", liste_export.liste_exporter, name="liste_exporter"),
    path("liste/colonnes/", liste_colonnes.liste_colonnes, name="liste_colonnes"),
    path(
        "liste/colonnes/<int:pk>/retirer/",
        liste_colonnes.liste_colonnes_retirer,
        name="liste_colonnes_retirer",
    ),
    path("liste/exports/<int:pk>/", liste_export.liste_export, name="liste_export"),
    path("liste/imprimer/", liste.liste_imprimer, name="liste_imprimer"),
    path("liste/jour/", liste_passee.liste_passee, name="liste_passee"),
    path("liste/jour/exporter/", liste_passee.liste_passee_exporter, name="liste_passee_exporter"),
    path("liste/vues/", liste.liste_vue_enregistrer, name="liste_vue_enregistrer"),
    path("liste/vues/<int:pk>/retirer/", liste.liste_vue_retirer, name="liste_vue_retirer"),
]
