"""The assistantes maternelles of a crèche familiale and their agréments, kept by its director."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from guichet.acces import personne, reserve_a
from structures import acces
from structures.forms.assistantes import AgrementForm, AssistanteForm
from structures.models import Agrement, AssistanteMaternelle, Profil, Structure
from structures.views._formulaire import Fil, page_formulaire

TENUES = (*acces.PLACES, Profil.ADMINISTRATION)


@reserve_a(*TENUES)
def assistantes(request: HttpRequest, pk: int) -> HttpResponse:
    structure = get_object_or_404(acces.familiales_tenues(personne(request)), pk=pk)
    lignes = structure.assistantes.select_related("quartier").prefetch_related("agrements")
    contexte = {"structure": structure, "assistantes": lignes, "jour": timezone.localdate()}
    contexte["places"] = personne(request).est(*acces.PLACES)
    return render(request, "structures/assistantes.html", contexte)


@reserve_a(*TENUES)
def assistante_nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    structure = get_object_or_404(acces.familiales_tenues(personne(request)), pk=pk)
    form = AssistanteForm(request.POST or None, instance=AssistanteMaternelle(structure=structure))
    titre = "Ajouter une assistante maternelle"
    return page_formulaire(request, form, titre=titre, fil=_fil(structure), retour=_vers_assistante)


@reserve_a(*TENUES)
def assistante(request: HttpRequest, pk: int) -> HttpResponse:
    une = get_object_or_404(acces.assistantes_tenues(personne(request)), pk=pk)
    return page_formulaire(
        request,
        AssistanteForm(request.POST or None, instance=une),
        titre=str(une),
        fil=_fil(une.structure),
        retour=_vers_assistante,
        gabarit="structures/assistante.html",
        agrements=une.agrements.all(),
        jour=timezone.localdate(),
    )


@reserve_a(*TENUES)
def agrement_nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    une = get_object_or_404(acces.assistantes_tenues(personne(request)), pk=pk)
    return _page_agrement(request, Agrement(assistante=une), "Ajouter un agrément")


@reserve_a(*TENUES)
def agrement(request: HttpRequest, pk: int) -> HttpResponse:
    tenues = acces.assistantes_tenues(personne(request))
    un = get_object_or_404(
        Agrement.objects.select_related("assistante__structure"), assistante__in=tenues, pk=pk
    )
    return _page_agrement(request, un, "Modifier l’agrément")


def _page_agrement(request: HttpRequest, un: Agrement, titre: str) -> HttpResponse:
    assistante = un.assistante
    retour = _vers_assistante(assistante)
    fil = [*_fil(assistante.structure), (str(assistante), retour)]
    form = AgrementForm(request.POST or None, instance=un)
    return page_formulaire(request, form, titre=titre, fil=fil, retour=retour)


def _fil(structure: Structure) -> Fil:
    return [(structure.nom, reverse("structures:assistantes", args=[structure.pk]))]


def _vers_assistante(une: AssistanteMaternelle) -> str:
    return reverse("structures:assistante", args=[une.pk])
