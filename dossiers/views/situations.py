"""The shared situations: their list, one of them, its gestures. What one may not see does not exist (404)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import CERCLE, GUICHET, conduit_situation
from dossiers.forms.situation_partagee import (
    ChangementForm,
    FinForm,
    MembreForm,
    ReponseForm,
    SituationForm,
    SituationPartenaireForm,
    TacheForm,
    comptes_partenaires,
)
from dossiers.models import ActionJournal, SituationPartagee
from dossiers.queries import situations_partagees as lectures
from dossiers.services import situations_partagees as services
from dossiers.services.journal import journaliser
from dossiers.views.ouverture import ouvrir_pour_agir
from guichet.acces import Personne, personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil

Service = Callable[..., object]
# gesture -> (what is said once done, service, conducted by the counter and the coordination only)
GESTES: dict[str, tuple[str, Service, bool]] = {
    "repondre": ("Réponse enregistrée.", services.repondre, True),
    "clore": ("Situation close.", services.clore_situation, True),
    "changement": ("C’est noté : le guichet et la coordination le lisent.", services.dire_changement, False),
    "tache": ("Tâche confiée.", services.confier_tache, False),
    "cercle": ("La personne voit maintenant cette situation.", services.entrer_au_cercle, True),
}


@require_safe
@reserve_a(*CERCLE)
def liste(request: HttpRequest) -> HttpResponse:
    qui, closes = personne(request), request.GET.get("vue") == "closes"
    contexte = {
        "lignes": lectures.lignes_situations(qui, closes=closes, limite=200),
        "closes": closes,
        "taches": lectures.taches_de(qui, limite=50),
        "partenaire": qui.est(Profil.PARTENAIRE),
    }
    return render(request, "dossiers/situations.html", contexte)


@reserve_a(Profil.PARTENAIRE)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """A partner brings a situation: number and birth day, one same answer when nothing matches."""
    qui = personne(request)
    form = SituationPartenaireForm(request.POST or None, qui=qui)
    if request.method == "POST" and form.is_valid():
        try:
            situation = services.ouvrir_par_numero(
                par=qui.agent, maintenant=timezone.now(), **form.cleaned_data
            )
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, "Situation ouverte : le guichet et la coordination la voient.")
            return redirect("dossiers:situation", situation.pk)
    return render(request, "dossiers/situation_nouvelle.html", {"form": form, "dossier": None})


@reserve_a(*GUICHET)
def ouvrir(request: HttpRequest, numero: str) -> HttpResponse:
    """The counter of the dossier, or the coordination, marks it for a service that asked."""
    qui, dossier = personne(request), ouvrir_pour_agir(request, numero)
    if not conduit_situation(qui, dossier):
        raise Http404("dossier d’un autre guichet")
    form = SituationForm(
        request.POST or None, comptes=comptes_partenaires(), initial={"demandee_le": qui.jour}
    )
    if request.method == "POST" and form.is_valid():
        try:
            situation = services.ouvrir_situation(
                dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **form.cleaned_data
            )
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, "Situation ouverte. Ajoutez les personnes du cercle.")
            return redirect("dossiers:situation", situation.pk)
    return render(request, "dossiers/situation_nouvelle.html", {"form": form, "dossier": dossier})


@require_safe
@reserve_a(*CERCLE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    qui, situation = personne(request), _situation(request, pk)
    if situation.dossier.mairie_id not in qui.mairies:
        journaliser(
            ActionJournal.SITUATION,
            par=qui.agent,
            mairie=qui.mairie,
            maintenant=timezone.now(),
            dossier=situation.dossier,
            objet="lue",
            details={"situation": pk},
        )
    return _page(request, situation)


@require_POST
@reserve_a(*CERCLE)
def geste(request: HttpRequest, pk: int, geste: str) -> HttpResponse:
    """One gesture of the table; what the person may not do does not exist."""
    qui, situation = personne(request), _situation(request, pk)
    if geste not in GESTES:
        raise Http404("geste inconnu")
    dit, service, conduite = GESTES[geste]
    if conduite and not conduit_situation(qui, situation.dossier):
        raise Http404("réservé au guichet du dossier et à la coordination")
    form = _formulaire(geste, qui, situation, request.POST)
    if form.is_valid():
        try:
            service(
                situation, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **form.cleaned_data
            )
        except ErreurMetier as refus:
            dire_refus(form, refus)
    if form.errors:
        return _page(request, situation, **{geste: form})
    messages.success(request, dit)
    return redirect("dossiers:situation", pk)


@require_POST
@reserve_a(*CERCLE)
def tache_faite(request: HttpRequest, pk: int, tache: int) -> HttpResponse:
    """By its owner, or by whoever conducts the situation."""
    qui, situation = personne(request), _situation(request, pk)
    trouvee = get_object_or_404(situation.taches, pk=tache)
    if trouvee.responsable_id != qui.agent.pk and not conduit_situation(qui, situation.dossier):
        raise Http404("tâche d’une autre personne")
    services.faire_tache(trouvee, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    messages.success(request, "Tâche faite.")
    return redirect("dossiers:situation", pk)


@require_POST
@reserve_a(*GUICHET)
def cercle_sortir(request: HttpRequest, pk: int, membre: int) -> HttpResponse:
    qui, situation = personne(request), _situation(request, pk)
    if not conduit_situation(qui, situation.dossier):
        raise Http404("réservé au guichet du dossier et à la coordination")
    trouve = get_object_or_404(situation.cercle.filter(retire_le=None), pk=membre)
    services.sortir_du_cercle(trouve, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    messages.success(request, f"{trouve.agent} ne voit plus cette situation.")
    return redirect("dossiers:situation", pk)


def _situation(request: HttpRequest, pk: int) -> SituationPartagee:
    situation = lectures.situation_visible(personne(request), pk)
    if situation is None:
        raise Http404("situation inconnue")
    return situation


def _formulaire(geste: str, qui: Personne, situation: SituationPartagee, donnees: Any = None) -> forms.Form:
    if geste == "tache":
        agents = lectures.responsables_possibles(qui, situation)
        return TacheForm(donnees, prefix=geste, agents=agents)
    if geste == "cercle":
        return MembreForm(donnees, prefix=geste, agents=lectures.membres_possibles(situation, qui.jour))
    classe = {"repondre": ReponseForm, "clore": FinForm, "changement": ChangementForm}[geste]
    return classe(donnees, prefix=geste)


def _page(request: HttpRequest, situation: SituationPartagee, **fautifs: forms.Form) -> HttpResponse:
    qui = personne(request)
    vue = lectures.vue_situation(qui, situation)
    formulaires = {
        nom: fautifs.get(nom) or _formulaire(nom, qui, situation)
        for nom, (_, _, conduite) in GESTES.items()
        if situation.ouverte and (vue.conduit or not conduite)
    }
    contexte = {"vue": vue, "situation": situation, "formulaires": formulaires, "qui": qui}
    return render(request, "dossiers/situation.html", {**contexte, "fautifs": list(fautifs.values())})
