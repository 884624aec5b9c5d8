"""Freezing a séance, reading its agenda at once, printing it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION, seances_visibles, versions_visibles
from commissions.exports.ordre_du_jour import contexte_agenda
from commissions.models import OrdreDuJour, Passage, VersionOrdreDuJour
from commissions.queries.agenda import passage_d_ordre
from commissions.queries.seances import examen_des_dossiers
from commissions.services.travaux import demander_gel, demander_impression
from commissions.views.seances import seance_visible
from dossiers.services.liens import declarer_lien
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil

PAR_PAGE = 50


@reserve_a(Profil.COORDINATION)
def geler(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    if request.method == "POST":
        try:
            tache = demander_gel(seance, par=personne(request).agent)
        except ErreurMetier as refus:
            messages.error(request, refus.message)
            return redirect("commissions:seance_detail", pk)
        return redirect("structures:tache_detail", tache.pk)
    maintenant = timezone.now()
    contexte = {
        "seance": seance,
        "examen": examen_des_dossiers(seance, maintenant=maintenant),
        "avant_cloture": timezone.localdate(maintenant) <= seance.cloture_le,
    }
    return render(request, "commissions/geler.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_safe
def ecartes(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is not in the list, and why."""
    seance, motif = seance_visible(request, pk), request.GET.get("motif", "")
    examen = examen_des_dossiers(seance, maintenant=timezone.now(), motif=motif)
    lies = personne(request).dossiers_lies
    montres = [(lecture, raison) for lecture, raison in examen.dossiers if lecture.ligne["id"] not in lies]
    page = Paginator(montres, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"seance": seance, "examen": examen, "page": page, "motif": motif}
    return render(request, "commissions/ecartes.html", contexte)


@reserve_a(*COMMISSION)
@require_safe
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The instant twin of the printed agenda; there is none before the freeze."""
    seance, qui = seance_visible(request, pk), personne(request)
    version = request.GET.get("version", VersionOrdreDuJour.SANS_NOMS)
    if not seance.gelee or version not in versions_visibles(qui):
        raise Http404
    contexte = contexte_agenda(seance, version, le=timezone.localdate(), familles_liees=qui.familles_liees)
    return render(request, "commissions/agenda.html", contexte)


@reserve_a(*COMMISSION)
@require_POST
def deport(request: HttpRequest, pk: int) -> HttpResponse:
    """« Je connais cette famille », by the order number of the agenda: its line closes at once."""
    seance, qui = seance_visible(request, pk), personne(request)
    lisibles = seance.passages.filter(protege=False).select_related("dossier")
    passage = passage_d_ordre(lisibles, request.POST.get("ordre", ""))
    if passage is None:
        messages.error(request, "Aucune ligne de cet ordre du jour ne porte ce numéro d’ordre.")
    else:
        declarer_lien(passage.dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
        messages.success(request, "Déport enregistré : la ligne de cette famille ne vous est plus montrée.")
    return redirect("commissions:agenda", pk)


@reserve_a(Profil.COORDINATION)
@require_POST
def imprimer(request: HttpRequest, pk: int) -> HttpResponse:
    seance, qui = seance_visible(request, pk), personne(request)
    version = request.POST.get("version", VersionOrdreDuJour.SANS_NOMS)
    if version not in versions_visibles(qui):
        raise Http404
    try:
        ordre = demander_impression(seance, version, par=qui.agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("commissions:seance_detail", pk)
    return redirect("structures:tache_detail", ordre.tache_id)


@reserve_a(*COMMISSION)
@require_safe
def ordre_du_jour(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored file; 404 for a version this person may not read, or a file not made yet."""
    qui = personne(request)
    ordre = get_object_or_404(
        OrdreDuJour.objects.exclude(empreinte=""),
        pk=pk,
        seance__in=seances_visibles(qui),
        version__in=versions_visibles(qui),
    )
    siens = Passage.objects.filter(seance=ordre.seance_id, dossier__famille__in=qui.familles_liees)
    if siens.exists():
        # The file is the same for everyone: whoever steps aside reads the page, where the line is closed.
        messages.warning(
            request, "Vous êtes déporté d’un dossier : lisez l’ordre du jour ici, sa ligne est masquée."
        )
        return redirect("commissions:agenda", ordre.seance_id)
    nom = f"ordre-du-jour-{ordre.seance_id}-{ordre.version.replace('_', '-')}.pdf"
    with ordre.fichier.open("rb") as fichier:
        reponse = HttpResponse(fichier.read(), content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}"'
    return reponse
