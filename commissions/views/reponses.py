"""The answers of a séance: its letters prepared, read, released; what families said."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.exports.lettres import contexte_impression
from commissions.forms.reponses import EnvoiForm
from commissions.models import Lettre, LotLettres
from commissions.queries.appels import feuille_d_appel
from commissions.queries.offres import reponses_de
from commissions.services.lettres import demander_lettres, seance_notifiable
from commissions.services.remise import demander_remise
from commissions.views.seances import seance_visible
from dossiers.acces import ferme_par_protection
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil
from structures.queries import identite


@require_safe
@reserve_a(Profil.COORDINATION)
def reponses(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk, EnvoiForm())


def _page(request: HttpRequest, pk: int, form: EnvoiForm) -> HttpResponse:
    seance, qui = seance_visible(request, pk), personne(request)
    contexte = {
        "seance": seance,
        "reponses": reponses_de(seance, qui),
        "a_appeler": len(feuille_d_appel(seance, qui, jour=qui.jour)) if seance.gelee else 0,
        "form": form,
        "notifiable": seance_notifiable(seance),
    }
    return render(request, "commissions/reponses.html", contexte)


@require_POST
@reserve_a(Profil.COORDINATION)
def preparer(request: HttpRequest, pk: int) -> HttpResponse:
    seance, form = seance_visible(request, pk), EnvoiForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form)
    try:
        lot = demander_lettres(
            seance,
            envoi_le=form.cleaned_data["envoi_le"],
            par=personne(request).agent,
            maintenant=timezone.now(),
        )
    except ErreurMetier as refus:
        dire_refus(form, refus)
        return _page(request, pk, form)
    return redirect("structures:tache_detail", lot.tache_id)


@require_POST
@reserve_a(Profil.COORDINATION)
def remettre(request: HttpRequest, pk: int) -> HttpResponse:
    lot = get_object_or_404(LotLettres.objects.select_related("seance"), pk=pk)
    try:
        tache = demander_remise(lot, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("commissions:reponses", lot.seance_id)
    return redirect("structures:tache_detail", tache.pk)


@require_safe
@reserve_a(Profil.COORDINATION)
def impression(request: HttpRequest, pk: int) -> HttpResponse:
    """The print file of a batch; whoever steps aside for one of its families reads letters one by one."""
    lot = get_object_or_404(LotLettres.objects.exclude(fichier=""), pk=pk)
    if lot.lettres.filter(dossier__famille__in=personne(request).familles_liees).exists():
        messages.warning(
            request, "Vous êtes déporté d’un dossier de ce lot\u00a0: lisez les lettres une à une."
        )
        return redirect("commissions:reponses", lot.seance_id)
    with lot.fichier.open("rb") as fichier:
        return _pdf(fichier.read(), f"lettres-{lot.pk}")


def _lettre(request: HttpRequest, pk: int) -> Lettre:
    """The letter, or 404 for a linked person or a protected family of another counter; the reading noted."""
    qui = personne(request)
    liens = ("dossier__enfant", "dossier__famille", "dossier__mairie", "lot", "modele")
    lettre = get_object_or_404(Lettre.objects.select_related(*liens), pk=pk)
    if lettre.dossier.famille_id in qui.familles_liees or ferme_par_protection(qui, lettre.dossier):
        raise Http404("lettre fermée à cette personne")
    journaliser(
        ActionJournal.LECTURE,
        par=qui.agent,
        mairie=qui.mairie,
        maintenant=timezone.now(),
        dossier=lettre.dossier,
        objet="lettre",
    )
    return lettre


@require_safe
@reserve_a(Profil.AGENT, Profil.COORDINATION)
def lettre(request: HttpRequest, pk: int) -> HttpResponse:
    lue = _lettre(request, pk)
    contexte = contexte_impression([lue], ville=identite().nom, le=lue.lot.envoi_le)
    return render(request, "commissions/lettre.html", {"lettre": lue, **contexte})


@require_safe
@reserve_a(Profil.AGENT, Profil.COORDINATION)
def lettre_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    lue = _lettre(request, pk)
    if not lue.fichier:
        raise Http404("lettre sans fichier")
    with lue.fichier.open("rb") as fichier:
        return _pdf(fichier.read(), f"lettre-{lue.dossier.numero}")


def _pdf(octets: bytes, nom: str) -> HttpResponse:
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}.pdf"'
    return reponse
