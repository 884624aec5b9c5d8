"""The call sheet of a séance: who to call for a place that came back, and how the call ended."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.models import Decision, Offre
from commissions.queries.appels import feuille_d_appel
from commissions.services.appels import noter_appel, proposer_place, reproposer_place
from commissions.views.seances import seance_visible
from dossiers.acces import ferme_par_protection
from dossiers.models import CanalContact
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.texte import entier_lu
from structures.models import Profil, Section
from structures.regles.semaine import NB_CRENEAUX

# One key each, for the first family of each place.
ISSUES = (
    ("joint", "Jointe", "j"),
    ("message", "Message laissé", "m"),
    ("rappellera", "Rappellera", "r"),
    ("absent", "Pas de réponse", "a"),
)


@require_safe
@reserve_a(Profil.COORDINATION)
def feuille(request: HttpRequest, pk: int) -> HttpResponse:
    seance, qui = seance_visible(request, pk), personne(request)
    places = feuille_d_appel(seance, qui, jour=qui.jour) if seance.gelee else []
    return render(request, "commissions/appels.html", {"seance": seance, "places": places, "issues": ISSUES})


@require_POST
@reserve_a(Profil.COORDINATION)
def noter(request: HttpRequest, pk: int) -> HttpResponse:
    appelee = Q(sens="liste_complementaire") | Q(offres__isnull=False)
    decision, qui = _attente(request, pk, appelee), personne(request)
    if ferme_par_protection(qui, decision.passage.dossier):
        raise Http404("famille appelée par son guichet")
    issue = request.POST.get("issue", "")
    try:
        if issue not in {code for code, _, _ in ISSUES}:
            raise ErreurMetier("issue_inconnue", "Choisissez l’issue de l’appel.")
        noter_appel(decision, issue=issue, par=qui.agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, "Appel noté.")
    return redirect("commissions:appels", decision.passage.seance_id)


@require_POST
@reserve_a(Profil.COORDINATION)
def proposer(request: HttpRequest, pk: int) -> HttpResponse:
    decision, qui = _attente(request, pk, Q(sens="liste_complementaire")), personne(request)
    lus = [entier_lu(k) for k in request.POST.getlist("jour")]
    jours = [k for k in lus if k is not None and k < NB_CRENEAUX]
    section = get_object_or_404(Section, pk=entier_lu(request.POST.get("section")) or 0)
    try:
        if not jours:
            raise ErreurMetier("sans_jours", "Rechargez la page\u00a0: les demi-journées manquent.")
        offre = proposer_place(
            decision, section, demi_journees=jours, par=qui.agent, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("commissions:appels", decision.passage.seance_id)
    messages.success(request, _suite(offre))
    return redirect("commissions:appels", decision.passage.seance_id)


@require_POST
@reserve_a(Profil.COORDINATION)
def reproposer(request: HttpRequest, pk: int) -> HttpResponse:
    """The same place to the same family, told by telephone."""
    liees = personne(request).familles_liees
    lues = Offre.objects.exclude(dossier__famille__in=liees).select_related("dossier__famille", "seance")
    offre = get_object_or_404(lues.filter(seance__isnull=False), pk=pk)
    qui = personne(request)
    try:
        nouvelle = reproposer_place(
            offre, canal=CanalContact.APPEL, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, _suite(nouvelle))
    return redirect("commissions:appels", offre.seance_id)


def _suite(offre: Offre) -> str:
    return "Place proposée par téléphone\u00a0: le délai court." if offre.contact_le else "Offre préparée."


def _attente(request: HttpRequest, pk: int, laquelle: Q) -> Decision:
    """A family of the call sheet, but those this person is linked to."""
    liees = personne(request).familles_liees
    lues = Decision.objects.filter(laquelle).exclude(passage__dossier__famille__in=liees).distinct()
    return get_object_or_404(lues.select_related("passage__dossier__famille", "passage__seance"), pk=pk)
