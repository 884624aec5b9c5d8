"""The shared list as a file: at once when it is short, by a job when it is long."""

import mimetypes
from collections.abc import Iterator

from django.contrib import messages
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.acces import LISTE, LISTE_PASSEE
from dossiers.exports.liste import Origine, nom_du_fichier
from dossiers.forms.liste import ExportForm
from dossiers.models import ActionJournal, ExportListe
from dossiers.queries.liste import Demande, combien, toutes_les_cles, toutes_les_lignes
from dossiers.services import exports
from dossiers.views._fichier_liste import en_fichier
from dossiers.views.liste import demande_lue, journaliser_sortie
from guichet.acces import personne, reserve_a


@require_POST
@reserve_a(*LISTE)
def liste_exporter(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as a file; the journal keeps who, when, which filters, how many."""
    form, demande = ExportForm(request.POST, qui=personne(request)), demande_lue(request)
    if not form.is_valid():
        messages.error(request, "Ce format ou ces colonnes n’existent pas pour vous.")
        return redirect(f"{reverse('dossiers:liste')}{demande.adresse()}")
    nombre, choix = combien(demande), form.choix()
    journaliser_sortie(request, ActionJournal.EXPORT, demande, nombre, choix)
    if nombre > exports.SEUIL_IMMEDIAT:
        export = exports.demander_export(demande, **choix, maintenant=timezone.now())
        return redirect("structures:tache_detail", export.tache_id)
    return _tout_de_suite(demande, **choix)


def _tout_de_suite(demande: Demande, *, format: str, forme: str, colonnes: list[str]) -> HttpResponseBase:
    cles = toutes_les_cles(demande)
    origine = Origine(demande, timezone.now(), len(cles), forme, colonnes=tuple(colonnes))
    lignes, nom = toutes_les_lignes(demande, cles), nom_du_fichier(origine, format)
    return en_fichier(origine, lignes, nom=nom, format=format)


@require_safe
@reserve_a(*LISTE_PASSEE)
def liste_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The stored file, for its asker while the rights and the masks it was made with still hold."""
    qui = personne(request)
    export = get_object_or_404(ExportListe.objects.exclude(fichier=""), pk=pk, demande_par=qui.agent)
    if not {h.pk for h in qui.habilitations}.issuperset(export.habilitations):
        raise Http404("droits changés depuis")
    if exports.masques_depuis(export):
        messages.error(request, "Un dossier est masqué depuis que ce fichier est fait : refaites l’export.")
        return redirect(exports.adresse_de_la_liste(export))
    return StreamingHttpResponse(
        morceaux(export.fichier),
        content_type=mimetypes.guess_type(export.nom)[0],
        headers={"Content-Disposition": f'attachment; filename="{export.nom}"'},
    )


def morceaux(fichier: FieldFile) -> Iterator[bytes]:
    """Opened when it is sent, closed with it."""
    with fichier.open("rb") as ouvert:
        yield from ouvert.chunks()
