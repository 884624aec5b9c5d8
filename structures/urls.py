"""Addresses of the accounts, the structures and the settings."""

from django.urls import URLPattern, URLResolver

app_name = "structures"
urlpatterns: list[URLPattern | URLResolver] = []
