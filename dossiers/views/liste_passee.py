"""The shared list as it stood on a day: looked at, taken out."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import LISTE, LISTE_PASSEE
from dossiers.exports.liste import Origine, nom_du_fichier
from dossiers.forms.liste import ExportForm, ListePasseeForm
from dossiers.models import ActionJournal
from dossiers.queries.liste import Demande, lire_demande
from dossiers.queries.liste.mots import colonnes, mots_du_rang
from dossiers.queries.liste.passee import (
    cles_du_soir,
    debut_de_l_histoire,
    lignes_passees,
    page_passee,
)
from dossiers.services import exports
from dossiers.services.journal import journaliser
from dossiers.views._fichier_liste import en_fichier
from guichet.acces import personne, reserve_a
from guichet.texte import date_longue


@require_safe
@reserve_a(*LISTE_PASSEE)
def liste_passee(request: HttpRequest) -> HttpResponse:
    """One evening's list, for the whole city or one structure."""
    form = ListePasseeForm(request.GET or None, jour=personne(request).jour)
    du_jour = personne(request).est(*LISTE)
    contexte: dict[str, Any] = {"form": form, "page": None, "liste_du_jour": du_jour}
    if form.is_valid():
        demande, au = _demande(request, form), form.cleaned_data["au"]
        page = page_passee(demande, au=au, numero=form.cleaned_data["page"] or 1)
        if not du_jour:
            _journaliser(request, ActionJournal.LECTURE, au, demande, page.total)
        contexte |= {
            "page": page,
            "histoire_depuis": None if page.total else debut_de_l_histoire(),
            "demande": demande,
            "adresse": _adresse(form),
            "colonnes": colonnes(demande),
            "mots_du_rang": mots_du_rang(demande),
            "precedente": _adresse(form, page.numero - 1) if page.numero > 1 else "",
            "suivante": _adresse(form, page.numero + 1) if page.numero < page.pages else "",
        }
    return render(request, "dossiers/liste_passee.html", contexte)


@require_POST
@reserve_a(*LISTE_PASSEE)
def liste_passee_exporter(request: HttpRequest) -> HttpResponseBase:
    """That list as a file; the journal keeps who, which day, how many."""
    form, choix = (
        ListePasseeForm(request.GET, jour=personne(request).jour),
        ExportForm(request.POST, qui=personne(request)),
    )
    if not form.is_valid() or not choix.is_valid():
        contexte = {"form": form, "page": None, "liste_du_jour": personne(request).est(*LISTE)}
        return render(request, "dossiers/liste_passee.html", contexte)
    demande, au, maintenant = _demande(request, form), form.cleaned_data["au"], timezone.now()
    cles, dits = cles_du_soir(demande, au), choix.choix()
    _journaliser(request, ActionJournal.EXPORT, au, demande, len(cles))
    if len(cles) > exports.SEUIL_IMMEDIAT:
        export = exports.demander_export(demande, **dits, au=au, maintenant=maintenant)
        return redirect("structures:tache_detail", export.tache_id)
    colonnes = tuple(dits["colonnes"])
    origine = Origine(demande, maintenant, len(cles), dits["forme"], au=au, colonnes=colonnes)
    lignes, nom = lignes_passees(demande, cles, au=au), nom_du_fichier(origine, dits["format"])
    return en_fichier(origine, lignes, nom=nom, format=dits["format"])


def _demande(request: HttpRequest, form: ListePasseeForm) -> Demande:
    parametres = QueryDict(mutable=True)
    if structure := form.cleaned_data["structure"]:
        parametres["structure"] = structure.code
    return lire_demande(parametres, qui=personne(request), jour=timezone.localdate())


def _adresse(form: ListePasseeForm, page: int = 1) -> str:
    parametres = QueryDict(mutable=True)
    parametres["au"] = form.cleaned_data["au"].isoformat()
    if structure := form.cleaned_data["structure"]:
        parametres["structure"] = structure.code
    if page > 1:
        parametres["page"] = str(page)
    return f"?{parametres.urlencode()}"


def _journaliser(
    request: HttpRequest, action: ActionJournal, au: date, demande: Demande, nombre: int
) -> None:
    qui = personne(request)
    journaliser(
        action,
        par=qui.agent,
        mairie=qui.mairie,
        maintenant=timezone.now(),
        objet=f"liste telle qu’elle était le {date_longue(au)}, {nombre} dossiers",
        details={"au": au.isoformat(), "structure": demande.structure.code if demande.structure else ""},
    )
