"""The journal, for the data protection officer; the families to contact, for the relais."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from dossiers.forms.journal import FiltreJournalForm
from dossiers.models import ActionJournal
from dossiers.queries import journal as lectures
from dossiers.queries import relais as familles
from dossiers.services.journal import journaliser
from guichet.acces import PageReservee, personne, reserve_a
from guichet.texte import entier_lu
from structures.models import Profil, ServicePartenaire


@reserve_a(Profil.DPO)
def journal(request: HttpRequest) -> HttpResponse:
    form = FiltreJournalForm(request.GET)
    criteres = form.cleaned_data if form.is_valid() else {}
    apres = request.GET.get("apres", "")
    page = lectures.journal(**criteres, apres=apres)
    filtres = {nom: valeur for nom, valeur in request.GET.items() if valeur and nom != "apres"}
    contexte = {
        "form": form,
        "page": page,
        "debut": f"?{urlencode(filtres)}" if apres else "",
        "suivante": f"?{urlencode({**filtres, 'apres': page.suite})}" if page.suite else "",
    }
    return render(request, "dossiers/journal.html", contexte)


@reserve_a(Profil.PARTENAIRE)
def relais(request: HttpRequest) -> HttpResponse:
    """Name, telephone and need of the families who agreed; the reading is written down."""
    moi = personne(request)
    if ServicePartenaire.RELAIS not in moi.services:
        raise PageReservee(frozenset({Profil.PARTENAIRE}))
    apres = entier_lu(request.GET.get("apres")) or 0
    page, suite = familles.familles_a_contacter(apres=apres, sauf=moi.familles_liees)
    details = {"familles": len(page), "apres": apres}
    journaliser(
        ActionJournal.LECTURE,
        par=moi.agent,
        maintenant=timezone.now(),
        objet="Familles à contacter",
        details=details,
    )
    contexte = {
        "familles": page,
        "nombre": familles.nombre(sauf=moi.familles_liees),
        "debut": "?" if apres else "",
        "suivante": f"?apres={suite}" if suite else "",
    }
    return render(request, "dossiers/relais.html", contexte)
