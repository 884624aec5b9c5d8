"""What a section limits beside its half-days: declared and corrected by whoever answers for its places."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from guichet.acces import personne, reserve_a
from structures import acces
from structures.forms.creneaux import CreneauForm
from structures.models import CreneauSupplementaire, Profil
from structures.services.referentiel import retirer_creneau
from structures.views._formulaire import page_formulaire


@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def creneau_nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    section = get_object_or_404(acces.sections_tenues(personne(request)), pk=pk)
    return _page(request, CreneauSupplementaire(section=section), "Limiter un créneau")


@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def creneau_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = get_object_or_404(acces.creneaux_tenus(personne(request)), pk=pk)
    return _page(request, creneau, "Modifier le créneau")


@require_POST
@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def creneau_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = get_object_or_404(acces.creneaux_tenus(personne(request)), pk=pk)
    retour = reverse("structures:section_detail", args=[creneau.section_id])
    retirer_creneau(creneau, par=personne(request).agent)
    messages.success(request, "Le créneau n’est plus limité\u202f; l’historique garde la trace du retrait.")
    return redirect(retour)


def _page(request: HttpRequest, creneau: CreneauSupplementaire, titre: str) -> HttpResponse:
    section = creneau.section
    retour = reverse("structures:section_detail", args=[section.pk])
    return page_formulaire(
        request,
        CreneauForm(request.POST or None, instance=creneau),
        titre=titre,
        fil=[(str(section), retour)],
        retour=retour,
        gabarit="structures/creneau.html",
        creneau=creneau,
    )
