"""The minutes: read, validated by the presidence, printed; one family's extract; the attendance sheet."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION
from commissions.exports.proces_verbal import (
    classeur_decisions,
    contexte_proces_verbal,
    rendre_emargement,
    rendre_extrait,
)
from commissions.models import EtatSeance, ProcesVerbal, Seance
from commissions.queries.agenda import passage_d_ordre
from commissions.queries.proces_verbal import passages_masques
from commissions.regles.proces_verbal import masques
from commissions.services.proces_verbal import noter_extrait, valider_proces_verbal
from commissions.views.seances import seance_visible
from dossiers.acces import ferme_par_protection
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _tenue(request: HttpRequest, pk: int) -> Seance:
    """The séance once it is over: there are no minutes before."""
    seance = seance_visible(request, pk)
    if seance.etat in (EtatSeance.PLANIFIEE, EtatSeance.GELEE, EtatSeance.OUVERTE):
        raise Http404("pas encore de procès-verbal")
    return seance


def _fichier(octets: bytes, nom: str, nature: str = "application/pdf") -> HttpResponse:
    reponse = HttpResponse(octets, content_type=nature)
    lieu = "inline" if nature == "application/pdf" else "attachment"
    reponse["Content-Disposition"] = f'{lieu}; filename="{nom}"'
    return reponse


@reserve_a(*COMMISSION)
@require_safe
def proces_verbal(request: HttpRequest, pk: int) -> HttpResponse:
    seance, qui = _tenue(request, pk), personne(request)
    contexte = contexte_proces_verbal(seance, familles_liees=qui.familles_liees)
    contexte["valide"] = seance.etat == EtatSeance.TENUE and qui.est(Profil.PRESIDENCE)
    contexte["prepare"] = qui.est(Profil.COORDINATION)
    return render(request, "commissions/proces_verbal.html", contexte)


@reserve_a(Profil.PRESIDENCE)
@require_POST
def valider(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    try:
        valider_proces_verbal(
            seance, lu=request.POST.get("lu", ""), par=personne(request).agent, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, "Procès-verbal validé\u00a0: il ne change plus. Son PDF se prépare.")
    return redirect("commissions:seance_detail", pk)


@reserve_a(*COMMISSION)
@require_safe
def proces_verbal_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored file; who must not read a line of it reads the page, where that line is masked."""
    seance, qui = _tenue(request, pk), personne(request)
    proces = get_object_or_404(ProcesVerbal.objects.exclude(empreinte_fichier=""), seance=seance)
    if masques(json.loads(proces.contenu), *passages_masques(seance, qui.familles_liees)):
        messages.warning(request, "Une ligne vous est masquée\u00a0: lisez le procès-verbal ici.")
        return redirect("commissions:proces_verbal", pk)
    with proces.fichier.open("rb") as fichier:
        return _fichier(fichier.read(), f"proces-verbal-{pk}.pdf")


@reserve_a(Profil.COORDINATION)
@require_POST
def extrait(request: HttpRequest, pk: int) -> HttpResponse:
    """One family's extract, by its order number; refused for a family one may not read."""
    seance, qui = _tenue(request, pk), personne(request)
    passages = seance.passages.exclude(dossier__famille__in=qui.familles_liees)
    passages = passages.select_related("seance__grille", "dossier__famille", "dossier__mairie")
    passage = passage_d_ordre(passages, request.POST.get("ordre", ""))
    if passage is None or passage.protege or ferme_par_protection(qui, passage.dossier):
        messages.error(request, "Aucune ligne que vous puissiez lire ne porte ce numéro d’ordre.")
        return redirect("commissions:proces_verbal", pk)
    octets = rendre_extrait(passage)
    noter_extrait(passage, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    return _fichier(octets, f"extrait-{pk}-{passage.numero_ordre}.pdf")


@reserve_a(Profil.COORDINATION)
@require_safe
def emargement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _fichier(rendre_emargement(seance_visible(request, pk)), f"emargement-{pk}.pdf")


@reserve_a(Profil.COORDINATION)
@require_safe
def decisions_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    seance, qui = _tenue(request, pk), personne(request)
    octets = classeur_decisions(seance, familles_liees=qui.familles_liees)
    return _fichier(octets, f"avis-{pk}.xlsx", XLSX)
