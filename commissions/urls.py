"""Addresses of the commission's sessions."""

from django.urls import URLPattern, URLResolver, path

from commissions.views import agenda, delais, essai, places, proposition, seances

app_name = "commissions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("delais/", delais.delais, name="delais"),
    path("commissions/", seances.liste, name="seances"),
    path("commissions/nouvelle/", seances.nouvelle, name="seance_nouvelle"),
    path("commissions/<int:pk>/", seances.detail, name="seance_detail"),
    path("commissions/<int:pk>/modifier/", seances.modifier, name="seance_modifier"),
    path("commissions/<int:pk>/membres/", seances.membres, name="seance_membres"),
    path("commissions/<int:pk>/seance.ics", seances.calendrier, name="seance_calendrier"),
    path("commissions/membres/<int:pk>/retirer", seances.membre_retirer, name="membre_retirer"),
    path("commissions/<int:pk>/sections/", places.sections, name="seance_sections"),
    path("commissions/<int:pk>/places/recompter", places.recompter, name="places_recompter"),
    path("commissions/places/<int:pk>/", places.modifier, name="places_modifier"),
    path("commissions/<int:pk>/geler/", agenda.geler, name="seance_geler"),
    path("commissions/<int:pk>/ecartes/", agenda.ecartes, name="seance_ecartes"),
    path("commissions/<int:pk>/ordre-du-jour/", agenda.agenda, name="agenda"),
    path("commissions/<int:pk>/ordre-du-jour/deport", agenda.deport, name="deport"),
    path("commissions/<int:pk>/ordre-du-jour/imprimer", agenda.imprimer, name="ordre_du_jour_imprimer"),
    path("commissions/<int:pk>/proposition/", proposition.lire, name="proposition"),
    path("commissions/<int:pk>/proposition/demander", proposition.demander, name="proposition_demander"),
    path("commissions/<int:pk>/proposition/vides/", proposition.vides, name="proposition_vides"),
    path("commissions/<int:pk>/proposition/habitude/", proposition.habitude, name="proposition_habitude"),
    path("commissions/<int:pk>/proposition/essai/", essai.essai, name="proposition_essai"),
    path("commissions/<int:pk>/simulation/", essai.simulation_demander, name="simulation_demander"),
    path("commissions/simulations/<uuid:pk>/", essai.simulation, name="simulation"),
    path("commissions/passages/<int:pk>/pourquoi/", proposition.pourquoi, name="pourquoi"),
    path("commissions/ordres-du-jour/<int:pk>.pdf", agenda.ordre_du_jour, name="ordre_du_jour"),
]
