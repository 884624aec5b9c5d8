"""Addresses of the grid: its versions, their criteria, trying a situation on a draft."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import grille_brouillons as brouillons
from dossiers.views import grille_criteres as criteres
from dossiers.views import grilles

urlpatterns: list[URLPattern | URLResolver] = [
    path("grilles/", grilles.liste, name="grilles"),
    path("grilles/importer", brouillons.importer, name="grille_importer"),
    path("grilles/<int:pk>/", grilles.detail, name="grille_detail"),
    path("grilles/<int:pk>/fichier", grilles.fichier, name="grille_fichier"),
    path("grilles/<int:pk>/essai", grilles.essai, name="grille_essai"),
    path("grilles/<int:pk>/copier", brouillons.copier, name="grille_copier"),
    path("grilles/<int:pk>/cadre", brouillons.cadre, name="grille_cadre"),
    path("grilles/<int:pk>/json", brouillons.document, name="grille_json"),
    path("grilles/<int:pk>/publier", brouillons.publier, name="grille_publier"),
    path("grilles/<int:pk>/deprogrammer", brouillons.deprogrammer, name="grille_deprogrammer"),
    path("grilles/<int:pk>/supprimer", brouillons.supprimer, name="grille_supprimer"),
    path("grilles/<int:pk>/criteres/nouveau", criteres.nouveau, name="critere_nouveau"),
    path("grilles/<int:pk>/criteres/<slug:code>/", criteres.modifier, name="critere_modifier"),
    path("grilles/<int:pk>/criteres/<slug:code>/deplacer", criteres.deplacer, name="critere_deplacer"),
    path("grilles/<int:pk>/criteres/<slug:code>/retirer", criteres.retirer, name="critere_retirer"),
]
