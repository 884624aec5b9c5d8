"""Addresses of the places: free ones at a date, and the movements of a rentrée."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import jours, perdues, places, rentree

urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", places.places, name="places"),
    path("places/<int:pk>/", places.structure, name="places_structure"),
    path("places/<int:pk>/perdues/", perdues.perdues, name="places_perdues"),
    path("enfants-presents/<int:pk>/jours/", jours.jours, name="jours"),
    path("rentree/", rentree.rentrees, name="rentrees"),
    path("rentree/<int:pk>/", rentree.rentree, name="rentree"),
]
