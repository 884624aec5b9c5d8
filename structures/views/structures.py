"""Structures, their sections and the places of each half-day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from guichet.acces import personne, reserve_a
from structures import acces, queries
from structures.forms.employeurs import PlacesEmployeurForm
from structures.forms.referentiel import CapaciteForm, SectionForm, StructureForm
from structures.models import Capacite, PlacesEmployeur, Profil, Section, Structure
from structures.services import referentiel
from structures.views._formulaire import page_formulaire

LISTE = "structures:structures"


@reserve_a(*acces.REFERENTIEL)
def structures(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80]
    return render(request, "structures/structures.html", {"structures": queries.structures(q=q), "q": q})


@reserve_a(*acces.REFERENTIEL)
def structure_nouvelle(request: HttpRequest) -> HttpResponse:
    form = StructureForm(request.POST or None)
    fil = [("Structures", reverse(LISTE))]
    return page_formulaire(request, form, titre="Ajouter une structure", fil=fil, retour=_vers_structure)


@reserve_a(*acces.REFERENTIEL)
def structure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    structure = get_object_or_404(queries.structures(), pk=pk)
    nom = structure.nom
    return page_formulaire(
        request,
        StructureForm(request.POST or None, instance=structure),
        titre=nom,
        fil=[("Structures", reverse(LISTE))],
        retour=_vers_structure,
        gabarit="structures/structure_detail.html",
        sections=queries.sections(structure, le=timezone.localdate()),
    )


@reserve_a(*acces.REFERENTIEL)
def section_nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    structure = get_object_or_404(Structure, pk=pk)
    form = SectionForm(request.POST or None, instance=Section(structure=structure))
    fil = [("Structures", reverse(LISTE)), (structure.nom, _vers_structure(structure))]
    return page_formulaire(request, form, titre="Ajouter une section", fil=fil, retour=_vers_section)


@reserve_a(*acces.REFERENTIEL)
def section_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    section = get_object_or_404(Section.objects.select_related("structure"), pk=pk)
    form = SectionForm(request.POST or None, instance=section)
    structure = section.structure
    fil = [("Structures", reverse(LISTE)), (structure.nom, _vers_structure(structure))]
    return page_formulaire(request, form, titre=f"Section {section.nom}", fil=fil, retour=_vers_section)


@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def section_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A section's periods: ordinary capacity, closures, works, missing staff."""
    section = get_object_or_404(acces.sections_tenues(personne(request)), pk=pk)
    contexte = {
        "section": section,
        "periodes": section.capacites.order_by("-debut", "pk"),
        "creneaux": section.creneaux.order_by("nature", "-debut"),
        "jour": timezone.localdate(),
        "referentiel": personne(request).est(*acces.REFERENTIEL),
    }
    return render(request, "structures/section_detail.html", contexte)


@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def capacite_nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    section = get_object_or_404(acces.sections_tenues(personne(request)), pk=pk)
    return _page_capacite(request, Capacite(section=section), "Ajouter une période")


@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def capacite_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    capacite = get_object_or_404(acces.capacites_tenues(personne(request)), pk=pk)
    return _page_capacite(request, capacite, "Modifier la période")


@require_POST
@reserve_a(*acces.PLACES, Profil.ADMINISTRATION)
def capacite_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    capacite = get_object_or_404(acces.capacites_tenues(personne(request)), pk=pk)
    retour = _vers_section(capacite.section)
    referentiel.retirer_capacite(capacite, par=personne(request).agent)
    messages.success(request, "La période est retirée ; l’historique la garde.")
    return redirect(retour)


@reserve_a(Profil.COORDINATION)
def employeur_nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    """An employer pays places of this section: a wall around them."""
    section = get_object_or_404(Section.objects.select_related("structure"), pk=pk)
    form = PlacesEmployeurForm(request.POST or None, instance=PlacesEmployeur(section=section))
    retour = reverse("dossiers:employeurs", args=[section.structure_id])
    fil, titre = [(section.structure.nom, retour)], f"Réserver des places, {section.nom}"
    return page_formulaire(request, form, titre=titre, fil=fil, retour=retour)


def _page_capacite(request: HttpRequest, capacite: Capacite, titre: str) -> HttpResponse:
    section = capacite.section
    form = CapaciteForm(request.POST or None, instance=capacite)
    fil = [(str(section), _vers_section(section))]
    return page_formulaire(
        request,
        form,
        titre=titre,
        fil=fil,
        retour=_vers_section(section),
        gabarit="structures/capacite.html",
        capacite=capacite,
    )


def _vers_structure(structure: Structure) -> str:
    return reverse("structures:structure_detail", args=[structure.pk])


def _vers_section(section: Section) -> str:
    return reverse("structures:section_detail", args=[section.pk])
