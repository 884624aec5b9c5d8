"""Mairies, quartiers, managers and their conventions, for the administration and the coordination."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from guichet.acces import reserve_a
from structures import acces
from structures.forms.referentiel import ConventionForm, GestionnaireForm, MairieForm, QuartierForm
from structures.models import Convention, Gestionnaire, Mairie, Quartier
from structures.views._formulaire import page_formulaire

MAIRIES, QUARTIERS, GESTIONNAIRES = "structures:mairies", "structures:quartiers", "structures:gestionnaires"


@reserve_a(*acces.REFERENTIEL)
def mairies(request: HttpRequest) -> HttpResponse:
    return render(request, "structures/mairies.html", {"mairies": Mairie.objects.all()})


@reserve_a(*acces.REFERENTIEL)
def mairie_nouvelle(request: HttpRequest) -> HttpResponse:
    fil, retour = [("Mairies", reverse(MAIRIES))], reverse(MAIRIES)
    form = MairieForm(request.POST or None)
    return page_formulaire(request, form, titre="Ajouter une mairie", fil=fil, retour=retour)


@reserve_a(*acces.REFERENTIEL)
def mairie_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    mairie = get_object_or_404(Mairie, pk=pk)
    fil, retour, titre = [("Mairies", reverse(MAIRIES))], reverse(MAIRIES), mairie.nom
    form = MairieForm(request.POST or None, instance=mairie)
    return page_formulaire(request, form, titre=titre, fil=fil, retour=retour)


@reserve_a(*acces.REFERENTIEL)
def quartiers(request: HttpRequest) -> HttpResponse:
    return render(request, "structures/quartiers.html", {"quartiers": Quartier.objects.all()})


@reserve_a(*acces.REFERENTIEL)
def quartier_nouveau(request: HttpRequest) -> HttpResponse:
    fil, retour = [("Quartiers", reverse(QUARTIERS))], reverse(QUARTIERS)
    form = QuartierForm(request.POST or None)
    return page_formulaire(request, form, titre="Ajouter un quartier", fil=fil, retour=retour)


@reserve_a(*acces.REFERENTIEL)
def quartier_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    quartier = get_object_or_404(Quartier, pk=pk)
    fil, retour, titre = [("Quartiers", reverse(QUARTIERS))], reverse(QUARTIERS), quartier.nom
    form = QuartierForm(request.POST or None, instance=quartier)
    return page_formulaire(request, form, titre=titre, fil=fil, retour=retour)


@reserve_a(*acces.REFERENTIEL)
def gestionnaires(request: HttpRequest) -> HttpResponse:
    tous = Gestionnaire.objects.prefetch_related("conventions")
    return render(request, "structures/gestionnaires.html", {"gestionnaires": tous})


@reserve_a(*acces.REFERENTIEL)
def gestionnaire_nouveau(request: HttpRequest) -> HttpResponse:
    fil = [("Gestionnaires", reverse(GESTIONNAIRES))]
    form = GestionnaireForm(request.POST or None)
    return page_formulaire(request, form, titre="Ajouter un gestionnaire", fil=fil, retour=_vers_gestionnaire)


@reserve_a(*acces.REFERENTIEL)
def gestionnaire_detail(request: HttpRequest, pk: int) -> HttpResponse:
    gestionnaire = get_object_or_404(Gestionnaire, pk=pk)
    return page_formulaire(
        request,
        GestionnaireForm(request.POST or None, instance=gestionnaire),
        titre=gestionnaire.nom,
        fil=[("Gestionnaires", reverse(GESTIONNAIRES))],
        retour=_vers_gestionnaire,
        gabarit="structures/gestionnaire_detail.html",
        gestionnaire_id=pk,
        conventions=gestionnaire.conventions.order_by("-debut"),
        structures=gestionnaire.structures.order_by("nom"),
    )


@reserve_a(*acces.REFERENTIEL)
def convention_nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    gestionnaire = get_object_or_404(Gestionnaire, pk=pk)
    return _page_convention(request, Convention(gestionnaire=gestionnaire), "Ajouter une convention")


@reserve_a(*acces.REFERENTIEL)
def convention_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    convention = get_object_or_404(Convention.objects.select_related("gestionnaire"), pk=pk)
    return _page_convention(request, convention, "Modifier la convention")


def _page_convention(request: HttpRequest, convention: Convention, titre: str) -> HttpResponse:
    retour = _vers_gestionnaire(convention.gestionnaire)
    form = ConventionForm(request.POST or None, instance=convention)
    fil = [("Gestionnaires", reverse(GESTIONNAIRES)), (convention.gestionnaire.nom, retour)]
    return page_formulaire(request, form, titre=titre, fil=fil, retour=retour)


def _vers_gestionnaire(gestionnaire: Gestionnaire) -> str:
    return reverse("structures:gestionnaire_detail", args=[gestionnaire.pk])
