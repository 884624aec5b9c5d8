"""The séances one may open: their list, one of them, and preparing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION, seances_visibles, versions_visibles
from commissions.exports.calendrier import calendrier_seance
from commissions.exports.urgences import urgences_lues
from commissions.forms.seance import MembreForm, SeanceForm
from commissions.models import Presence, Seance
from commissions.queries.ouverture import ouvertes, total
from commissions.queries.seances import avec_comptes, ordres_du_jour
from commissions.queries.urgences import urgences_depuis
from commissions.services.preparation import ajouter_membre, creer_seance, modifier_seance, retirer_membre
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil


def seance_visible(request: HttpRequest, pk: int) -> Seance:
    """The séance, or 404 for whoever does not sit in it."""
    visibles = seances_visibles(personne(request)).select_related("grille", "gelee_par").defer("instance")
    return get_object_or_404(visibles, pk=pk)


@reserve_a(*COMMISSION)
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    contexte = {
        "seances": avec_comptes(seances_visibles(qui)),
        "prepare": qui.est(Profil.COORDINATION),
    }
    return render(request, "commissions/seances.html", contexte)


@reserve_a(*COMMISSION)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    seance, qui = seance_visible(request, pk), personne(request)
    places = ouvertes(seance)
    contexte = {
        "seance": seance,
        "places": places,
        "total": total(places),
        "baisses": seance.baisses.select_related("section__structure", "par"),
        "presences": seance.presences.select_related("agent"),
        "ordres": ordres_du_jour(seance, versions_visibles(qui)),
        "versions": versions_visibles(qui),
        "prepare": qui.est(Profil.COORDINATION),
        "urgences": urgences_lues(urgences_depuis(seance, familles_liees=qui.familles_liees)),
        "passages": seance.passages.count() if seance.gelee else 0,
    }
    return render(request, "commissions/seance.html", contexte)


@reserve_a(Profil.COORDINATION)
def nouvelle(request: HttpRequest) -> HttpResponse:
    form = SeanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seance = creer_seance(form.cleaned_data, par=personne(request).agent, maintenant=timezone.now())
        messages.success(request, "Séance créée. Choisissez maintenant les sections qu’elle regarde.")
        return redirect("commissions:seance_sections", seance.pk)
    return _formulaire(request, form, "Nouvelle séance", None)


@reserve_a(Profil.COORDINATION)
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    form = SeanceForm(request.POST or None, seance=seance)
    if request.method == "POST" and form.is_valid():
        try:
            modifier_seance(
                seance,
                form.cleaned_data,
                version=form.cleaned_data["version"],
                par=personne(request).agent,
                maintenant=timezone.now(),
            )
        except ErreurMetier as refus:
            refuser(form, refus, seance)
        else:
            messages.success(request, "Séance enregistrée.")
            return redirect("commissions:seance_detail", pk)
    return _formulaire(request, form, f"Modifier « {seance} »", seance)


def refuser(form: Any, refus: ErreurMetier, objet: Any) -> None:
    """Show a refusal on the form; a stale page is given the version it may now be saved over."""
    dire_refus(form, refus)
    if refus.code == "version":
        objet.refresh_from_db(fields=["version"])
        form.data = form.data.copy()
        form.data["version"] = objet.version


def _formulaire(request: HttpRequest, form: SeanceForm, titre: str, seance: Seance | None) -> HttpResponse:
    return render(
        request, "commissions/seance_formulaire.html", {"form": form, "titre": titre, "seance": seance}
    )


@reserve_a(Profil.COORDINATION)
def membres(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    form = MembreForm(request.POST or None, seance=seance)
    if request.method == "POST" and form.is_valid():
        try:
            ajouter_membre(
                seance, **form.cleaned_data, par=personne(request).agent, maintenant=timezone.now()
            )
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, f"{form.cleaned_data['agent']} siège à cette séance.")
            return redirect("commissions:seance_membres", pk)
    presences = seance.presences.select_related("agent")
    return render(
        request, "commissions/membres.html", {"form": form, "seance": seance, "presences": presences}
    )


@reserve_a(Profil.COORDINATION)
@require_POST
def membre_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    presence = get_object_or_404(Presence.objects.select_related("seance", "agent"), pk=pk)
    try:
        retirer_membre(presence, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, f"{presence.agent} ne siège plus à cette séance.")
    return redirect("commissions:seance_membres", presence.seance_id)


@reserve_a(*COMMISSION)
@require_safe
def calendrier(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    reponse = HttpResponse(calendrier_seance(seance), content_type="text/calendar; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="seance-{seance.pk}.ics"'
    return reponse
