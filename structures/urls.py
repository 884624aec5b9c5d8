"""Addresses of the accounts, the structures and the settings."""

from django.urls import URLPattern, URLResolver, path

from structures.views import taches

app_name = "structures"
urlpatterns: list[URLPattern | URLResolver] = [
    path("taches/<uuid:pk>/", taches.detail, name="tache_detail"),
    path("taches/<uuid:pk>/avancement", taches.avancement, name="tache_avancement"),
]
