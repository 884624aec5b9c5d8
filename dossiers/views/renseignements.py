"""Information contacts: taken at the counter, listed, counted, turned into a dossier."""

from datetime import date
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import GUICHET
from dossiers.forms.renseignement import (
    ComptesForm,
    FiltreRenseignementsForm,
    RenseignementForm,
    feuille_du_renseignement,
)
from dossiers.models import TypeBesoin
from dossiers.queries import renseignements as lectures
from dossiers.services.renseignements import noter_renseignement, ouvrir_un_brouillon
from guichet.acces import Personne, personne, reserve_a
from guichet.barres_svg import barres
from guichet.erreurs import ErreurMetier
from guichet.formulaires import dire_refus
from guichet.texte import entier_lu
from structures.models import Mairie, Profil
from structures.regles.ages import ajouter_mois


def _mairies(qui: Personne) -> list[Mairie]:
    """Where this person may receive: their counters, any of them for the coordination."""
    siennes = Mairie.objects.filter(pk__in=qui.mairies)
    return list(Mairie.objects.filter(ouverte=True) if qui.est(Profil.COORDINATION) else siennes)


@reserve_a(*GUICHET)
def nouveau(request: HttpRequest) -> HttpResponse:
    qui, maintenant = personne(request), timezone.now()
    mairies = _mairies(qui)
    initial = {"mairie": qui.mairie}
    form = RenseignementForm(request.POST or None, mairies=mairies, le=qui.jour, initial=initial)
    if request.method == "POST" and form.is_valid():
        dit = {"mairie": mairies[0]} | form.cleaned_data
        try:
            noter_renseignement(**dit, par=qui.agent, maintenant=maintenant)
        except ErreurMetier as refus:
            dire_refus(form, refus)
        else:
            messages.success(request, "Renseignement noté.")
            return redirect("dossiers:renseignements")
    statut = 422 if form.errors else 200
    return render(request, "dossiers/renseignement.html", {"form": form}, status=statut)


@require_safe
@reserve_a(*GUICHET)
def liste(request: HttpRequest) -> HttpResponse:
    qui = personne(request)
    form = FiltreRenseignementsForm(request.GET, mairies=_mairies(qui), le=qui.jour)
    criteres = form.cleaned_data if form.is_valid() else {}
    apres = entier_lu(request.GET.get("apres")) or 0
    page = lectures.page_renseignements(qui, **criteres, apres=apres)
    filtres = {nom: valeur for nom, valeur in request.GET.items() if valeur and nom != "apres"}
    contexte = {
        "form": form,
        "page": page,
        "toute_la_ville": qui.est(Profil.COORDINATION),
        "debut": f"?{urlencode(filtres)}" if apres else "",
        "suivante": f"?{urlencode({**filtres, 'apres': page.suite})}" if page.suite else "",
    }
    return render(request, "dossiers/renseignements.html", contexte)


@require_POST
@reserve_a(*GUICHET)
def en_faire_un_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """One gesture: a draft of one's own, open on the entry page."""
    qui, jeton = personne(request), uuid4().hex
    pris = get_object_or_404(lectures.renseignements_visibles(qui), pk=pk)
    feuille = feuille_du_renseignement(pris, jour=qui.jour.isoformat(), commune=settings.VILLE, jeton=jeton)
    try:
        brouillon = ouvrir_un_brouillon(
            pris, donnees=feuille.donnees(), jeton=jeton, par=qui.agent, maintenant=timezone.now()
        )
    except ErreurMetier as refus:
        messages.warning(request, refus.message)
        return redirect("dossiers:renseignements")
    return redirect(f"{reverse('dossiers:nouveau')}?brouillon={brouillon.pk}")


@require_safe
@reserve_a(Profil.COORDINATION)
def comptes(request: HttpRequest) -> HttpResponse:
    jour = personne(request).jour
    form = ComptesForm(request.GET, le=jour)
    dit = form.cleaned_data if form.is_valid() else {}
    axe, du, au = dit.get("par") or "mois", dit.get("du") or _il_y_a_un_an(jour), dit.get("au") or jour
    lignes, somme = lectures.compter(axe, du=du, au=au)
    graphique = barres(
        f"Renseignements par {dict(lectures.AXES)[axe].lower()}",
        ("sans dossier", "devenus un dossier"),
        [(c.libelle, (c.total - c.dossiers, c.dossiers)) for c in lignes],
        unite="renseignements",
    )
    contexte = {"form": form, "lignes": lignes, "somme": somme, "periode": (du, au), "graphique": graphique}
    contexte |= {"axe": dict(lectures.AXES)[axe], "besoins": [b.label for b in TypeBesoin]}
    contexte |= {"definitions": lectures.DEFINITIONS}
    return render(request, "dossiers/renseignements_comptes.html", contexte)


def _il_y_a_un_an(jour: date) -> date:
    return ajouter_mois(jour.replace(day=1), -11)
