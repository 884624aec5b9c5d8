"""The session in the room: the screen that runs it, and the one every member follows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION
from commissions.exports.salle import contexte_salle, jeton_salle
from commissions.forms.salle import AnnulerForm, BlocForm, GesteForm, MontrerForm, RaisonsForm
from commissions.models import EtatSeance, PassageVoeu, Seance
from commissions.queries.avis import avis_de
from commissions.queries.reste import consequences, sort_essaye
from commissions.services.decisions import annuler_geste
from commissions.services.salle import decider as decider_ligne
from commissions.services.salle import montrer as montrer_ligne
from commissions.services.salle import recalculer as recalculer_reste
from commissions.services.salle import suit, valider_bloc
from commissions.views.seances import seance_visible
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from guichet.texte import accord, entier_lu
from structures.models import Profil

A_DIRE = ("ecart_a_motiver", "motif_a_dire")


@reserve_a(Profil.COORDINATION)
@require_safe
def conduite(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen of whoever runs the séance: nameless, it may be thrown on the wall as it is."""
    seance, qui = seance_visible(request, pk), personne(request)
    if seance.etat != EtatSeance.OUVERTE:
        return redirect("commissions:seance_detail", pk)
    contexte = contexte_salle(
        seance,
        jour=timezone.localdate(),
        section=entier_lu(request.GET.get("section")),
        voeu=entier_lu(request.GET.get("ligne")),
        familles_liees=qui.familles_liees,
    )
    return render(request, "commissions/conduite.html", contexte)


@reserve_a(*COMMISSION)
@require_safe
def suivi(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen of each member: asked again every three seconds, it answers 204 when nothing moved."""
    seance, qui = seance_visible(request, pk), personne(request)
    jeton = jeton_salle(seance, qui.familles_liees)
    if request.headers.get("HX-Request") and request.GET.get("etat") == jeton:
        return HttpResponse(status=204)
    contexte: dict[str, Any] = {"seance": seance, "jeton": jeton, "suivi": True, "s": None}
    if seance.etat == EtatSeance.OUVERTE:
        lu = contexte_salle(seance, jour=timezone.localdate(), familles_liees=qui.familles_liees, suivi=True)
        contexte = {**lu, **contexte, "s": lu["s"]}
    gabarit = "commissions/_suivi.html" if request.headers.get("HX-Request") else "commissions/suivi.html"
    return render(request, gabarit, contexte)


def _vers(seance: Seance, section: int | None = None, voeu: int | None = None) -> HttpResponse:
    adresse = reverse("commissions:seance_conduite", args=[seance.pk])
    if section:
        adresse += f"?section={section}" + (f"&ligne={voeu}" if voeu else "")
    return redirect(adresse)


@reserve_a(Profil.COORDINATION)
@require_POST
def montrer(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the room to a section or a line."""
    seance, form = seance_visible(request, pk), MontrerForm(request.POST)
    if not form.is_valid():
        return _vers(seance)
    section, voeu = form.cleaned_data["section"], form.cleaned_data["voeu"]
    try:
        montrer_ligne(seance, section=section, voeu=voeu, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return _vers(seance)
    return _vers(seance, section, voeu)


@reserve_a(Profil.COORDINATION)
@require_POST
def decider(request: HttpRequest, pk: int) -> HttpResponse:
    """One avis. When a reason is missing, a page asks it and says who would gain or lose elsewhere."""
    seance, geste = seance_visible(request, pk), GesteForm(request.POST)
    if not geste.is_valid():
        messages.error(request, "Ce geste n’a pas été compris : rien n’a été changé.")
        return _vers(seance)
    voeu = _voeu(request, seance, geste.cleaned_data["voeu"])
    sens, jours = geste.cleaned_data["geste"]
    ecarte = suit(avis_de(seance).get(voeu.passage_id), voeu, sens, jours) is False
    form = RaisonsForm(request.POST if "raisons" in request.POST else None, sens=sens, ecarte=ecarte)
    raisons = form.cleaned_data if form.is_bound and form.is_valid() else {}
    try:
        if form.is_bound and not form.is_valid():
            raise ErreurMetier("motif_a_dire", "")
        _ecrire(request, voeu, geste, raisons)
    except ErreurMetier as refus:
        if refus.code in A_DIRE:
            return _demander_raisons(request, voeu, geste, form, refus)
        messages.error(request, refus.message)
        return _vers(seance, voeu.section_id, voeu.pk)
    return _suivante(seance, voeu)


def _voeu(request: HttpRequest, seance: Seance, pk: int) -> PassageVoeu:
    """The line, or 404 for whoever stepped aside from its family."""
    lignes = PassageVoeu.objects.select_related("passage__dossier__famille", "section__structure")
    lignes = lignes.exclude(passage__dossier__famille__in=personne(request).familles_liees)
    return get_object_or_404(lignes, pk=pk, passage__seance=seance)


def _ecrire(request: HttpRequest, voeu: PassageVoeu, geste: GesteForm, raisons: dict[str, Any]) -> None:
    sens, jours = geste.cleaned_data["geste"]
    decider_ligne(
        voeu,
        sens=sens,
        demi_journees=jours,
        version=geste.cleaned_data["version"],
        motif=raisons.get("motif") or "",
        ecart=raisons.get("ecart") or "",
        rang=raisons.get("rang"),
        par=personne(request).agent,
        maintenant=timezone.now(),
    )


def _demander_raisons(
    request: HttpRequest, voeu: PassageVoeu, geste: GesteForm, form: RaisonsForm, refus: ErreurMetier
) -> HttpResponse:
    sens, jours = geste.cleaned_data["geste"]
    if form.is_bound and refus.message:
        dire_refus(form, refus)
    liees = personne(request).familles_liees
    seance = voeu.passage.seance
    contexte = {
        "seance": seance,
        "voeu": voeu,
        "reservee": voeu.passage.protege or voeu.passage.dossier.famille.protegee,
        "geste": request.POST["geste"],
        "version": geste.cleaned_data["version"],
        "sens": sens.label,
        "jours": jours,
        "form": form,
        "ecarte": "ecart" in form.fields,
        "deplaces": consequences(seance, voeu, sort_essaye(seance, voeu, sens, jours), familles_liees=liees),
    }
    return render(request, "commissions/decision.html", contexte, status=200)


def _suivante(seance: Seance, voeu: PassageVoeu) -> HttpResponse:
    """After an avis the room looks at the next line of the section that waits for one."""
    attendent = PassageVoeu.objects.filter(
        passage__seance=seance, section=voeu.section_id, passage__decision__isnull=True
    ).order_by("rang")
    suivante = attendent.filter(rang__gt=voeu.rang).first() or attendent.first() or voeu
    montrer_ligne(seance, section=voeu.section_id, voeu=suivante.pk, maintenant=timezone.now())
    return _vers(seance, voeu.section_id, suivante.pk)


@reserve_a(Profil.COORDINATION)
@require_POST
def bloc(request: HttpRequest, pk: int) -> HttpResponse:
    seance, form = seance_visible(request, pk), BlocForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Aucune ligne à valider : rien n’a été changé.")
        return _vers(seance)
    place = get_object_or_404(seance.places, section=form.cleaned_data["section"])
    try:
        nombre = valider_bloc(
            seance,
            place,
            lignes=form.cleaned_data["lignes"],
            par=personne(request).agent,
            maintenant=timezone.now(),
        )
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        mots = accord(nombre, "ligne validée,lignes validées")
        messages.success(request, f"{mots}, conformes à la proposition.")
    return _vers(seance, place.section_id)


@reserve_a(Profil.COORDINATION)
@require_POST
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    seance, form = seance_visible(request, pk), AnnulerForm(request.POST)
    geste = form.cleaned_data["geste"] if form.is_valid() else -1
    try:
        annulees = annuler_geste(seance, geste=geste, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, f"{accord(len(annulees), 'décision annulée,décisions annulées')}.")
    return _vers(seance, entier_lu(request.POST.get("section")))


@reserve_a(Profil.COORDINATION)
@require_POST
def recalculer(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    try:
        recalculer_reste(seance, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(
            request, "Proposition refaite pour les lignes non décidées ; les autres ne bougent pas."
        )
    return _vers(seance, entier_lu(request.POST.get("section")))
