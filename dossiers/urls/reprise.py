"""Addresses of the take-over, under `dossiers:`."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import reprise

urlpatterns: list[URLPattern | URLResolver] = [
    path("", reprise.reprises, name="reprises"),
    path("<int:pk>/", reprise.reprise_detail, name="reprise_detail"),
    path("<int:pk>/colonnes/", reprise.reprise_colonnes, name="reprise_colonnes"),
    path("<int:pk>/appliquer/", reprise.reprise_appliquer, name="reprise_appliquer"),
    path("<int:pk>/abandonner/", reprise.reprise_abandonner, name="reprise_abandonner"),
    path("<int:pk>/rapport.<str:forme>", reprise.reprise_rapport, name="reprise_rapport"),
]
