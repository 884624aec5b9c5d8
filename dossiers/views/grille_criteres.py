"""The criteria of a draft: added, corrected, moved, taken away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dossiers.forms.critere import LIBELLES_MODES, CritereForm
from dossiers.models import GrilleCriteres
from dossiers.queries.grilles import document_de
from dossiers.services.grilles import code_libre, modifier_grille
from dossiers.views.grille_brouillons import brouillon_ou_404, phrase, version_affichee, version_lue
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from structures.models import Profil

Document = dict[str, Any]


@reserve_a(Profil.COORDINATION)
def nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    version = brouillon_ou_404(pk)
    document = document_de(version)
    form = _formulaire(request, document, {}, mode=_mode(request, "points"))

    def ajouter(actuel: Document) -> Document:
        pris = {critere["code"] for critere in actuel["criteres"]}
        code = form.cleaned_data["code"] or code_libre(form.lues["libelle"], pris)
        return actuel | {"criteres": [*actuel["criteres"], form.lues | {"code": code}]}

    return _page(request, version, form, ajouter, "Ajouter un critère")


@reserve_a(Profil.COORDINATION)
def modifier(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = brouillon_ou_404(pk)
    document = document_de(version)
    critere = _critere_ou_404(document, code)
    actuel = next(mode for mode in LIBELLES_MODES if mode in critere)
    form = _formulaire(request, document, critere, mode=_mode(request, actuel))

    def remplacer(brut: Document) -> Document:
        return brut | {"criteres": [form.lues if c["code"] == code else c for c in brut["criteres"]]}

    return _page(request, version, form, remplacer, critere["libelle"])


def _mode(request: HttpRequest, defaut: str) -> str:
    mode = request.GET.get("mode", defaut)
    return mode if mode in LIBELLES_MODES else defaut


def _critere_ou_404(document: Document, code: str) -> Document:
    for critere in document["criteres"]:
        if critere["code"] == code:
            return dict(critere)
    raise Http404


def _formulaire(request: HttpRequest, document: Document, critere: Document, *, mode: str) -> CritereForm:
    return CritereForm(
        request.POST or None,
        document=critere,
        mode=mode,
        groupes=[(g["code"], g["libelle"]) for g in document.get("groupes", [])],
        codes_pris={c["code"] for c in document["criteres"]},
    )


def _page(
    request: HttpRequest,
    version: GrilleCriteres,
    form: CritereForm,
    changer: Callable[[Document], Document],
    titre: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            modifier_grille(version, changer, par=personne(request).agent, version_lue=version_lue(request))
        except ErreurMetier as faute:
            form.add_error(None, phrase(faute))
        else:
            messages.success(request, f"« {form.cleaned_data['libelle']} » est enregistré.")
            return redirect("dossiers:grille_detail", pk=version.pk)
    contexte = {"version": version, "form": form, "titre": titre, "modes": LIBELLES_MODES.items()}
    contexte["version_lue"] = version_affichee(request, version)
    return render(request, "dossiers/grille_critere.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_POST
def deplacer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step up or down; at the edge nothing moves."""
    pas = 1 if request.POST.get("sens") == "descendre" else -1

    def permuter(brut: Document) -> Document:
        criteres = list(brut["criteres"])
        rang = next((i for i, c in enumerate(criteres) if c["code"] == code), -1)
        if rang >= 0 and 0 <= rang + pas < len(criteres):
            criteres[rang], criteres[rang + pas] = criteres[rang + pas], criteres[rang]
        return brut | {"criteres": criteres}

    return _changer(request, pk, code, permuter)


@reserve_a(Profil.COORDINATION)
@require_POST
def retirer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    def sans(brut: Document) -> Document:
        plafonds = [
            p | {"criteres": [c for c in p["criteres"] if c != code]} for p in brut.get("plafonds", [])
        ]
        return brut | {
            "criteres": [c for c in brut["criteres"] if c["code"] != code],
            "plafonds": [p for p in plafonds if p["criteres"]],
        }

    return _changer(request, pk, code, sans)


def _changer(
    request: HttpRequest, pk: int, code: str, changer: Callable[[Document], Document]
) -> HttpResponse:
    version = brouillon_ou_404(pk)
    _critere_ou_404(document_de(version), code)
    try:
        modifier_grille(version, changer, par=personne(request).agent)
    except ErreurMetier as faute:
        messages.error(request, phrase(faute))
    adresse = redirect("dossiers:grille_detail", pk=pk)
    adresse["Location"] += f"#critere-{code}"
    return adresse
