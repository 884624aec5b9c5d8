"""Drafts of the grid: copied, loaded, framed, written whole, published, thrown away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.forms.grille import CadreForm, CopieForm, DocumentForm, FichierForm, texte_json
from dossiers.models import Dossier, EtatGrille, GrilleCriteres
from dossiers.queries.grilles import document_de, version_en_vigueur
from dossiers.services.grilles import (
    charger_grille,
    code_libre,
    copier_grille,
    modifier_grille,
    supprimer_brouillon,
)
from dossiers.services.publication import a_venir, deprogrammer_grille, programmer_grille, publier_grille
from dossiers.views.grilles import grille_lisible
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier
from guichet.texte import date_longue, entier_lu
from structures.models import Profil


def brouillon_ou_404(pk: int) -> GrilleCriteres:
    return get_object_or_404(GrilleCriteres, pk=pk, etat=EtatGrille.BROUILLON)


def phrase(faute: ErreurMetier) -> str:
    """A fault of the grid's reader as a sentence."""
    message = faute.message[:1].upper() + faute.message[1:]
    return message if message.endswith(".") else f"{message}."


@reserve_a(Profil.COORDINATION)
def copier(request: HttpRequest, pk: int) -> HttpResponse:
    version = grille_lisible(request, pk)
    form = CopieForm(request.POST or None, initial={"nom": f"{version.nom}, copie"[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            copie = copier_grille(version, **form.cleaned_data, par=personne(request).agent)
        except ErreurMetier as faute:
            form.add_error(faute.champ if faute.champ in form.fields else None, phrase(faute))
        else:
            messages.success(request, "Le brouillon est prêt : modifiez ses critères, puis publiez-le.")
            return redirect("dossiers:grille_detail", pk=copie.pk)
    contexte = {"form": form, "version": version, "titre": "Copier cette grille", "version_lue": ""}
    return render(request, "dossiers/grille_formulaire.html", contexte)


@reserve_a(Profil.COORDINATION)
def importer(request: HttpRequest) -> HttpResponse:
    form = FichierForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = charger_grille(form.document, par=personne(request).agent, maintenant=timezone.now())
        except ErreurMetier as faute:
            form.add_error("fichier", phrase(faute))
        else:
            messages.success(request, f"« {version.nom} » est chargée en brouillon.")
            return redirect("dossiers:grille_detail", pk=version.pk)
    contexte = {"form": form, "version": None, "titre": "Charger une grille", "version_lue": ""}
    return render(request, "dossiers/grille_formulaire.html", contexte)


@reserve_a(Profil.COORDINATION)
def cadre(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, dates, exclusive groups and ceilings."""
    version = brouillon_ou_404(pk)
    form = CadreForm(request.POST or None, document=document_de(version))
    if request.method == "POST" and form.is_valid():
        try:
            modifier_grille(
                version,
                lambda document: form.appliquer(document, code_libre),
                par=personne(request).agent,
                version_lue=version_lue(request),
            )
        except ErreurMetier as faute:
            form.add_error(faute.champ if faute.champ in form.fields else None, phrase(faute))
        else:
            messages.success(request, "Le cadre de la grille est enregistré.")
            return redirect("dossiers:grille_detail", pk=pk)
    contexte = {"version": version, "form": form, "version_lue": version_affichee(request, version)}
    return render(request, "dossiers/grille_cadre.html", contexte)


@reserve_a(Profil.COORDINATION)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The expert's path: the whole draft as JSON."""
    version = brouillon_ou_404(pk)
    form = DocumentForm(request.POST or None, initial={"texte": texte_json(document_de(version))})
    if request.method == "POST" and form.is_valid():
        try:
            modifier_grille(
                version,
                lambda _: form.document,
                par=personne(request).agent,
                version_lue=version_lue(request),
            )
        except ErreurMetier as faute:
            form.add_error("texte", phrase(faute))
        else:
            messages.success(request, "Le brouillon est enregistré.")
            return redirect("dossiers:grille_detail", pk=pk)
    contexte = {"form": form, "version": version, "titre": "La grille en JSON"}
    contexte["version_lue"] = version_affichee(request, version)
    return render(request, "dossiers/grille_formulaire.html", contexte)


def version_affichee(request: HttpRequest, version: GrilleCriteres) -> str:
    """What the page was opened on: a refused save must not pass for one that read the other's work."""
    return request.POST.get("version_lue") or str(version.version)


def version_lue(request: HttpRequest) -> int | None:
    return entier_lu(request.POST.get("version_lue"))


@reserve_a(Profil.COORDINATION)
def publier(request: HttpRequest, pk: int) -> HttpResponse:
    version = brouillon_ou_404(pk)
    refus, programme = "", a_venir(version, maintenant=timezone.now())
    if request.method == "POST":
        try:
            if programme:
                programmer_grille(version, par=personne(request).agent, maintenant=timezone.now())
                messages.success(
                    request, f"« {version.nom} » entrera en vigueur le {date_longue(version.debut)}."
                )
                return redirect("dossiers:grille_detail", pk=pk)
            tache = publier_grille(version, par=personne(request).agent, maintenant=timezone.now())
        except ErreurMetier as faute:
            refus = phrase(faute)
        else:
            return redirect("structures:tache_detail", pk=tache.pk)
    contexte = {
        "version": version,
        "actuelle": version_en_vigueur(),
        "nombre": Dossier.objects.en_attente().count(),
        "refus": refus,
        "programme": programme,
    }
    return render(request, "dossiers/grille_publier.html", contexte)


@reserve_a(Profil.COORDINATION)
@require_POST
def deprogrammer(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(GrilleCriteres, pk=pk, etat=EtatGrille.PROGRAMMEE)
    try:
        deprogrammer_grille(version, par=personne(request).agent, maintenant=timezone.now())
    except ErreurMetier as faute:
        messages.error(request, phrase(faute))
    else:
        messages.success(request, f"« {version.nom} » est de nouveau un brouillon.")
    return redirect("dossiers:grille_detail", pk=pk)


@reserve_a(Profil.COORDINATION)
@require_POST
def supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    version = brouillon_ou_404(pk)
    try:
        supprimer_brouillon(version, par=personne(request).agent)
    except ErreurMetier as faute:
        messages.error(request, phrase(faute))
        return redirect("dossiers:grille_detail", pk=pk)
    messages.success(request, f"Le brouillon « {version.nom} » est supprimé.")
    return redirect("dossiers:grilles")
