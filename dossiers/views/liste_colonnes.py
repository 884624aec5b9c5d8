"""The columns of an export, chosen, put in order, kept under a name; without JavaScript."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.acces import LISTE
from dossiers.exports.colonnes import habituelles, permises, retenues
from dossiers.forms.liste import ColonnesForm
from dossiers.models import JeuColonnes
from dossiers.services.vues import enregistrer_colonnes, retirer_colonnes
from dossiers.views.liste import demande_lue
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.texte import entier_lu


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*LISTE)
def liste_colonnes(request: HttpRequest) -> HttpResponse:
    """The page: a GET shows the usual columns or a kept choice (`jeu`), a POST moves one or keeps them."""
    qui = personne(request)
    if request.method != "POST":
        jeu = JeuColonnes.objects.filter(agent=qui.agent, pk=entier_lu(request.GET.get("jeu")) or 0).first()
        codes = [c.code for c in retenues(qui, jeu.colonnes)] if jeu else list(habituelles(qui))
        return _page(request, codes, jeu.nom if jeu else "")
    form = ColonnesForm(request.POST, qui=qui)
    if not form.is_valid():
        messages.error(request, "Cette colonne n’existe pas pour vous.")
        return _page(request, list(habituelles(qui)), "")
    codes, nom = form.ordonnees(), form.cleaned_data["nom"]
    if form.cleaned_data["geste"] == "enregistrer":
        return _enregistrer(request, codes, nom)
    return _page(request, codes, nom)


def _enregistrer(request: HttpRequest, codes: list[str], nom: str) -> HttpResponse:
    try:
        if not nom:
            raise ErreurMetier("nom_vide", "Donnez un nom à ce choix de colonnes.")
        jeu = enregistrer_colonnes(
            nom, colonnes=codes, par=personne(request).agent, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return _page(request, codes, nom)
    messages.success(request, f"Les colonnes « {jeu.nom} » sont enregistrées.")
    return redirect(f"{request.path}{_avec_jeu(request, jeu)}")


def _avec_jeu(request: HttpRequest, jeu: JeuColonnes) -> str:
    filtres = demande_lue(request).adresse().removeprefix("?")
    return f"?{filtres}{'&' if filtres else ''}jeu={jeu.pk}"


def _page(request: HttpRequest, codes: list[str], nom: str) -> HttpResponse:
    qui, demande = personne(request), demande_lue(request)
    siennes = permises(qui)
    contexte: dict[str, Any] = {
        "demande": demande,
        "nom": nom,
        "choisies": [siennes[code] for code in codes if code in siennes],
        "autres": [c for code, c in siennes.items() if code not in codes],
        "jeux": list(JeuColonnes.objects.filter(agent=qui.agent)),
    }
    return render(request, "dossiers/liste_colonnes.html", contexte)


@require_POST
@reserve_a(*LISTE)
def liste_colonnes_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    jeu = get_object_or_404(JeuColonnes, pk=pk, agent=request.user)
    retirer_colonnes(jeu, par=personne(request).agent)
    messages.success(request, f"Le choix de colonnes « {jeu.nom} » est retiré.")
    return redirect("dossiers:liste_colonnes")
