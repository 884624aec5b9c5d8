"""Urgent admissions: asked from a dossier, answered by the coordination."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import LISTE
from dossiers.forms.urgence import ReponseUrgenceForm, UrgenceForm, VuForm
from dossiers.models import DemandeUrgence, Dossier, EtatUrgence
from dossiers.queries.fiche import besoin_principal
from dossiers.queries.urgences import lignes, sections_possibles, urgences, urgences_visibles
from dossiers.services.repere import marquer_vu
from dossiers.services.urgence import demander_urgence, repondre_urgence
from dossiers.views.ouverture import noter_lecture, ouvrir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil, Section
from structures.queries import reglages


@require_safe
@reserve_a(*LISTE)
def liste(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    ouvertes, closes = urgences(qui, maintenant=timezone.now())
    contexte = {"ouvertes": ouvertes, "closes": closes, "repond": qui.est(Profil.COORDINATION)}
    return render(request, "dossiers/urgences.html", contexte)


@reserve_a(*LISTE)
def demander(request: HttpRequest, numero: str) -> HttpResponse:
    """From a dossier of one's list; a director asks for the structures directed only."""
    dossier, vu = ouvrir(request, numero)
    qui, maintenant = personne(request), timezone.now()
    sections = sections_possibles(qui, dossier)
    if not vu.identite or not sections or not dossier.en_attente:
        raise Http404("aucune urgence possible d’ici")
    valeurs = reglages("urgence_duree", "urgence_reponse", le=qui.jour)
    form = _formulaire(request, dossier, sections, duree=valeurs["urgence_duree"])
    if request.method == "POST" and form.is_valid():
        try:
            demander_urgence(
                dossier, par=qui.agent, mairie=qui.mairie, maintenant=maintenant, **form.cleaned_data
            )
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, "Admission en urgence demandée à la coordination.")
            return redirect("dossiers:fiche", numero)
    elif request.method == "GET":
        noter_lecture(request, dossier, "urgence")
    contexte = {"form": form, "dossier": dossier, "delai": valeurs["urgence_reponse"]}
    return render(request, "dossiers/urgence_nouvelle.html", contexte)


def _formulaire(
    request: HttpRequest, dossier: Dossier, sections: QuerySet[Section], *, duree: int
) -> UrgenceForm:
    besoin = besoin_principal(dossier.besoins.all())
    semaine = besoin.demi_journees if besoin else ()
    return UrgenceForm(request.POST or None, sections=sections, semaine=semaine, duree=duree)


@reserve_a(Profil.COORDINATION)
def repondre(request: HttpRequest, pk: int) -> HttpResponse:
    """A protected dossier of a counter is opened with a coded reason first."""
    qui = personne(request)
    demande = get_object_or_404(urgences_visibles(qui), pk=pk)
    dossier, vu = ouvrir(request, demande.dossier.numero)
    if not vu.modifier:
        messages.warning(
            request, "Ce dossier est protégé\u00a0: dites pourquoi vous l’ouvrez, puis répondez."
        )
        return redirect("dossiers:fiche", dossier.numero)
    form = ReponseUrgenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _repondre(request, demande, form)
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, f"Réponse donnée pour le dossier {dossier.numero}.")
            accord = form.cleaned_data["reponse"] == "accord"
            return redirect("commissions:urgence_admettre", pk) if accord else redirect("dossiers:urgences")
    [ligne] = lignes(qui, [demande], timezone.now())
    ouverte = demande.etat == EtatUrgence.DEMANDEE
    contexte = {"form": form, "demande": demande, "ligne": ligne, "dossier": dossier, "ouverte": ouverte}
    return render(request, "dossiers/urgence.html", contexte)


def _repondre(request: HttpRequest, demande: DemandeUrgence, form: ReponseUrgenceForm) -> None:
    qui = personne(request)
    repondre_urgence(
        demande,
        accord=form.cleaned_data["reponse"] == "accord",
        motif=form.cleaned_data["motif"],
        par=qui.agent,
        mairie=qui.mairie,
        maintenant=timezone.now(),
    )


@require_POST
@reserve_a(Profil.DIRECTION)
def vu(request: HttpRequest) -> HttpResponse:
    """« J’ai vu »: what moved before the page was drawn is not shown again."""
    form = VuForm(request.POST)
    if form.is_valid():
        marquer_vu(personne(request).agent, jusqu_a=form.cleaned_data["jusqu_a"], maintenant=timezone.now())
    return redirect("accueil")
