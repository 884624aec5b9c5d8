"""Addresses of retention, of the register and of the access requests."""

from django.urls import URLPattern, URLResolver, path

from dossiers.views import acces_famille, conservation

urlpatterns: list[URLPattern | URLResolver] = [
    path("conservation/", conservation.conservation, name="conservation"),
    path("conservation/maintiens/<int:pk>/lever/", conservation.lever, name="conservation_lever"),
    path("conservation/registre/", conservation.registre, name="registre"),
    path("conservation/registre/pdf/", conservation.registre_imprime, name="registre_pdf"),
    path("acces-famille/", acces_famille.demandes, name="acces_famille"),
    path("acces-famille/<int:pk>/<slug:format>/", acces_famille.fichier, name="acces_famille_fichier"),
]
