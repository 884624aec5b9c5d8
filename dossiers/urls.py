"""Addresses of the dossiers, the shared list and the grid."""

from django.urls import URLPattern, URLResolver

app_name = "dossiers"
urlpatterns: list[URLPattern | URLResolver] = []
