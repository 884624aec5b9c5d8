"""Addresses of a director's work: urgent admissions, what was seen, the week."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import semaine, urgences

urlpatterns: list[URLPattern | URLResolver] = [
    path("semaine/", semaine.semaine, name="semaine"),
    path("urgences/", urgences.liste, name="urgences"),
    path("urgences/<int:pk>/", urgences.repondre, name="urgence"),
    path("vu/", urgences.vu, name="vu"),
    re_path(rf"{DOSSIER}urgence/$", urgences.demander, name="urgence_nouvelle"),
]
