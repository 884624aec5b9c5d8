"""Addresses of the shared situations, of the declared links and of the notes."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.urls.fiche import DOSSIER
from dossiers.views import fiche, liens, situations

urlpatterns: list[URLPattern | URLResolver] = [
    path("situations/", situations.liste, name="situations"),
    path("situations/nouvelle/", situations.nouvelle, name="situation_nouvelle"),
    path("situations/<int:pk>/", situations.detail, name="situation"),
    path("situations/<int:pk>/<slug:geste>/", situations.geste, name="situation_geste"),
    path("situations/<int:pk>/taches/<int:tache>/faite/", situations.tache_faite, name="tache_faite"),
    path("situations/<int:pk>/cercle/<int:membre>/sortir/", situations.cercle_sortir, name="cercle_sortir"),
    re_path(rf"{DOSSIER}situation/$", situations.ouvrir, name="situation_ouvrir"),
    path("liens/", liens.liens, name="liens"),
    path("liens/<int:pk>/lever/", liens.lever, name="lien_lever"),
    re_path(rf"{DOSSIER}lien/$", liens.declarer, name="lien_declarer"),
    re_path(rf"{DOSSIER}notes/$", fiche.note, name="note"),
    re_path(rf"{DOSSIER}notes/(?P<pk>[0-9]+)/effacer/$", fiche.note_effacer, name="note_effacer"),
]
