"""Addresses of the places: free ones at a date, and the movements of a rentrée."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import affectations, employeurs, jours, perdues, places, rentree

urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", places.places, name="places"),
    path("places/<int:pk>/", places.structure, name="places_structure"),
    path("places/<int:pk>/perdues/", perdues.perdues, name="places_perdues"),
    path("enfants-presents/<int:pk>/jours/", jours.jours, name="jours"),
    path("places/<int:pk>/affectations/", affectations.affectations, name="affectations"),
    path("enfants-presents/<int:pk>/affectation/", affectations.affectation, name="affectation"),
    path("affectations/echecs/<int:pk>/vu", affectations.echec_vu, name="echec_vu"),
    path("places/<int:pk>/employeurs/", employeurs.employeurs, name="employeurs"),
    path("employeurs/<int:pk>/designer/", employeurs.designer, name="employeur_designer"),
    path("employeurs/<int:pk>/liberer/", employeurs.liberer, name="employeur_liberer"),
    path("employeurs/designes/<int:pk>/admettre/", employeurs.admettre, name="designe_admettre"),
    path("rentree/", rentree.rentrees, name="rentrees"),
    path("rentree/<int:pk>/", rentree.rentree, name="rentree"),
]
