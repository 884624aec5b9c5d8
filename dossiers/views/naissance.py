"""« Déclarer la naissance », on one page for every child of the birth."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers.acces import GUICHET, regard
from dossiers.forms.naissance import PageNaissance
from dossiers.models import Dossier
from dossiers.queries.naissance import attendus_avec, choix_trop_tot, entree_decalee
from dossiers.services.naissance import declarer_naissance
from dossiers.views.ouverture import noter_lecture, ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.texte import date_longue


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*GUICHET)
def naissance(request: HttpRequest, numero: str) -> HttpResponse:
    dossier = ouvrir_pour_agir(request, numero)
    attendus = _attendus(request, dossier)
    if dossier.pk not in {d.pk for d in attendus}:
        messages.info(request, "Cette naissance n’est plus à déclarer.")
        return redirect("dossiers:fiche", numero)
    page = PageNaissance(dossier, attendus, request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid() and _declarer(request, dossier, page):
        return redirect("dossiers:fiche", numero)
    if request.method != "POST":
        noter_lecture(request, dossier, "naissance")
    contexte = {"dossier": dossier, "page": page, "jour": personne(request).jour}
    return render(request, "dossiers/naissance.html", contexte)


def _attendus(request: HttpRequest, dossier: Dossier) -> list[Dossier]:
    """A twin followed by another counter under protection is not shown here."""
    qui = personne(request)
    return [d for d in attendus_avec(dossier) if d.pk == dossier.pk or regard(qui, d, ()).modifier]


def _declarer(request: HttpRequest, dossier: Dossier, page: PageNaissance) -> bool:
    qui, lus = personne(request), page.commun.cleaned_data
    try:
        nes, paires = declarer_naissance(
            dossier,
            page.annonces(),
            naissance=lus["naissance"],
            document=lus["document"],
            version=lus["version"],
            par=qui.agent,
            mairie=qui.mairie,
            maintenant=timezone.now(),
        )
    except ErreurMetier as refus:
        page.refuser(refus.champ, refus.message)
        return False
    _dire(request, nes, document=lus["document"])
    if paires:
        texte = "Un autre dossier ressemble maintenant à celui-ci\u202f: voyez les ressemblances à examiner."
        messages.warning(request, texte)
    return True


def _dire(request: HttpRequest, nes: Sequence[Dossier], *, document: str) -> None:
    """What was written, what is still to be shown, and the choices the child is too young for."""
    noms = " et ".join(ne.enfant.prenom for ne in nes)
    if not nes:
        messages.success(request, "Demande close. La famille n’a rien d’autre à faire.")
        return
    messages.success(request, f"Naissance déclarée\u202f: {noms}. Le dossier garde son numéro et son rang.")
    if not document:
        messages.warning(request, "L’acte de naissance ou le livret de famille reste à montrer.")
    for ne in nes:
        if entree := entree_decalee(ne):
            texte = f"son entrée est décalée au {date_longue(entree)}, où la section l’accueille."
            messages.warning(request, f"{ne.enfant.prenom}\u202f: {texte}")
    for trop in choix_trop_tot(nes[0]):
        messages.warning(
            request,
            f"{trop.structure} n’accueille pas si jeune le {date_longue(trop.entree_le)}"
            f"\u202f: possible dès le {date_longue(trop.possible_le)}.",
        )
