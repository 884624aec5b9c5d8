"""Trying before keeping: a place, a guarantee, a draft grid; who gains, who loses. Nothing is written."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissions.forms.essai import EssaiForm, GrilleForm
from commissions.models import Seance
from commissions.queries.agenda import contenu_agenda
from commissions.queries.pages_essai import lignes_essai
from commissions.queries.pages_proposition import Lecteur
from commissions.queries.proposition import derniere_proposition, lire_proposition
from commissions.services.essai import NATURE, Changement, demander_simulation, essayer
from commissions.views.seances import seance_visible
from guichet.acces import personne, reserve_a
from guichet.barres_svg import barres
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import EtatTache, Profil, Tache


@reserve_a(Profil.COORDINATION)
@require_safe
def essai(request: HttpRequest, pk: int) -> HttpResponse:
    """A dry run, all in its address."""
    seance = seance_visible(request, pk)
    proposition = derniere_proposition(seance)
    if proposition is None:
        raise Http404
    places = seance.places.select_related("section__structure").order_by("section__structure__nom", "pk")
    form = EssaiForm(request.GET if "essayer" in request.GET else None, places=places)
    contexte: dict[str, Any] = {"seance": seance, "form": form}
    if form.is_bound and form.is_valid():
        contenu = contenu_agenda(seance, le=timezone.localdate())
        lue = lire_proposition(proposition, contenu.places)
        changement = Changement(**form.changement())
        try:
            trouve = essayer(lue, changement, contenu.places, jour=timezone.localdate())
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            lecteur = Lecteur(personne(request).familles_liees)
            contexte["page"] = lignes_essai(trouve.difference, lue, contenu, lecteur)
    return render(request, "commissions/essai.html", contexte)


@reserve_a(Profil.COORDINATION)
def simulation_demander(request: HttpRequest, pk: int) -> HttpResponse:
    """Which draft grid, on the list of this séance; the computation is a job."""
    seance = seance_visible(request, pk)
    form = GrilleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tache = demander_simulation(seance, form.cleaned_data["grille"], par=personne(request).agent)
        return redirect("structures:tache_detail", tache.pk)
    faites = Tache.objects.filter(nature=NATURE, etat=EtatTache.FAITE, retour=request.path)
    contexte = {"seance": seance, "form": form, "faites": faites.order_by("-finie_le")[:10]}
    return render(request, "commissions/simulation_demander.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_safe
def simulation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Totals by group, as tables and charts."""
    tache = get_object_or_404(Tache, pk=pk, nature=NATURE, etat=EtatTache.FAITE)
    simulee = tache.resultat.get("simulation")
    if simulee is None:
        raise Http404
    tableaux = [(t, _graphique(t["titre"], t["lignes"])) for t in simulee["tableaux"]]
    seance = get_object_or_404(Seance.objects.defer("instance"), pk=simulee["seance_id"])
    contexte = {"tache": tache, "s": simulee, "tableaux": tableaux, "seance": seance}
    return render(request, "commissions/simulation.html", contexte)


def _graphique(titre: str, lignes: list[list[Any]]) -> Any:
    paires = [
        (f"{nom}, {quand}", (valeur,))
        for nom, _, avant, apres in lignes
        for quand, valeur in (("avant", avant), ("après", apres))
    ]
    return barres(f"{titre}\u00a0: enfants placés", ["enfants placés"], paires, unite="enfants")
