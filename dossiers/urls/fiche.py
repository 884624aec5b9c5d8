"""Addresses of one dossier, of the search box and of the counter's work list."""

from django.urls import URLPattern, URLResolver, path, re_path

from dossiers.views import courriers, fiche, index, recepisse, recherche, renouvellement, reponse

DOSSIER = r"^dossiers/(?P<numero>[0-9]{4}-[0-9]{6,7})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("dossiers/", index.index, name="index"),
    path("dossiers/recherche/", recherche.recherche, name="recherche"),
    path("reponse/", reponse.reponse, name="reponse"),
    re_path(rf"{DOSSIER}$", fiche.fiche, name="fiche"),
    re_path(rf"{DOSSIER}historique/$", fiche.historique, name="historique"),
    re_path(rf"{DOSSIER}acces/$", fiche.acces, name="acces"),
    re_path(rf"{DOSSIER}pieces/(?P<code>[a-z0-9_]+)/vue/$", fiche.piece, name="piece"),
    re_path(rf"{DOSSIER}pieces/(?P<code>[a-z0-9_]+)/refus/$", fiche.piece_refusee, name="piece_refusee"),
    re_path(rf"{DOSSIER}contacts/$", fiche.contact, name="contact"),
    re_path(rf"{DOSSIER}etat/(?P<geste>[a-z_]+)/$", fiche.etat, name="etat"),
    re_path(rf"{DOSSIER}renouvellement/$", renouvellement.renouveler, name="renouveler"),
    path("courriers/", courriers.courriers, name="courriers"),
    path("courriers/imprimer/", courriers.imprimer, name="courriers_imprimer"),
    path("courriers/imprimes/", courriers.imprimes, name="courriers_imprimes"),
    re_path(rf"{DOSSIER}courriers/$", courriers.du_dossier, name="dossier_courriers"),
    re_path(rf"{DOSSIER}courriers/(?P<pk>[0-9]+)/pdf/$", courriers.pdf, name="courrier_pdf"),
    re_path(rf"{DOSSIER}courriers/(?P<pk>[0-9]+)/renvoyer/$", courriers.renvoyer, name="courrier_renvoyer"),
    re_path(rf"{DOSSIER}points/$", fiche.points_donner, name="points_donner"),
    re_path(rf"{DOSSIER}points/(?P<code>[\w-]+)/retirer/$", fiche.points_retirer, name="points_retirer"),
    re_path(rf"{DOSSIER}recepisse/$", recepisse.recepisse, name="recepisse"),
    re_path(rf"{DOSSIER}recepisse/imprimer/$", recepisse.imprimer, name="recepisse_imprimer"),
]
