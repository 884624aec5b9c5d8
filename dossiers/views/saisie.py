"""The counter's entry page: a new dossier, or one being changed. Nothing typed is ever lost."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dossiers.acces import GUICHET
from dossiers.forms.comparaison import SIEN, fusionner
from dossiers.forms.gestes import Effet, appliquer
from dossiers.models import Brouillon, Dossier
from dossiers.queries.brouillons import brouillons_de
from dossiers.queries.presents import demande_en_attente, dossier_de_reference, place_a_suivre
from dossiers.queries.saisie import dossier_a_modifier
from dossiers.services.brouillons import supprimer_brouillon
from dossiers.services.depot import deposer_dossier
from dossiers.services.modification import modifier_dossier
from dossiers.services.mutations import message_en_attente
from dossiers.views.ouverture import noter_lecture, ouvrir_pour_agir
from dossiers.views.saisie_atelier import Atelier
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Mairie

PARTIES = ("enfants", "responsables", "foyer", "besoin", "choix")


@reserve_a(*GUICHET)
def nouveau(request: HttpRequest) -> HttpResponse:
    atelier = _nouvel_atelier(request)
    if request.method == "POST":
        return _traiter(atelier)
    place = atelier.cadre.place
    if place and (pendant := demande_en_attente(place)):
        messages.warning(request, message_en_attente(pendant))
        return redirect("dossiers:fiche", pendant.numero)
    return _ouvrir_page(atelier)


@reserve_a(*GUICHET)
def modifier(request: HttpRequest, numero: str) -> HttpResponse:
    atelier = Atelier(request, _ouvrir(request, numero))
    return _traiter(atelier) if request.method == "POST" else _ouvrir_page(atelier)


@require_POST
@reserve_a(*GUICHET)
def suivi(request: HttpRequest, numero: str = "") -> HttpResponse:
    """Keep the draft, and answer with all that moves beside the form."""
    if request.POST.get("agent", str(request.user.pk)) != str(request.user.pk):
        # Somebody else signed in from this browser: what the first one typed is not theirs to keep.
        return HttpResponse(status=401)
    atelier = Atelier(request, _ouvrir(request, numero)) if numero else _nouvel_atelier(request)
    brouillon = atelier.garder()
    reponse = render(request, "dossiers/saisie/_suivi.html", atelier.contexte())
    if brouillon:
        reponse["X-Brouillon"] = str(brouillon.pk)
        if not numero:
            reponse["HX-Replace-Url"] = f"{atelier.adresse}?brouillon={brouillon.pk}"
    return reponse


@reserve_a(*GUICHET)
def brouillons(request: HttpRequest) -> HttpResponse:
    liste = brouillons_de(personne(request))
    return render(request, "dossiers/saisie/brouillons.html", {"brouillons": liste})


@require_POST
@reserve_a(*GUICHET)
def brouillon_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    agent = personne(request).agent
    brouillon = get_object_or_404(Brouillon, pk=pk, agent=agent)
    supprimer_brouillon(brouillon, par=agent)
    messages.success(request, f"Brouillon supprimé\u202f: {brouillon.libelle}.")
    return redirect("dossiers:brouillons")


def _ouvrir(request: HttpRequest, numero: str) -> Dossier:
    """The dossier, if this person may change it, with all that the sheet writes back."""
    ouvrir_pour_agir(request, numero)
    dossier = dossier_a_modifier(numero)
    if dossier is None:
        raise Http404("dossier inconnu")
    return dossier


def _nouvel_atelier(request: HttpRequest) -> Atelier:
    """A new dossier, in a new household or in that of a dossier this person may change."""
    atelier = Atelier(request)
    if nommee := atelier.place_nommee:
        place = place_a_suivre(nommee, le=atelier.cadre.jour)
        if place is None:
            raise Http404("place inconnue")
        numero = dossier_de_reference(place)
        atelier.tenir(place, _ouvrir(request, numero) if numero else None)
    elif numero := atelier.depuis:
        atelier.rattacher(_ouvrir(request, numero))
    return atelier


def _ouvrir_page(atelier: Atelier) -> HttpResponse:
    """The page as one comes to it; a draft somebody overtook says so at once."""
    if lu := atelier.dossier or atelier.cadre.proche:
        noter_lecture(atelier.request, lu, "modifier")
    return _comparer(atelier, statut=200) if atelier.perimee else _montrer(atelier)


def _montrer(atelier: Atelier, *, fautes: bool = False, statut: int = 200, **plus: Any) -> HttpResponse:
    contexte = atelier.contexte(fautes=fautes, **plus)
    return render(atelier.request, "dossiers/saisie/page.html", contexte, status=statut)


def _traiter(atelier: Atelier) -> HttpResponse:
    geste = atelier.request.POST.get("geste", "enregistrer")[:60]
    if geste == "enregistrer" and atelier.feuille.mot("ajout"):
        # Enter, typed in the box that adds a structure.
        geste = "ajouter"
    if geste == "enregistrer":
        return _enregistrer(atelier)
    if geste == "attente":
        return _mettre_en_attente(atelier)
    if geste == "fusionner":
        return _fusionner(atelier)
    effet = appliquer(atelier.feuille, geste, atelier.cadre.structures, atelier.cadre.regles.nombre_voeux)
    atelier.feuille = effet.feuille
    atelier.garder()
    return _apres_geste(atelier, effet)


def _apres_geste(atelier: Atelier, effet: Effet) -> HttpResponse:
    """The whole page, or with htmx the part that changed and what moves beside it."""
    plus = {"cible": effet.focus, "annonce": effet.annonce}
    if atelier.request.htmx and effet.partie in PARTIES:  # type: ignore[attr-defined]
        # No `autofocus` in a part: htmx would obey it late, the agent being elsewhere already.
        contexte = atelier.contexte(partie=f"dossiers/saisie/_{effet.partie}.html", **plus)
        return render(atelier.request, "dossiers/saisie/_apres_geste.html", contexte)
    return _montrer(atelier, focus=effet.focus, **plus)


def _mettre_en_attente(atelier: Atelier) -> HttpResponse:
    brouillon = atelier.garder()
    mot = f"Brouillon gardé\u202f: {brouillon.libelle}." if brouillon else "Rien n’était saisi."
    messages.success(atelier.request, mot)
    return redirect("dossiers:brouillons")


def _enregistrer(atelier: Atelier) -> HttpResponse:
    page = atelier.controlee
    if not page.valide or atelier.vivant.sans_reponse or atelier.mairie is None:
        return _refuser(atelier)
    try:
        dossiers = _ecrire(atelier, atelier.mairie)
    except ErreurMetier as refus:
        if refus.code == "version_perimee":
            atelier.relire()
            atelier.garder()
            return _comparer(atelier)
        page.signaler(refus.champ or "", refus.message)
        return _refuser(atelier)
    noms = ", ".join(d.numero for d in dossiers)
    messages.success(atelier.request, f"Enregistré\u202f: {noms}.")
    return redirect("dossiers:fiche" if atelier.dossier else "dossiers:recepisse", dossiers[0].numero)


def _ecrire(atelier: Atelier, mairie: Mairie) -> list[Dossier]:
    commun: dict[str, Any] = {
        "par": atelier.qui.agent,
        "mairie": mairie,
        "maintenant": atelier.maintenant,
        "cadre": atelier.cadre,
    }
    saisie = atelier.controlee.saisie
    if atelier.dossier:
        return [modifier_dossier(atelier.dossier, saisie, version=atelier.version, **commun)]
    brouillon = atelier.brouillon_de_la_feuille()
    version = atelier.version if atelier.cadre.famille else None
    if brouillon:
        commun |= {"brouillon": brouillon.pk, "renseignement": brouillon.venu_de}
    return deposer_dossier(saisie, version_famille=version, **commun)


def _refuser(atelier: Atelier) -> HttpResponse:
    """The page again with its faults; what was typed is kept as a draft too."""
    atelier.garder()
    return _montrer(atelier, fautes=True, statut=422)


def _comparer(atelier: Atelier, *, statut: int = 409, annonce: str = "") -> HttpResponse:
    """Somebody saved meanwhile: show both, keep mine as a draft, write nothing over theirs."""
    return _montrer(
        atelier, statut=statut, ecarts=atelier.ecarts(), changements=atelier.changements(), annonce=annonce
    )


def _fusionner(atelier: Atelier) -> HttpResponse:
    """The agent chose, row by row; the sheet now starts from what is in base.

    A row without an answer, or a base that moved again, is asked again: nothing is decided by silence.
    """
    if not atelier.perimee:
        return _montrer(atelier)
    ecarts = atelier.ecarts()
    a_jour = atelier.request.POST.get("comparee") == str(atelier.version_en_base)
    repondus = all(atelier.request.POST.get(f"version-de-{e.nom}") for e in ecarts)
    if not (a_jour and repondus):
        atelier.garder()
        mot = "Choisissez une version pour chaque ligne." if a_jour else "Le dossier a encore changé."
        return _comparer(atelier, annonce=mot)
    les_siens = [e for e in ecarts if e.choix == SIEN]
    atelier.repartir(
        fusionner(atelier.feuille, atelier.feuille_en_base(), les_siens, atelier.version_en_base)
    )
    atelier.garder()
    return _montrer(atelier, annonce="Vérifiez, puis enregistrez.")
