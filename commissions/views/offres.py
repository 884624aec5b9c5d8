"""One offer: what it is, what this person may do of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import offres_visibles
from commissions.forms.reponses import GesteForm
from commissions.models import Offre
from commissions.queries.offres import avec_liens, gestes_de, ligne_offre, offres_en_cours
from commissions.services import admission_offre, appels, envois, reponses
from dossiers.acces import LISTE
from guichet.acces import personne, reserve_a
from guichet.formulaires import tenter

ORDRE = (
    *("avis", "envoyer", "prevenir", "accepter", "decliner", "entrer", "reporter", "entree"),
    *("annuler", "perdre", "reproposer"),
)
DITS = {
    "avis": "Réponse du gestionnaire notée.",
    "envoyer": "Offre envoyée. Son délai court dès que la famille est prévenue.",
    "prevenir": "Famille prévenue\u00a0: le délai court.",
    "accepter": "Place acceptée. Les autres choix de l’enfant ont quitté les listes.",
    "decliner": "Refus noté. La feuille d’appel montre qui appeler.",
    "entrer": "Enfant admis.",
    "reporter": "Entrée reportée.",
    "entree": "Entrée notée.",
    "annuler": "Offre retirée. Le dossier garde son rang.",
    "reproposer": "Place proposée de nouveau à cette famille.",
    "perdre": "Le dossier retrouve ses choix, son rang et son ancienneté.",
}


@require_safe
@reserve_a(*LISTE)
def liste(request: HttpRequest) -> HttpResponse:
    """What waits for this person: answers, contacts, entries; or every offer made to one dossier."""
    qui, numero = personne(request), request.GET.get("dossier", "")
    if not numero.isprintable():
        raise Http404("aucun dossier de ce numéro")
    vues = offres_visibles(qui)
    if numero:
        lues = avec_liens(vues.filter(dossier__numero=numero)).order_by("-preparee_le", "-pk")
    else:
        lues = offres_en_cours(vues.filter(dossier__mairie__in=qui.mairies) if qui.mairies else vues)
    contexte = {"lignes": [ligne_offre(offre, qui) for offre in lues[:200]], "numero": numero}
    return render(request, "commissions/offres.html", contexte)


@require_safe
@reserve_a(*LISTE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    offre = _offre(request, pk)
    return _page(request, offre, {})


@require_POST
@reserve_a(*LISTE)
def geste(request: HttpRequest, pk: int, geste: str) -> HttpResponse:
    offre = _offre(request, pk)
    if geste not in gestes_de(offre, personne(request)):
        raise Http404("geste fermé")
    form = GesteForm(geste, request.POST)
    faites: list[Offre] = []
    if not tenter(form, lambda lus: faites.append(_faire(request, offre, geste, lus))):
        return _page(request, offre, {geste: form})
    messages.success(request, DITS[geste])
    return redirect("commissions:offre", faites[0].pk)


def _offre(request: HttpRequest, pk: int) -> Offre:
    return get_object_or_404(avec_liens(offres_visibles(personne(request))), pk=pk)


def _page(request: HttpRequest, offre: Offre, formulaires: dict[str, GesteForm]) -> HttpResponse:
    permis = gestes_de(offre, personne(request))
    formes = [(nom, formulaires.get(nom) or GesteForm(nom)) for nom in ORDRE if nom in permis]
    contexte = {"offre": offre, "gestes": formes, "lies": [form for _, form in formes if form.is_bound]}
    return render(request, "commissions/offre.html", contexte)


def _faire(request: HttpRequest, offre: Offre, geste: str, lus: dict[str, Any]) -> Offre:
    qui = personne(request)
    acteur: dict[str, Any] = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    if geste == "avis":
        return envois.rendre_avis(offre, lus["avis"], **acteur)
    if geste == "entree":
        return admission_offre.constater_entree(offre, venu=lus["venu"] == "venu", **acteur)
    service = {
        "envoyer": envois.envoyer_offre,
        "prevenir": envois.prevenir_famille,
        "accepter": reponses.accepter_offre,
        "decliner": reponses.decliner_offre,
        "entrer": reponses.entrer_offre,
        "annuler": reponses.annuler_offre,
        "perdre": reponses.perdre_place,
        "reporter": admission_offre.reporter_entree,
        "reproposer": appels.reproposer_place,
    }[geste]
    return service(offre, **lus, **acteur)
