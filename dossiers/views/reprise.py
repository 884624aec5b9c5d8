"""Taking over a city's files: bring, confirm the columns, read the dry run, apply."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import taches
from dossiers.exports.reprise import ecrire_rapport
from dossiers.forms.reprise import ColonnesForm, FichierForm
from dossiers.models import EtatReprise, Reprise
from dossiers.services.lecture_fichier import TAILLE_MAXIMUM
from dossiers.services.reprise import fichiers
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil
from structures.services.taches import lancer

LIGNES_MONTREES = 200
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@reserve_a(Profil.COORDINATION)
@require_http_methods(["GET", "HEAD", "POST"])
def reprises(request: HttpRequest) -> HttpResponse:
    form = FichierForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        fichier = form.cleaned_data["fichier"]
        try:
            reprise = fichiers.deposer_fichier(
                fichier.read(TAILLE_MAXIMUM + 1),
                contenu=form.cleaned_data["contenu"],
                nom_fichier=fichier.name,
                par=personne(request),
                maintenant=timezone.now(),
            )
            return redirect("dossiers:reprise_colonnes", reprise.pk)
        except ErreurMetier as refus:
            form.add_error("fichier", refus.message)
    passees = Reprise.objects.exclude(etat=EtatReprise.ABANDONNEE).select_related("par")[:50]
    return render(request, "dossiers/reprises.html", {"form": form, "reprises": passees})


@reserve_a(Profil.COORDINATION)
@require_http_methods(["GET", "HEAD", "POST"])
def reprise_colonnes(request: HttpRequest, pk: int) -> HttpResponse:
    reprise = _ouverte(pk)
    tableau = fichiers.tableau_de(reprise)
    colonnes = fichiers.colonnes_proposees(reprise, tableau.titres)
    form = ColonnesForm(
        request.POST or None,
        titres=tableau.titres,
        contenu=reprise.contenu,
        colonnes=colonnes,
        initial={"mairie": reprise.colonnes.get("mairie") or None},
    )
    if form.is_valid():
        mairie = form.cleaned_data.get("mairie")
        code = mairie.code if mairie else ""
        fichiers.confirmer_colonnes(reprise, form.positions, mairie=code, par=personne(request))
        return _travailler(request, reprise, "Essai", taches.essayer_reprise)
    rangees = zip(form.colonnes, fichiers.exemples(tableau), strict=True)
    contexte = {
        "reprise": reprise,
        "form": form,
        "rangees": rangees,
        "colonnes": colonnes,
        "tableau": tableau,
    }
    return render(request, "dossiers/reprise_colonnes.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_safe
def reprise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reprise = get_object_or_404(Reprise.objects.exclude(etat=EtatReprise.ABANDONNEE), pk=pk)
    if reprise.etat == EtatReprise.DEPOSEE:
        return redirect("dossiers:reprise_colonnes", pk)
    contexte = {
        "reprise": reprise,
        "rapport": reprise.rapport,
        "limite": LIGNES_MONTREES,
        **_a_ecrire(reprise),
    }
    return render(request, "dossiers/reprise_detail.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_safe
def reprise_rapport(request: HttpRequest, pk: int, forme: str) -> HttpResponse:
    reprise = get_object_or_404(Reprise, pk=pk)
    if not reprise.rapport or forme not in TYPES:
        raise Http404
    reponse = HttpResponse(ecrire_rapport(reprise.rapport, xlsx=forme == "xlsx"), content_type=TYPES[forme])
    reponse["Content-Disposition"] = f'attachment; filename="reprise-{pk}.{forme}"'
    return reponse


@reserve_a(Profil.COORDINATION)
@require_POST
def reprise_appliquer(request: HttpRequest, pk: int) -> HttpResponse:
    reprise = _ouverte(pk)
    if reprise.etat != EtatReprise.ESSAYEE:
        return redirect("dossiers:reprise_colonnes", pk)
    return _travailler(request, reprise, "Reprise", taches.appliquer_reprise)


@reserve_a(Profil.COORDINATION)
@require_POST
def reprise_abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    fichiers.abandonner(_ouverte(pk), par=personne(request), maintenant=timezone.now())
    messages.success(request, "Reprise abandonnée : le fichier est oublié, rien n’a été écrit.")
    return redirect("dossiers:reprises")


def _ouverte(pk: int) -> Reprise:
    return get_object_or_404(Reprise, pk=pk, etat__in=[EtatReprise.DEPOSEE, EtatReprise.ESSAYEE])


def _travailler(request: HttpRequest, reprise: Reprise, quoi: str, tache: Any) -> HttpResponse:
    moi = personne(request).agent
    lancee = lancer(
        "reprise",
        f"{quoi} de {reprise.nom_fichier}"[:200],
        tache,
        par=moi,
        retour=reverse("dossiers:reprise_detail", args=[reprise.pk]),
        reprise_id=reprise.pk,
        par_id=moi.pk,
    )
    return redirect("structures:tache_detail", lancee.pk)


def _a_ecrire(reprise: Reprise) -> dict[str, Any]:
    rapport = reprise.rapport
    differences = rapport.get("differences", [])
    return {
        "ouverte": reprise.etat == EtatReprise.ESSAYEE,
        "nombre": len(differences) if "differences" in rapport else rapport.get("dossiers_crees", 0),
        "presents": "differences" in rapport,
        "rapprochements": [
            (ligne, f"ligne {autre}" if isinstance(autre, int) else autre, raison)
            for (ligne, autre), raison in zip(
                rapport.get("rapprochements", []), rapport.get("raisons_rapprochements", []), strict=False
            )
        ],
    }
