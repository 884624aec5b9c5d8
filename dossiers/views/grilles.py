"""Reading the grid: its versions, one version in words, its file, a situation tried on it."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.forms.essai import EssaiForm
from dossiers.models import EtatGrille, GrilleCriteres
from dossiers.queries.grilles import document_de, grille_pure, grilles_lisibles
from dossiers.regles.cotation import coter
from dossiers.regles.description import TEXTE_DEPARTAGE, decrire, maximum_en_mots
from dossiers.regles.grille import Grille
from guichet.acces import personne, reserve_a
from structures.models import Profil

LECTEURS = (Profil.AGENT, Profil.COORDINATION, Profil.DIRECTION, Profil.MEMBRE, Profil.PRESIDENCE)
_ORDRE = (
    *(EtatGrille.EN_VIGUEUR, EtatGrille.EN_PUBLICATION, EtatGrille.PROGRAMMEE),
    *(EtatGrille.BROUILLON, EtatGrille.REMPLACEE),
)


def grille_lisible(request: HttpRequest, pk: int) -> GrilleCriteres:
    """A draft is a 404 for whoever may not edit it: it is not the city's grid."""
    brouillons = personne(request).est(Profil.COORDINATION)
    version = grilles_lisibles(brouillons=brouillons).filter(pk=pk).first()
    if version is None:
        raise Http404
    return version


@reserve_a(*LECTEURS)
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    redige = personne(request).est(Profil.COORDINATION)
    toutes = list(grilles_lisibles(brouillons=redige))
    toutes.sort(key=lambda v: _ORDRE.index(EtatGrille(v.etat)))
    return render(request, "dossiers/grilles.html", {"versions": toutes, "redige": redige})


@reserve_a(*LECTEURS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    version = grille_lisible(request, pk)
    grille = grille_pure(version)
    redige = personne(request).est(Profil.COORDINATION)
    contexte = {
        "version": version,
        "criteres": decrire(grille),
        "plafonds": _plafonds(grille),
        "groupes": grille.groupes or (),
        "departage": TEXTE_DEPARTAGE[version.departage],
        "maximum": maximum_en_mots(grille),
        "redige": redige,
        "essayer": personne(request).est(Profil.AGENT, Profil.COORDINATION),
        "modifiable": redige and version.etat == EtatGrille.BROUILLON,
        "programmee": version.etat == EtatGrille.PROGRAMMEE,
    }
    return render(request, "dossiers/grille_detail.html", contexte)


def _plafonds(grille: Grille) -> list[tuple[str, str, list[str]]]:
    libelles = {critere.code: critere.libelle for critere in grille.criteres}
    return [(p.libelle, p.en_mots(), [libelles[c] for c in p.criteres]) for p in grille.plafonds or ()]


@reserve_a(*LECTEURS)
@require_safe
def fichier(request: HttpRequest, pk: int) -> HttpResponse:
    """The version as its JSON file, to keep, to compare or to load elsewhere."""
    version = grille_lisible(request, pk)
    texte = json.dumps(document_de(version), ensure_ascii=False, indent=2) + "\n"
    reponse = HttpResponse(texte, content_type="application/json; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="grille-{version.pk}.json"'
    return reponse


@reserve_a(Profil.COORDINATION, Profil.AGENT)
@require_safe
def essai(request: HttpRequest, pk: int) -> HttpResponse:
    """A situation made up on the spot: the lines it would get, nothing is written."""
    version = grille_lisible(request, pk)
    grille = grille_pure(version)
    form = EssaiForm(grille, request.GET if "essayer" in request.GET else None)
    cotation = coter(grille, form.situation) if form.is_bound and form.is_valid() else None
    contexte = {"version": version, "form": form, "cotation": cotation}
    return render(request, "dossiers/grille_essai.html", contexte)
