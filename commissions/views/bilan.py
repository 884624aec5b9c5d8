"""The bilan of a séance, and the children it admitted, handed over to the crèche software."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION
from commissions.exports import passation
from commissions.models import EtatSeance, Seance
from commissions.queries.bilan import bilan_de
from commissions.queries.offres import avec_liens
from commissions.views.seances import seance_visible
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.pdf import rendre_pdf
from structures.models import Profil
from structures.queries import identite

TENUES = (EtatSeance.TENUE, EtatSeance.VALIDEE, EtatSeance.NOTIFIEE, EtatSeance.CLOSE)


@require_safe
@reserve_a(*COMMISSION)
def bilan(request: HttpRequest, pk: int) -> HttpResponse:
    seance = _tenue(request, pk)
    return render(request, "commissions/bilan.html", {"seance": seance, "bilan": bilan_de(seance)})


@require_safe
@reserve_a(*COMMISSION)
def bilan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    seance = _tenue(request, pk)
    contexte = {"seance": seance, "bilan": bilan_de(seance), "ville": identite().nom}
    try:
        contenu = rendre_pdf("pdf/bilan.html", contexte)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("commissions:bilan", pk)
    return _fichier(contenu, "application/pdf", f"bilan-{pk}.pdf", "inline")


@require_POST
@reserve_a(Profil.COORDINATION)
def admis(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """A POST: it leaves the house, so it is written in the journal."""
    seance, qui = _tenue(request, pk), personne(request)
    if format not in ("json", "csv"):
        raise Http404("format inconnu")
    offres = avec_liens(seance.offres.filter(etat="acceptee").order_by("section_id", "pk"))
    lignes = passation.lignes_de(offres.prefetch_related("dossier__famille__responsables"), qui)
    journaliser(
        ActionJournal.EXPORT,
        par=qui.agent,
        maintenant=timezone.now(),
        objet=f"admis de la séance {pk}",
        details={"lignes": len(lignes), "format": format},
    )
    if format == "json":
        return _fichier(
            passation.en_json(lignes, seance=pk), "application/json", f"admis-{pk}.json", "attachment"
        )
    return _fichier(passation.en_csv(lignes), "text/csv; charset=utf-8", f"admis-{pk}.csv", "attachment")


def _tenue(request: HttpRequest, pk: int) -> Seance:
    seance = seance_visible(request, pk)
    if seance.etat not in TENUES:
        raise Http404("séance pas encore tenue")
    return seance


def _fichier(octets: bytes, nature: str, nom: str, comment: str) -> HttpResponse:
    reponse = HttpResponse(octets, content_type=nature)
    reponse["Content-Disposition"] = f'{comment}; filename="{nom}"'
    return reponse
