"""The shared list: read, filtered, sorted, printed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.acces import LISTE, dossiers_visibles, regard, voit_lignes
from dossiers.exports.liste import Origine
from dossiers.forms.liste import VueForm, champs_du_panneau
from dossiers.models import ActionJournal, JeuColonnes, VueEnregistree
from dossiers.queries.liste import Demande, lire_demande, page, toutes_les_cles, toutes_les_lignes
from dossiers.queries.liste.mots import colonnes, jetons, mots_du_rang, panneaux, resume
from dossiers.queries.liste.points import points_de
from dossiers.queries.liste.rang import compter_ville, compter_voeux
from dossiers.services.journal import journaliser
from dossiers.services.vues import enregistrer_vue, retirer_vue
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier

IMPRIMABLES = 500


def demande_lue(request: HttpRequest) -> Demande:
    return lire_demande(request.GET, qui=personne(request), jour=timezone.localdate())


@require_GET
@reserve_a(*LISTE)
def liste(request: HttpRequest) -> HttpResponse:
    """A page of the list; the address says everything it shows."""
    if any(not v for _, valeurs in request.GET.lists() for v in valeurs):
        # An empty field of a form without JavaScript: same list, shorter address.
        return redirect(f"{reverse('dossiers:liste')}?{_sans_vides(request)}")
    demande = demande_lue(request)
    contexte = {"page": page(demande), **_cadre(demande), **_panneau(demande)}
    return render(request, "dossiers/liste.html", contexte)


def _sans_vides(request: HttpRequest) -> str:
    gardes = request.GET.copy()
    for nom, valeurs in request.GET.lists():
        gardes.setlist(nom, [v for v in valeurs if v])
    return gardes.urlencode()


def _cadre(demande: Demande) -> dict[str, Any]:
    """What the frame of the list says: who is waiting, which filters, which order."""
    qui = demande.qui
    return {
        "demande": demande,
        "ville_total": compter_ville(),
        "miennes_total": compter_voeux(qui) if qui.structures else None,
        "jetons": jetons(demande),
        "panneaux": panneaux(demande),
        "mots_du_rang": mots_du_rang(demande),
        "resume": resume(demande),
        "colonnes": colonnes(demande),
        "adresse_ville": demande.adresse(vue=None),
        "adresse_miennes": demande.adresse(vue="mes"),
        "lignes_visibles": voit_lignes(qui),
        "vues": list(VueEnregistree.objects.filter(agent=qui.agent)),
        "vue_form": VueForm(),
        "jeux": list(JeuColonnes.objects.filter(agent=qui.agent)),
    }


def _panneau(demande: Demande) -> dict[str, Any]:
    ouvert = next((p for p in panneaux(demande) if p.nom == demande.ouvrir), None)
    if ouvert is None:
        return {"panneau": None}
    caches = [(nom, valeur) for nom, valeur in demande.parametres() if nom not in ouvert.champs]
    return {"panneau": ouvert, "champs": champs_du_panneau(demande, ouvert), "caches": caches}


@require_GET
@reserve_a("agent", "coordination")
def liste_points(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of points of one dossier: a fragment under the total, or a page without JavaScript."""
    dossier = get_object_or_404(
        dossiers_visibles(personne(request)).en_attente().select_related("famille", "enfant"), pk=pk
    )
    if not regard(personne(request), dossier, ()).lignes:
        raise Http404
    gabarit = "dossiers/_liste_points.html" if request.htmx else "dossiers/liste_points.html"
    return render(request, gabarit, {"dossier": dossier, "cotation": points_de(dossier)})


@require_POST
@reserve_a(*LISTE)
def liste_imprimer(request: HttpRequest) -> HttpResponse:
    """The filtered list as a sheet to print; as an export, it is journaled."""
    demande = demande_lue(request)
    cles = toutes_les_cles(demande)
    imprimees = cles[:IMPRIMABLES]
    journaliser_sortie(request, ActionJournal.IMPRESSION, demande, len(imprimees), {})
    contexte = {
        "origine": Origine(demande, timezone.now(), len(cles)),
        "lignes": list(toutes_les_lignes(demande, imprimees)),
        "demande": demande,
        "total": len(cles),
        "reste": len(cles) - len(imprimees),
        "mots_du_rang": mots_du_rang(demande),
        "resume": resume(demande),
        "colonnes": colonnes(demande),
    }
    return render(request, "dossiers/liste_impression.html", contexte)


def journaliser_sortie(
    request: HttpRequest, action: str, demande: Demande, nombre: int, choix: dict[str, Any]
) -> None:
    qui = personne(request)
    journaliser(
        action,
        par=qui.agent,
        mairie=qui.mairie,
        maintenant=timezone.now(),
        objet=f"liste partagée, {nombre} dossiers",
        details={"filtres": resume(demande), "adresse": demande.adresse(), "lignes": nombre, **choix},
    )


@require_POST
@reserve_a(*LISTE)
def liste_vue_enregistrer(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name."""
    demande = demande_lue(request)
    form = VueForm(request.POST)
    if form.is_valid():
        try:
            nom, adresse = form.cleaned_data["nom"], demande.adresse()
            vue = enregistrer_vue(
                nom, parametres=adresse, par=personne(request).agent, maintenant=timezone.now()
            )
            messages.success(request, f"La vue « {vue.nom} » est enregistrée.")
        except ErreurMetier as refus:
            messages.error(request, refus.message)
    else:
        messages.error(request, "Donnez un nom à cette vue, de 60 caractères au plus.")
    return redirect(f"{reverse('dossiers:liste')}{demande.adresse()}")


@require_POST
@reserve_a(*LISTE)
def liste_vue_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    vue = get_object_or_404(VueEnregistree, pk=pk, agent=request.user)
    retirer_vue(vue, par=personne(request).agent)
    messages.success(request, f"La vue « {vue.nom} » est retirée.")
    return redirect("dossiers:liste")
