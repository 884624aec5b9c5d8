"""The proposal of a séance: asking for it, reading it, and understanding each answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.acces import COMMISSION, seances_visibles, versions_visibles
from commissions.models import Passage, Seance, VersionOrdreDuJour
from commissions.queries.agenda import contenu_agenda, passage_d_ordre
from commissions.queries.candidats import places_de
from commissions.queries.pages_autour import page_habitude, page_vides
from commissions.queries.pages_proposition import (
    Lecteur,
    fratrie_de,
    page_enfant,
    section_lue,
    sections_proposees,
)
from commissions.queries.proposition import PropositionLue, derniere_proposition, lire_proposition
from commissions.services.proposition import demander_proposition
from commissions.views.seances import seance_visible
from guichet.acces import Deport, personne, reserve_a
from guichet.barres_svg import barres
from guichet.erreurs import ErreurMetier
from guichet.texte import entier_lu
from structures.models import Profil


@reserve_a(*COMMISSION)
@require_safe
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """Where children enter, one section's lines and why; before a proposal, the gesture that asks for one."""
    seance, lecteur = seance_visible(request, pk), _lecteur(request)
    if not seance.gelee:
        raise Http404
    proposition, ordre = derniere_proposition(seance), request.GET.get("ordre")
    contexte = {"proposition": proposition, "ordre": ordre} | _commun(request, seance, lecteur)
    if proposition is not None:
        if ordre and (passage := passage_d_ordre(lecteur.lisibles(seance), ordre)):
            return redirect(f"{reverse('commissions:pourquoi', args=[passage.pk])}{lecteur.suite}")
        contenu = contenu_agenda(seance, le=timezone.localdate())
        lue = lire_proposition(proposition, contenu.places)
        sections = sections_proposees(lue, contenu, lecteur)
        choisie = section_lue(sections, entier_lu(request.GET.get("section")))
        contexte |= {"lue": lue, "sections": sections, "choisie": choisie}
    return render(request, "commissions/proposition.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_POST
def demander(request: HttpRequest, pk: int) -> HttpResponse:
    seance = seance_visible(request, pk)
    try:
        tache = demander_proposition(seance, par=personne(request).agent)
    except ErreurMetier as refus:
        messages.error(request, refus.message)
        return redirect("commissions:seance_detail", pk)
    return redirect("structures:tache_detail", tache.pk)


@reserve_a(*COMMISSION)
@require_safe
def vides(request: HttpRequest, pk: int) -> HttpResponse:
    """The half-days nobody completes, and the part-timers that would share a place."""
    seance, lecteur = seance_visible(request, pk), _lecteur(request)
    lue, contenu = _lue(seance), contenu_agenda(seance, le=timezone.localdate())
    contexte = {"page": page_vides(lue, contenu, lecteur)} | _commun(request, seance, lecteur)
    return render(request, "commissions/proposition_vides.html", contexte)


@reserve_a(*COMMISSION)
@require_safe
def habitude(request: HttpRequest, pk: int) -> HttpResponse:
    """What « first choices first » would have given, and who would be wronged by it."""
    seance, lecteur = seance_visible(request, pk), _lecteur(request)
    lue, contenu = _lue(seance), contenu_agenda(seance, le=timezone.localdate())
    page = page_habitude(lue, contenu, lecteur)
    lignes = [ligne for rang in page.par_rang for ligne in _deux(*rang)] if page else []
    graphique = barres("Enfants à qui une place est proposée", ["enfants"], lignes, unite="enfants")
    contexte = {"page": page, "graphique": graphique} | _commun(request, seance, lecteur)
    return render(request, "commissions/proposition_habitude.html", contexte)


def _deux(nom: str, proposition: int, habitude: int) -> list[tuple[str, tuple[int]]]:
    return [(f"{nom}, proposition", (proposition,)), (f"{nom}, habitude", (habitude,))]


@reserve_a(*COMMISSION)
@require_safe
def pourquoi(request: HttpRequest, pk: int) -> HttpResponse:
    """One child, wish by wish; a protected dossier has no such page."""
    qui = personne(request)
    passage = get_object_or_404(
        Passage.objects.select_related("dossier__famille", "seance").defer("seance__instance"),
        pk=pk,
        seance__in=seances_visibles(qui),
        protege=False,
        dossier__famille__protegee=False,
    )
    if passage.dossier.famille_id in qui.familles_liees:
        raise Deport("famille liée")
    lue, places = _lue(passage.seance), places_de(passage.seance)
    lecteur = _lecteur(request)
    fratrie = fratrie_de(passage, lecteur)
    contexte = {
        "seance": passage.seance,
        "page": page_enfant(passage, lue, places, fratrie),
        "nominative": lecteur.nominative,
        "prepare": qui.est(Profil.COORDINATION),
    }
    return render(request, "commissions/pourquoi.html", contexte)


def _lecteur(request: HttpRequest) -> Lecteur:
    """Names only for whoever may read the version with names, and asked for it."""
    qui, version = personne(request), request.GET.get("version", VersionOrdreDuJour.SANS_NOMS)
    if version not in versions_visibles(qui):
        raise Http404
    return Lecteur(qui.familles_liees, version == VersionOrdreDuJour.NOMINATIVE)


def _commun(request: HttpRequest, seance: Seance, lecteur: Lecteur) -> dict[str, Any]:
    prepare = personne(request).est(Profil.COORDINATION)
    return {"seance": seance, "nominative": lecteur.nominative, "prepare": prepare}


def _lue(seance: Seance) -> PropositionLue:
    proposition = derniere_proposition(seance)
    if proposition is None:
        raise Http404
    return lire_proposition(proposition)
