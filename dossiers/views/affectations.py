"""« Affecter »: which assistante maternelle each child of a crèche familiale goes to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.forms.affectation import AffectationForm
from dossiers.queries.affectations import Service, echecs_a_lire, places_affectables
from dossiers.services.affectations import affecter, voir_echec
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.acces import PLACES, familiales_tenues
from structures.models import Profil


@reserve_a(*PLACES)
@require_safe
def affectations(request: HttpRequest, pk: int) -> HttpResponse:
    """One crèche familiale: the children to assign and who fits, then each assistante maternelle."""
    qui, jour = personne(request), timezone.localdate()
    structure = get_object_or_404(familiales_tenues(qui), pk=pk)
    service = Service(qui, structure, jour=jour)
    contexte = {"structure": structure, "a_affecter": service.a_affecter(), "vues": service.vues()}
    return render(request, "dossiers/affectations.html", {**contexte, "jour": jour})


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*PLACES)
def affectation(request: HttpRequest, pk: int) -> HttpResponse:
    """One child: assigned, or moved to another assistante maternelle from a day on."""
    qui, maintenant = personne(request), timezone.now()
    place = get_object_or_404(places_affectables(qui, jour=qui.jour), pk=pk)
    service = Service(qui, place.section.structure, jour=timezone.localdate(maintenant))
    fiche = service.fiche(place.pk)
    saisie = request.POST if request.method == "POST" else None
    form = AffectationForm(saisie, candidates=fiche.candidates, depuis=fiche.depuis)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": maintenant}
    assistantes = {c.assistante.pk: c.assistante for c in fiche.candidates}
    if form.is_bound and tenter(
        form, lambda lus: affecter(place, **{**lus, "assistante": assistantes[lus["assistante"]]}, **acteur)
    ):
        messages.success(request, "Enfant affecté.")
        return redirect("dossiers:affectations", place.section.structure_id)
    return render(request, "dossiers/affectation.html", {"place": place, "form": form, "fiche": fiche})


@require_POST
@reserve_a(Profil.COORDINATION)
def echec_vu(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vu »: the failure leaves the home page of the coordination."""
    qui = personne(request)
    voir_echec(get_object_or_404(echecs_a_lire(qui), pk=pk), par=qui.agent, maintenant=timezone.now())
    return redirect("accueil")
