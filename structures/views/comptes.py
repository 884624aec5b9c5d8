"""Accounts and rights, for the administration."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures import queries
from structures.forms.comptes import CompteForm, FinDroitForm, HabilitationForm, RechercheComptesForm
from structures.models import Agent, Habilitation, Profil
from structures.services import comptes as services

PAR_PAGE = 50
A_MONTRER = "mot_de_passe_a_montrer"


@reserve_a(Profil.ADMINISTRATION)
def comptes(request: HttpRequest) -> HttpResponse:
    form = RechercheComptesForm(request.GET)
    criteres = form.cleaned_data if form.is_valid() else {}
    trouves = queries.comptes(**criteres, le=timezone.localdate())
    page = Paginator(trouves, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/comptes.html", {"form": form, "page": page})


@reserve_a(Profil.ADMINISTRATION)
def compte_nouveau(request: HttpRequest) -> HttpResponse:
    form = CompteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        provisoire = services.ouvrir_compte(form.instance, par=personne(request).agent)
        return _mot_de_passe_a_montrer(request, form.instance, provisoire)
    return render(request, "structures/compte_nouveau.html", {"form": form})


@reserve_a(Profil.ADMINISTRATION)
def compte_detail(request: HttpRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(Agent, pk=pk)
    form = CompteForm(request.POST or None, instance=agent)
    if request.method == "POST" and form.is_valid():
        services.modifier_compte(form.instance, par=personne(request).agent)
        messages.success(request, "Le compte est modifié.")
        return redirect("structures:compte_detail", pk=pk)
    return _fiche(request, get_object_or_404(Agent, pk=pk), form=form)


@never_cache
@require_http_methods(["GET", "POST"])
@reserve_a(Profil.ADMINISTRATION)
def compte_mot_de_passe(request: HttpRequest, pk: int) -> HttpResponse:
    """POST makes a temporary password; the page it leads to shows it once and forgets it."""
    agent = get_object_or_404(Agent, pk=pk)
    if request.method == "POST":
        provisoire = services.renouveler_mot_de_passe(agent, par=personne(request).agent)
        return _mot_de_passe_a_montrer(request, agent, provisoire)
    garde = request.session.pop(A_MONTRER, None)
    if garde is None or garde["agent"] != agent.pk:
        messages.info(request, "Ce mot de passe a déjà été montré. Au besoin, donnez-en un nouveau.")
        return redirect("structures:compte_detail", pk=pk)
    contexte = {"agent": agent, "provisoire": garde["provisoire"]}
    return render(request, "structures/compte_mot_de_passe.html", contexte)


@require_POST
@reserve_a(Profil.ADMINISTRATION)
def compte_ouverture(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an open account, open a closed one."""
    agent = get_object_or_404(Agent, pk=pk)
    changer = services.fermer_compte if agent.is_active else services.rouvrir_compte
    try:
        changer(agent, par=personne(request).agent)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, "Le compte est rouvert." if agent.is_active else "Le compte est fermé.")
    return redirect("structures:compte_detail", pk=pk)


@require_POST
@reserve_a(Profil.ADMINISTRATION)
def compte_droit_accorder(request: HttpRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(Agent, pk=pk)
    droit_form = HabilitationForm(request.POST, instance=Habilitation(agent=agent))
    if droit_form.is_valid():
        try:
            services.accorder(droit_form.instance, par=personne(request).agent)
        except ErreurMetier as refus:
            dire_refus(droit_form, refus)
        else:
            messages.success(request, f"Droit accordé : {droit_form.instance}.")
            return redirect("structures:compte_detail", pk=pk)
    return _fiche(request, agent, droit_form=droit_form)


@reserve_a(Profil.ADMINISTRATION)
def compte_droit_finir(request: HttpRequest, pk: int, droit: int) -> HttpResponse:
    habilitation = get_object_or_404(Habilitation.objects.select_related("agent"), pk=droit, agent=pk)
    form = FinDroitForm(request.POST or None, initial={"fin": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.finir_droit(habilitation, le=form.cleaned_data["fin"], par=personne(request).agent)
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, "La fin de ce droit est enregistrée.")
            return redirect("structures:compte_detail", pk=pk)
    return render(request, "structures/compte_droit_finir.html", {"form": form, "habilitation": habilitation})


def _mot_de_passe_a_montrer(request: HttpRequest, agent: Agent, provisoire: str) -> HttpResponse:
    """Kept in the session until the next page shows it: reloading that page makes no new one."""
    request.session[A_MONTRER] = {"agent": agent.pk, "provisoire": provisoire}
    return redirect("structures:compte_mot_de_passe", pk=agent.pk)


def _fiche(
    request: HttpRequest,
    agent: Agent,
    *,
    form: CompteForm | None = None,
    droit_form: HabilitationForm | None = None,
) -> HttpResponse:
    contexte = {
        "agent": agent,
        "form": form or CompteForm(instance=agent),
        "droit_form": droit_form or HabilitationForm(),
        "droits": agent.habilitations.select_related("mairie", "structure").order_by("-debut", "pk"),
        "jour": timezone.localdate(),
    }
    return render(request, "structures/compte_detail.html", contexte)
