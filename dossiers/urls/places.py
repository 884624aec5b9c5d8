"""Addresses of the places: free ones at a date, and the movements of a rentrée."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import jours, places, rentree

urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", places.places, name="places"),
    path("places/<int:pk>/", places.structure, name="places_structure"),
    path("enfants-presents/<int:pk>/jours/", jours.jours, name="jours"),
    path("rentree/", rentree.rentrees, name="rentrees"),
    path("rentree/<int:pk>/", rentree.rentree, name="rentree"),
]
