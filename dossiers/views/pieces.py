"""Several pieces in one save, a piece asked again, and what both change of the points."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.acces import GUICHET
from dossiers.forms.pieces import PagePieces
from dossiers.models import Cotation, Dossier
from dossiers.queries.fiche import cotation_courante
from dossiers.queries.fiche_pieces import lignes_et_pieces
from dossiers.regles.pieces import PREUVES
from dossiers.services.pieces import PieceVue, constater_pieces, redemander_piece
from dossiers.views.ouverture import noter_lecture, ouvrir_pour_agir
from guichet.acces import personne, reserve_a
from guichet.erreurs import ErreurMetier


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a(*GUICHET)
def pieces(request: HttpRequest, numero: str) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    avant = cotation_courante(dossier)
    lignes = lignes_et_pieces(dossier, avant, le=qui.jour)[1]
    page = PagePieces(lignes, request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid() and _constater(request, dossier, page, avant):
        return redirect("dossiers:fiche", numero)
    if request.method != "POST":
        noter_lecture(request, dossier, "pieces")
    return render(request, "dossiers/pieces.html", {"dossier": dossier, "page": page, "jour": qui.jour})


def _constater(request: HttpRequest, dossier: Dossier, page: PagePieces, avant: Cotation | None) -> bool:
    qui = personne(request)
    vues = [PieceVue(**dite) for dite in page.dites()]
    try:
        constater_pieces(dossier, vues, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    except ErreurMetier as refus:
        page.refuser(refus.champ, refus.message)
        return False
    nombre = f"{len(vues)} pièces vues." if len(vues) > 1 else "Pièce vue."
    dire_les_points(request, nombre, dossier, avant)
    return True


@require_POST
@reserve_a(*GUICHET)
def redemander(request: HttpRequest, numero: str, code: str) -> HttpResponse:
    """A newer document is wanted now; the day of the dossier is kept."""
    if code not in PREUVES:
        raise Http404("pièce inconnue")
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    try:
        redemander_piece(dossier, code, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    except ErreurMetier as refus:
        messages.error(request, refus.message)
    else:
        messages.success(request, f"Pièce redemandée\u202f: {PREUVES[code].libelle}.")
    return redirect(redirect("dossiers:fiche", numero).url + "#pieces")


def dire_les_points(request: HttpRequest, debut: str, dossier: Dossier, avant: Cotation | None) -> None:
    """« Pièce vue. Points vérifiés : 100 → 130 (Handicap de l’enfant +30). »"""
    dossier.refresh_from_db(fields=["etat", "complet_le"])
    apres = cotation_courante(dossier)
    if avant and apres and apres.verifie != avant.verifie:
        surs = {_cle(ligne) for ligne in avant.lignes if ligne["verifie"]}
        gagnees = [li for li in apres.lignes if li["verifie"] and _cle(li) not in surs]
        detail = ", ".join(f"{li['libelle']} {li['points']:+d}" for li in gagnees)
        debut += f" Points vérifiés\u202f: {avant.verifie} → {apres.verifie}"
        debut += f" ({detail})." if detail else "."
    messages.success(request, debut)


def _cle(ligne: dict[str, Any]) -> tuple[str, int | None]:
    return ligne["critere"], ligne.get("voeu")
