"""Addresses of the accounts, the structures and the settings."""

from django.urls import URLPattern, URLResolver, path

from structures.views import assistantes, comptes, identite, referentiel, reglages, structures, taches

app_name = "structures"
urlpatterns: list[URLPattern | URLResolver] = [
    path("taches/<uuid:pk>/", taches.detail, name="tache_detail"),
    path("taches/<uuid:pk>/avancement", taches.avancement, name="tache_avancement"),
    path("comptes/", comptes.comptes, name="comptes"),
    path("comptes/nouveau/", comptes.compte_nouveau, name="compte_nouveau"),
    path("comptes/<int:pk>/", comptes.compte_detail, name="compte_detail"),
    path("comptes/<int:pk>/mot-de-passe/", comptes.compte_mot_de_passe, name="compte_mot_de_passe"),
    path("comptes/<int:pk>/ouverture/", comptes.compte_ouverture, name="compte_ouverture"),
    path("comptes/<int:pk>/droits/", comptes.compte_droit_accorder, name="compte_droit_accorder"),
    path("comptes/<int:pk>/droits/<int:droit>/fin/", comptes.compte_droit_finir, name="compte_droit_finir"),
    path("structures/", structures.structures, name="structures"),
    path("structures/nouvelle/", structures.structure_nouvelle, name="structure_nouvelle"),
    path("structures/<int:pk>/", structures.structure_detail, name="structure_detail"),
    path("structures/<int:pk>/sections/", structures.section_nouvelle, name="section_nouvelle"),
    path("sections/<int:pk>/", structures.section_detail, name="section_detail"),
    path("sections/<int:pk>/modifier/", structures.section_modifier, name="section_modifier"),
    path("sections/<int:pk>/capacites/", structures.capacite_nouvelle, name="capacite_nouvelle"),
    path("sections/<int:pk>/employeurs/", structures.employeur_nouveau, name="employeur_nouveau"),
    path("capacites/<int:pk>/", structures.capacite_modifier, name="capacite_modifier"),
    path("capacites/<int:pk>/retirer/", structures.capacite_retirer, name="capacite_retirer"),
    path("structures/<int:pk>/assistantes/", assistantes.assistantes, name="assistantes"),
    path(
        "structures/<int:pk>/assistantes/nouvelle/",
        assistantes.assistante_nouvelle,
        name="assistante_nouvelle",
    ),
    path("assistantes/<int:pk>/", assistantes.assistante, name="assistante"),
    path("assistantes/<int:pk>/agrements/", assistantes.agrement_nouveau, name="agrement_nouveau"),
    path("agrements/<int:pk>/", assistantes.agrement, name="agrement"),
    path("mairies/", referentiel.mairies, name="mairies"),
    path("mairies/nouvelle/", referentiel.mairie_nouvelle, name="mairie_nouvelle"),
    path("mairies/<int:pk>/", referentiel.mairie_modifier, name="mairie_modifier"),
    path("quartiers/", referentiel.quartiers, name="quartiers"),
    path("quartiers/nouveau/", referentiel.quartier_nouveau, name="quartier_nouveau"),
    path("quartiers/<int:pk>/", referentiel.quartier_modifier, name="quartier_modifier"),
    path("gestionnaires/", referentiel.gestionnaires, name="gestionnaires"),
    path("gestionnaires/nouveau/", referentiel.gestionnaire_nouveau, name="gestionnaire_nouveau"),
    path("gestionnaires/<int:pk>/", referentiel.gestionnaire_detail, name="gestionnaire_detail"),
    path("gestionnaires/<int:pk>/conventions/", referentiel.convention_nouvelle, name="convention_nouvelle"),
    path("conventions/<int:pk>/", referentiel.convention_modifier, name="convention_modifier"),
    path("reglages/", reglages.reglages, name="reglages"),
    path("reglages/<slug:cle>/", reglages.reglage_detail, name="reglage_detail"),
    path("ville/", identite.ville, name="ville"),
]
