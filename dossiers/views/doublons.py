"""The review of duplicates: the queue, two dossiers side by side, the merge and its undoing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acces import GUICHET
from dossiers.forms.doublons import ChoixForm, ConfirmationForm, DistinguerForm
from dossiers.models import Dossier, Fusion, Rapprochement, StatutRapprochement
from dossiers.queries import doublons as lecture
from dossiers.queries.comparaison import comparer
from dossiers.queries.fusion import dans_l_ordre, demande_de, plan_fusion
from dossiers.queries.fusion_phrases import phrases
from dossiers.regles.fusion import choix_par_defaut, verifier
from dossiers.services.fusion import fusionner
from dossiers.services.fusion_defaire import blocages, defaire_fusion
from dossiers.services.rapprochement import demander_l_autre_mairie, distinguer
from dossiers.views.ouverture import noter_lecture, ouvrir, ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier


@require_safe
@reserve_a(*GUICHET)
def rapprochements(request: HttpRequest) -> HttpResponse:
    qui, origine = personne(request), request.GET.get("origine", "")
    page = lecture.page_doublons(qui, origine=origine, apres=request.GET.get("apres", ""))
    filtres = {"origine": origine} if origine else {}
    contexte = {
        "page": page,
        "origine": origine,
        "mairies": qui.mairies,
        "debut": f"?{urlencode(filtres)}" if request.GET.get("apres") else "",
        "suivante": f"?{urlencode({**filtres, 'apres': page.suite})}" if page.suite else "",
    }
    return render(request, "dossiers/doublons.html", contexte)


@require_safe
@reserve_a(*GUICHET)
def rapprochement(request: HttpRequest, pk: int) -> HttpResponse:
    paire = _paire(request, pk)
    fermes = _fermes(request, paire)
    if fermes:
        return render(request, "dossiers/doublon_protege.html", {"paire": paire, "fermes": fermes})
    for dossier in (paire.dossier, paire.autre):
        noter_lecture(request, dossier, "comparaison")
    return _cote_a_cote(request, paire)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*GUICHET)
def fusionner_paire(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation page, then the merge."""
    paire = _paire_ouverte(request, pk)
    garde, absorbe = dans_l_ordre(paire.dossier, paire.autre)
    a, b = demande_de(garde), demande_de(absorbe)
    numeros, defaut = (garde.numero, absorbe.numero), choix_par_defaut(a, b)
    qui = personne(request)
    if request.method == "POST":
        form = ConfirmationForm(request.POST, defaut=defaut, numeros=numeros)
        if form.is_valid():
            return _fusionner(request, paire, garde, absorbe, form)
        messages.error(request, "Ces choix ne se lisent pas : recommencez.")
        return redirect("dossiers:rapprochement", pk)
    choix = ChoixForm(request.GET, defaut=defaut, numeros=numeros)
    lus = {g: v for g, v in choix.cleaned_data.items() if v} if choix.is_valid() else {}
    try:
        plan = plan_fusion(garde, absorbe, choix=lus, le=qui.jour)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("dossiers:rapprochement", pk)
    initial = {**plan.choix, "version_garde": garde.version, "version_absorbe": absorbe.version}
    form = ConfirmationForm(initial=initial, defaut=defaut, numeros=numeros)
    contexte = {"paire": paire, "plan": plan, "phrases": phrases(plan), "form": form}
    return render(request, "dossiers/doublon_fusion.html", contexte)


@require_POST
@reserve_a(*GUICHET)
def rapprochement_distinguer(request: HttpRequest, pk: int) -> HttpResponse:
    paire, qui = _paire_ouverte(request, pk), personne(request)
    form = DistinguerForm(request.POST)
    if not form.is_valid():
        return _cote_a_cote(request, paire, distinguer_form=form)
    distinguer(
        paire.dossier,
        paire.autre,
        motif=form.cleaned_data["motif"],
        par=qui.agent,
        mairie=qui.mairie,
        maintenant=timezone.now(),
    )
    messages.success(request, "Deux enfants différents : cette paire ne sera plus proposée.")
    return redirect("dossiers:rapprochements")


@require_POST
@reserve_a(*GUICHET)
def rapprochement_demander(request: HttpRequest, pk: int) -> HttpResponse:
    """« Je ne sais pas » : the question goes to the mairie of the other dossier."""
    paire, qui = _paire_ouverte(request, pk), personne(request)
    mairie = next((m for m in _mairies_a_demander(request, paire)), None)
    if mairie is None:
        raise Http404("aucune autre mairie à interroger")
    try:
        demander_l_autre_mairie(paire, a=mairie, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, f"La question est posée à {mairie}.")
    return redirect("dossiers:rapprochements")


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*GUICHET)
def fusion(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge, what it kept of each, and its undoing while there is time."""
    choisie = get_object_or_404(
        Fusion.objects.select_related("garde__enfant", "absorbe__enfant", "par", "mairie"), pk=pk
    )
    for numero in (choisie.garde.numero, choisie.absorbe.numero):
        ouvrir_pour_agir(request, numero)
    qui, maintenant = personne(request), timezone.now()
    if request.method == "POST":
        try:
            defaire_fusion(choisie, par=qui.agent, mairie=qui.mairie, maintenant=maintenant)
        except ErreurMetier as refus:
            messages.error(request, refus.message)
        else:
            messages.success(request, "Fusion défaite : les deux dossiers sont comme ils étaient.")
        return redirect("dossiers:fusion", pk)
    contexte = {"fusion": choisie, "blocages": blocages(choisie, maintenant=maintenant)}
    return render(request, "dossiers/fusion.html", contexte)


def _paire(request: HttpRequest, pk: int) -> Rapprochement:
    """A pair this person may review, both dossiers read as their pages read them."""
    paire = get_object_or_404(lecture.paires_visibles(personne(request)), pk=pk)
    paire.dossier, paire.autre = (ouvrir(request, d.numero)[0] for d in (paire.dossier, paire.autre))
    return paire


def _fermes(request: HttpRequest, paire: Rapprochement) -> list[Dossier]:
    """The protected dossiers to open with a reason before they are compared."""
    return [d for d in (paire.dossier, paire.autre) if not ouvrir(request, d.numero)[1].modifier]


def _paire_ouverte(request: HttpRequest, pk: int) -> Rapprochement:
    paire = _paire(request, pk)
    if _fermes(request, paire):
        raise Http404("dossier fermé à cette personne")
    return paire


def _mairies_a_demander(request: HttpRequest, paire: Rapprochement) -> list[Any]:
    miennes = personne(request).mairies
    mairies = {d.mairie_id: d.mairie for d in (paire.autre, paire.dossier) if d.mairie_id not in miennes}
    return [m for m in mairies.values() if m.pk != paire.demande_a_id]


def _cote_a_cote(
    request: HttpRequest, paire: Rapprochement, distinguer_form: DistinguerForm | None = None
) -> HttpResponse:
    garde, absorbe = dans_l_ordre(paire.dossier, paire.autre)
    a, b = demande_de(garde), demande_de(absorbe)
    refus = ""
    try:
        verifier(a, b)
    except ErreurMetier as impossible:
        refus = impossible.message
    form = ChoixForm(defaut=choix_par_defaut(a, b), numeros=(garde.numero, absorbe.numero))
    contexte = {
        "paire": paire,
        "garde": garde,
        "absorbe": absorbe,
        "parties": form.parties(comparer(garde, absorbe)),
        "refus": refus,
        "distinguer": distinguer_form or DistinguerForm(),
        "fautifs": [distinguer_form] if distinguer_form else [],
        "mairies": _mairies_a_demander(request, paire),
    }
    return render(request, "dossiers/doublon.html", contexte)


def _fusionner(
    request: HttpRequest, paire: Rapprochement, garde: Dossier, absorbe: Dossier, form: ConfirmationForm
) -> HttpResponse:
    qui, lus = personne(request), dict(form.cleaned_data)
    versions = (lus.pop("version_garde"), lus.pop("version_absorbe"))
    try:
        faite = fusionner(
            garde,
            absorbe,
            choix=lus,
            par=qui.agent,
            mairie=qui.mairie,
            maintenant=timezone.now(),
            versions=versions,
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        if Rapprochement.objects.filter(pk=paire.pk, statut=StatutRapprochement.PROPOSE).exists():
            return redirect("dossiers:rapprochement", paire.pk)
        return redirect("dossiers:rapprochements")
    messages.success(request, f"Un seul dossier : {garde.numero}. La fusion peut être défaite.")
    return redirect("dossiers:fusion", faite.pk)
