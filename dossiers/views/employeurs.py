"""The places employers pay: designate a child, admit it, release the places."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.forms.employeurs import AdmettreDesigneForm, DesignerForm, LibererForm
from dossiers.queries.employeurs import designes_visibles, dossier_a_designer, murs_de
from dossiers.services.employeurs import admettre_designe, designer_enfant, liberer_places
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter
from structures.models import PlacesEmployeur, Profil, Structure


@reserve_a(Profil.COORDINATION)
@require_safe
def employeurs(request: HttpRequest, pk: int) -> HttpResponse:
    qui, structure = personne(request), get_object_or_404(Structure, pk=pk)
    contexte = {"structure": structure, "murs": murs_de(qui, structure, jour=qui.jour)}
    return render(request, "dossiers/employeurs.html", {**contexte, "sections": structure.sections.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(Profil.COORDINATION)
def designer(request: HttpRequest, pk: int) -> HttpResponse:
    """One more child the employer names."""
    qui = personne(request)
    places = get_object_or_404(PlacesEmployeur.objects.select_related("section__structure"), pk=pk)
    form = DesignerForm(request.POST if request.method == "POST" else None)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    if form.is_bound and form.is_valid():
        dossier = dossier_a_designer(qui, form.cleaned_data["numero"])
        if dossier is None:
            form.add_error("numero", "Aucun dossier de ce numéro que vous puissiez ouvrir.")
        elif tenter(form, lambda _: designer_enfant(places, dossier, **acteur)):
            messages.success(request, "Enfant désigné.")
            return redirect("dossiers:employeurs", places.section.structure_id)
    contexte = {"titre": "Désigner un enfant", "places": places, "form": form, "geste": "Désigner"}
    return render(request, "dossiers/employeur_geste.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(Profil.COORDINATION)
def liberer(request: HttpRequest, pk: int) -> HttpResponse:
    """The employer wrote: its places join the ordinary ones from a day on."""
    qui = personne(request)
    places = get_object_or_404(PlacesEmployeur.objects.select_related("section__structure"), pk=pk)
    form = LibererForm(request.POST if request.method == "POST" else None)
    acteur = {"par": qui.agent, "maintenant": timezone.now()}
    if form.is_bound and tenter(form, lambda lus: liberer_places(places, **lus, **acteur)):
        messages.success(request, "Places libérées\u202f: elles rejoignent les places ordinaires ce jour-là.")
        return redirect("dossiers:employeurs", places.section.structure_id)
    contexte = {"titre": "Libérer les places", "places": places, "form": form, "geste": "Libérer ces places"}
    return render(request, "dossiers/employeur_geste.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(Profil.COORDINATION)
def admettre(request: HttpRequest, pk: int) -> HttpResponse:
    """The designated child enters the employer's places, and leaves the list."""
    qui = personne(request)
    designe = get_object_or_404(designes_visibles(qui), pk=pk)
    form = AdmettreDesigneForm(request.POST if request.method == "POST" else None, designe=designe)
    acteur = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    if form.is_bound and tenter(form, lambda lus: admettre_designe(designe, **lus, **acteur)):
        messages.success(request, "Enfant admis aux places de l’employeur.")
        return redirect("dossiers:employeurs", designe.places.section.structure_id)
    titre = f"Admettre {designe.dossier.enfant}"
    contexte = {"titre": titre, "places": designe.places, "form": form, "geste": "Admettre"}
    return render(request, "dossiers/employeur_geste.html", contexte)
