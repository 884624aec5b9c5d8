"""A granted emergency: where the child goes, written by the coordination."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commissions.forms.urgences import AdmissionUrgenceForm
from commissions.models import Offre
from commissions.queries.urgences import offre_de, urgence_precedente
from commissions.services.urgences import admettre_en_urgence
from dossiers.acces import ferme_par_protection
from dossiers.models import DemandeUrgence, Dossier, EtatUrgence
from dossiers.queries.protection import ouverture_en_cours
from dossiers.queries.urgences import urgences_visibles
from guichet.acces import Personne, personne, reserve_a
from guichet.formulaires import tenter
from structures.models import Profil
from structures.queries import reglage


@reserve_a(Profil.COORDINATION)
def admettre(request: HttpRequest, pk: int) -> HttpResponse:
    """A protected dossier of a counter is opened with a coded reason first."""
    qui = personne(request)
    accordees = urgences_visibles(qui).filter(etat=EtatUrgence.ACCORDEE)
    demande = get_object_or_404(accordees.select_related("dossier__mairie", "section__structure"), pk=pk)
    if _ferme(qui, demande.dossier):
        messages.warning(request, "Ce dossier est protégé\u00a0: dites pourquoi vous l’ouvrez d’abord.")
        return redirect("dossiers:fiche", demande.dossier.numero)
    if offre_de(demande):
        messages.info(request, "Cette urgence a déjà sa place.")
        return redirect("dossiers:urgence", demande.pk)
    form = _formulaire(request, demande)
    faites: list[Offre] = []
    if form.is_bound and tenter(form, lambda lus: faites.append(_faire(request, demande, lus))):
        messages.success(request, _suite(faites[0]))
        return redirect("dossiers:fiche", demande.dossier.numero)
    contexte = {"form": form, "demande": demande, "passee": urgence_precedente(demande.dossier)}
    return render(request, "commissions/urgence_admettre.html", contexte)


def _ferme(qui: Personne, dossier: Dossier) -> bool:
    ouvert = ouverture_en_cours(qui, dossier, maintenant=timezone.now())
    return ferme_par_protection(qui, dossier) and not ouvert


def _formulaire(request: HttpRequest, demande: DemandeUrgence) -> AdmissionUrgenceForm:
    """« Revoir les sections » draws the page again with what was typed, and does nothing else."""
    jour = personne(request).jour
    cadre: dict[str, Any] = {"demande": demande, "jour": jour, "duree": reglage("urgence_duree", le=jour)}
    if "revoir" not in request.POST:
        return AdmissionUrgenceForm(request.POST or None, **cadre)
    dits = request.POST.dict() | {"demi_journees": request.POST.getlist("demi_journees")}
    return AdmissionUrgenceForm(initial=dits, **cadre)


def _faire(request: HttpRequest, demande: DemandeUrgence, lus: dict[str, Any]) -> Offre:
    qui = personne(request)
    acteur: dict[str, Any] = {"par": qui.agent, "mairie": qui.mairie, "maintenant": timezone.now()}
    return admettre_en_urgence(demande, **lus, **acteur)


def _suite(offre: Offre) -> str:
    if offre.admission_id:
        return "Enfant admis en urgence. Son dossier garde ses choix et son rang sur la liste."
    return "Place préparée\u00a0: elle attend la réponse de son gestionnaire, dans «\u00a0Offres\u00a0»."
