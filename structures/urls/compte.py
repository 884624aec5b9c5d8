"""Signing in, signing out, one's own account: routes without a prefix, as Django's settings name them."""

from django.urls import path

from structures.views import connexion, identite

urlpatterns = [
    path("connexion/", connexion.Connexion.as_view(), name="connexion"),
    path("deconnexion/", connexion.Deconnexion.as_view(), name="deconnexion"),
    path("mon-compte/", connexion.compte, name="compte"),
    path("mon-compte/raccourcis/", connexion.raccourcis, name="compte_raccourcis"),
    path("identite/couleurs.css", identite.couleurs, name="couleurs"),
    path("identite/logo.png", identite.logo, name="logo"),
]
