"""The sections and places a séance puts on the table."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commissions.forms.seance import PlacesForm, SectionsForm, VersionMixin
from commissions.models import PlaceOfferte
from commissions.queries.ouverture import signatures_au
from commissions.queries.promesses import places_disponibles
from commissions.services.preparation import concerner_sections, corriger_places, recompter_places
from commissions.views.seances import refuser, seance_visible
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil


@reserve_a(Profil.COORDINATION)
def sections(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    concernees = list(seance.places.values_list("section_id", flat=True))
    form = SectionsForm(request.POST or None, initial={"sections": concernees, "version": seance.version})
    if request.method == "POST" and form.is_valid():
        try:
            concerner_sections(
                seance,
                list(form.cleaned_data["sections"]),
                version=form.cleaned_data["version"],
                motif=form.cleaned_data["motif"],
                par=personne(request).agent,
                maintenant=timezone.now(),
            )
        except ErreurMetier as refus:
            refuser(form, refus, seance)
        else:
            messages.success(request, "Sections enregistrées, avec leurs places libres à la date d’effet.")
            return redirect("commissions:seance_detail", pk)
    signatures = signatures_au(seance.date_effet)
    return render(
        request, "commissions/sections.html", {"form": form, "seance": seance, "signatures": signatures}
    )


@reserve_a(Profil.COORDINATION)
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(
        PlaceOfferte.objects.select_related("seance", "section__structure").defer("seance__instance"), pk=pk
    )
    form = PlacesForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            corriger_places(
                place,
                places=form.places,
                reserves=form.reserves,
                version=form.cleaned_data["version"],
                motif=form.cleaned_data["motif"],
                par=personne(request).agent,
                maintenant=timezone.now(),
            )
        except ErreurMetier as refus:
            refuser(form, refus, place)
        else:
            messages.success(request, f"Places de {place.section} enregistrées.")
            return redirect("commissions:seance_detail", place.seance_id)
    libres = places_disponibles([place.section], place.seance.date_effet, sauf=place.seance)[0]
    return render(request, "commissions/places.html", {"form": form, "place": place, "libres": libres})


@reserve_a(Profil.COORDINATION)
@require_POST
def recompter(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    form = VersionMixin(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else -1
    try:
        recompter_places(seance, version=version, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, "Les places montent à celles qui seront libres\u202f; aucune n’a baissé.")
    return redirect("commissions:seance_detail", pk)
