"""Around the session: the attendance sheet, opening, closing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commissions.forms.emargement import EmargementForm, OuvertureForm
from commissions.forms.salle import ClotureForm
from commissions.models import EtatSeance, Seance
from commissions.queries.quorum import presences_de, quorum_de
from commissions.services.decisions import ouvrir_seance
from commissions.services.emargement import Emargement, emarger, statut_de
from commissions.services.salle import terminer
from commissions.views.seances import refuser, seance_visible
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from structures.models import Profil


@reserve_a(Profil.COORDINATION)
def emargement(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there; from here the séance opens."""
    seance = seance_visible(request, pk)
    if not seance.gelee:
        raise Http404("la feuille se tient après le gel")
    form = _feuille(request, seance)
    if request.method == "POST" and form.is_valid():
        feuille = {cle: Emargement(*dit) for cle, dit in form.feuille.items()}
        version, agent = form.cleaned_data["version"], personne(request).agent
        try:
            emarger(seance, feuille, version=version, par=agent, maintenant=timezone.now())
        except ErreurMetier as refus:
            refuser(form, refus, seance)
        else:
            messages.success(request, "Feuille de présence enregistrée.")
            return redirect("commissions:seance_emargement", pk)
    return _page(request, seance, form, OuvertureForm())


def _feuille(request: HttpRequest, seance: Seance, *, lire: bool = True) -> EmargementForm:
    presences = presences_de(seance)
    return EmargementForm(
        (request.POST or None) if lire else None,
        presences=presences,
        statuts={p.pk: statut_de(p) for p in presences},
        initial={"version": seance.version},
    )


def _page(
    request: HttpRequest, seance: Seance, form: EmargementForm, ouverture: OuvertureForm
) -> HttpResponse:
    contexte = {
        "seance": seance,
        "form": form,
        "ouverture": ouverture,
        "quorum": quorum_de(form.presences, le=timezone.localdate()),
        "modifiable": seance.etat in (EtatSeance.GELEE, EtatSeance.OUVERTE),
    }
    return render(request, "commissions/emargement.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_POST
def ouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    seance, form = seance_visible(request, pk), OuvertureForm(request.POST)
    raison = form.cleaned_data["sans_quorum"] if form.is_valid() else ""
    try:
        ouvrir_seance(seance, par=personne(request).agent, maintenant=timezone.now(), sans_quorum=raison)
    except ErreurMetier as refus:
        if refus.code != "quorum":
            messages.error(request, refus.message)
            return redirect("commissions:seance_detail", pk)
        dire_refus(form, refus)
        return _page(request, seance, _feuille(request, seance, lire=False), form)
    return redirect("commissions:seance_conduite", pk)


@reserve_a(Profil.COORDINATION)
def cloturer(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of the séance: what is not decided is put off by a person, for a reason."""
    seance = seance_visible(request, pk)
    reste = seance.passages.filter(decision__isnull=True).count()
    form = ClotureForm(request.POST or None, initial={"nombre": reste})
    if request.method == "POST" and form.is_valid():
        try:
            _tenir(request, seance, form)
        except ErreurMetier as refus:
            dire_refus(form, refus)
            form.data = {**form.data.dict(), "nombre": str(reste)}  # type: ignore[attr-defined]
        else:
            messages.success(request, "La séance est tenue\u00a0: le procès-verbal est à relire.")
            return redirect("commissions:seance_detail", pk)
    ouverte = seance.etat == EtatSeance.OUVERTE
    contexte = {"seance": seance, "form": form, "reste": reste, "ouverte": ouverte}
    return render(request, "commissions/cloturer.html", contexte)


def _tenir(request: HttpRequest, seance: Seance, form: ClotureForm) -> None:
    par, maintenant = personne(request).agent, timezone.now()
    terminer(
        seance,
        nombre=form.cleaned_data["nombre"],
        ecart=form.cleaned_data["ecart"],
        par=par,
        maintenant=maintenant,
    )
