"""Every public address of the application."""

from django.urls import URLPattern, URLResolver, include, path

from guichet import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.accueil, name="accueil"),
    path("", include("structures.urls.compte")),
    path("", include("structures.urls")),
    path("", include("dossiers.urls")),
    path("", include("commissions.urls")),
]

handler400 = "guichet.views.requete_invalide"
handler403 = "guichet.views.acces_refuse"
handler404 = "guichet.views.page_introuvable"
handler500 = "guichet.views.panne"
