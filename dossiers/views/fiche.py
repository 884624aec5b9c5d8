"""The dossier's page, and the gestures made on it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commissions.queries.prochaine import prochaine_seance_de
from dossiers.acces import GUICHET, LISTE, Regard, conduit_protection, conduit_situation
from dossiers.forms.fiche import (
    AccesForm,
    ContactForm,
    EtatForm,
    LigneManuelleForm,
    NoteForm,
    PieceRefuseeForm,
    PieceVueForm,
)
from dossiers.models import Dossier
from dossiers.queries.chronologie import chronologie
from dossiers.queries.fiche import Fiche, cotation_courante, gestes_offerts
from dossiers.queries.fiche import fiche as lire_fiche
from dossiers.queries.fiche_pieces import LignePiece
from dossiers.queries.lignes_manuelles import PointsDonnes, points_donnes
from dossiers.queries.naissance import DECLARABLES
from dossiers.queries.reponse import reponse_de
from dossiers.queries.situations_partagees import situations_dites, situations_du_dossier
from dossiers.queries.urgences import urgences_du_dossier
from dossiers.regles import cycle
from dossiers.regles.pieces import PREUVES, a_apporter
from dossiers.regles.reponse import NEUTRE
from dossiers.services.contacts import noter_contact
from dossiers.services.cycle import changer_etat
from dossiers.services.lignes_manuelles import poser_ligne_manuelle, retirer_ligne_manuelle
from dossiers.services.notes import ecrire_note, effacer_note
from dossiers.services.pieces import constater_piece, refuser_piece
from dossiers.services.protection import ouvrir_avec_motif
from dossiers.views.ouverture import noter_lecture, ouvrir, ouvrir_pour_agir
from dossiers.views.pieces import dire_les_points
from guichet.acces import Personne, personne, reserve_a
from guichet.formulaires import tenter
from guichet.texte import heure
from structures.models import Profil


@require_safe
@reserve_a(*LISTE)
def fiche(request: HttpRequest, numero: str) -> HttpResponse:
    dossier, vu = ouvrir(request, numero)
    noter_lecture(request, dossier, "fiche")
    return _page(request, dossier, vu)


@require_safe
@reserve_a(*LISTE)
def historique(request: HttpRequest, numero: str) -> HttpResponse:
    """Every step of the dossier; a masked one has no history to show."""
    dossier, vu = ouvrir(request, numero)
    if not vu.choix:
        return redirect("dossiers:fiche", numero)
    noter_lecture(request, dossier, "historique")
    contexte = {
        "dossier": dossier,
        "vu": vu,
        "journees": chronologie(dossier, vu, situations=situations_dites(personne(request), dossier)),
    }
    return render(request, "dossiers/historique.html", contexte)


@require_POST
@reserve_a(*GUICHET)
def acces(request: HttpRequest, numero: str) -> HttpResponse:
    """Open another counter's protected dossier, with a coded reason."""
    dossier, vu = ouvrir(request, numero)
    if not vu.motivable:
        return redirect("dossiers:fiche", numero)
    form = AccesForm(request.POST)
    qui = personne(request)
    if not form.is_valid():
        return _page(request, dossier, vu, acces=form)
    ouverture = ouvrir_avec_motif(
        dossier, motif=form.cleaned_data["motif"], par=qui.agent, mairie=qui.mairie, maintenant=timezone.now()
    )
    fin = heure(timezone.localtime(ouverture.fin_le))
    messages.warning(request, f"Dossier ouvert jusqu’à {fin}. Son guichet et la coordination le savent.")
    return redirect("dossiers:fiche", numero)


@require_POST
@reserve_a(*GUICHET)
def piece(request: HttpRequest, numero: str, code: str) -> HttpResponse:
    """« Vue »: completeness and points follow at once."""
    dossier = ouvrir_pour_agir(request, numero)
    form = PieceVueForm(request.POST, ligne=_ligne_piece(code))
    qui, avant = personne(request), cotation_courante(dossier)
    if not tenter(
        form,
        lambda lus: constater_piece(
            dossier, code, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **lus
        ),
    ):
        return _page(request, dossier, ouvrir(request, numero)[1], piece=(code, form))
    dire_les_points(request, "Pièce vue.", dossier, avant)
    return redirect(f"{_adresse(dossier)}#pieces")


@require_POST
@reserve_a(*GUICHET)
def piece_refusee(request: HttpRequest, numero: str, code: str) -> HttpResponse:
    dossier = ouvrir_pour_agir(request, numero)
    _ligne_piece(code)
    form = PieceRefuseeForm(request.POST, code=code)
    qui = personne(request)
    if not tenter(
        form,
        lambda lus: refuser_piece(
            dossier, code, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **lus
        ),
    ):
        return _page(request, dossier, ouvrir(request, numero)[1], refus=(code, form))
    messages.success(request, f"Pièce refusée. À apporter\u202f: {a_apporter(code)}.")
    return redirect(f"{_adresse(dossier)}#pieces")


@require_POST
@reserve_a(*LISTE)
def contact(request: HttpRequest, numero: str) -> HttpResponse:
    """Record a contact: the desk, or the director of a structure the family chose."""
    dossier, vu = ouvrir(request, numero)
    if not vu.coordonnees:
        raise Http404("dossier masqué")
    qui, form = personne(request), ContactForm(request.POST, guichet=vu.modifier)
    choisies = dossier.voeux.values_list("structure_id", flat=True)
    structure = next((s for s in qui.structures_dirigees if s.pk in set(choisies)), None)
    if not tenter(
        form,
        lambda lus: noter_contact(
            dossier,
            par=qui.agent,
            mairie=qui.mairie,
            structure=None if vu.modifier else structure,
            maintenant=timezone.now(),
            **lus,
        ),
    ):
        return _page(request, dossier, vu, contact=form)
    messages.success(request, "Contact noté.")
    return redirect(f"{_adresse(dossier)}#contacts")


@require_POST
@reserve_a(*GUICHET)
def note(request: HttpRequest, numero: str) -> HttpResponse:
    """A few words the family may read; words of the list wait for a coded reason."""
    dossier, qui, form = ouvrir_pour_agir(request, numero), personne(request), NoteForm(request.POST)
    if not tenter(
        form,
        lambda lus: ecrire_note(dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **lus),
    ):
        return _page(request, dossier, ouvrir(request, numero)[1], note=form)
    messages.success(request, "Note écrite.")
    return redirect(f"{_adresse(dossier)}#notes")


@require_POST
@reserve_a(*GUICHET)
def note_effacer(request: HttpRequest, numero: str, pk: str) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    trouvee = get_object_or_404(dossier.notes, pk=int(pk))
    effacer_note(trouvee, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now())
    messages.success(request, "Note effacée : il n’en reste aucun mot.")
    return redirect(f"{_adresse(dossier)}#notes")


@require_POST
@reserve_a(*GUICHET)
def etat(request: HttpRequest, numero: str, geste: str) -> HttpResponse:
    dossier = ouvrir_pour_agir(request, numero)
    qui = personne(request)
    action = cycle.ACTIONS.get(geste)
    if action is None or action.mode != cycle.BOUTON or not qui.est(*action.profils):
        raise Http404("geste inconnu")
    form = EtatForm(request.POST, action=action)
    if not tenter(
        form,
        lambda lus: changer_etat(
            dossier, geste, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **lus
        ),
    ):
        return _page(request, dossier, ouvrir(request, numero)[1], etat=form)
    dossier.refresh_from_db(fields=["etat"])
    messages.success(request, f"Le dossier {numero} est maintenant « {dossier.get_etat_display()} ».")
    return redirect(_adresse(dossier))


@require_POST
@reserve_a(Profil.COORDINATION)
def points_donner(request: HttpRequest, numero: str) -> HttpResponse:
    """A bounded manual line: signed, with its reason; the points follow at once."""
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    form = _points_a_donner(dossier, request.POST)
    if form is None:
        raise Http404("aucun critère ne se donne à la main")
    if not tenter(
        form,
        lambda lus: poser_ligne_manuelle(
            dossier, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now(), **lus
        ),
    ):
        return _page(request, dossier, ouvrir(request, numero)[1], manuelle=form)
    messages.success(request, "Points donnés, le total est recompté.")
    return redirect(f"{_adresse(dossier)}#points")


@require_POST
@reserve_a(Profil.COORDINATION)
def points_retirer(request: HttpRequest, numero: str, code: str) -> HttpResponse:
    dossier, qui = ouvrir_pour_agir(request, numero), personne(request)
    retires = retirer_ligne_manuelle(
        dossier, critere=code, par=qui.agent, mairie=qui.mairie, maintenant=timezone.now()
    )
    if retires:
        messages.success(request, "Points retirés, le total est recompté.")
    else:
        messages.info(request, "Ces points étaient déjà retirés.")
    return redirect(f"{_adresse(dossier)}#points")


def _points_a_donner(dossier: Dossier, lus: Any = None) -> LigneManuelleForm | None:
    """None when nothing is given by hand: off the list, or no such criterion in the grid in force."""
    donnes = points_donnes(dossier, cotation_courante(dossier) if dossier.en_attente else None)
    return LigneManuelleForm(lus, criteres=donnes.criteres) if donnes.criteres else None


def _adresse(dossier: Dossier) -> str:
    return redirect("dossiers:fiche", dossier.numero).url


def _ligne_piece(code: str) -> LignePiece:
    if code not in PREUVES:
        raise Http404("pièce inconnue")
    return LignePiece(code, obligatoire=False, piece=None)


def _page(request: HttpRequest, dossier: Dossier, vu: Regard, **fautifs: Any) -> HttpResponse:
    """The page as this person sees it; `fautifs` are forms to show again with what was typed."""
    qui = personne(request)
    if vu.protege:
        return _page_protegee(request, dossier, vu, fautifs)
    examine = qui.est(Profil.COORDINATION)
    lue = lire_fiche(
        dossier,
        vu,
        mes_structures=qui.structures,
        examine=examine,
        situations=situations_dites(qui, dossier),
        le=qui.jour,
    )
    return render(request, "dossiers/fiche.html", _contexte(qui, lue, fautifs))


def _contexte(qui: Personne, lue: Fiche, fautifs: dict[str, Any]) -> dict[str, Any]:
    dossier, vu = lue.dossier, lue.regard
    return {
        "fiche": lue,
        "dossier": dossier,
        "vu": vu,
        "reponse": _reponse(lue, le=qui.jour),
        "urgences": urgences_du_dossier(dossier) if vu.identite else [],
        "urgence_demandable": dossier.en_attente
        and (vu.modifier or any(ligne.mienne for ligne in lue.voeux)),
        "jour": qui.jour,
        "protection": conduit_protection(qui, dossier),
        "direction": not vu.modifier,
        "naissance_declarable": dossier.etat in DECLARABLES,
        "modifiable": dossier.en_attente or dossier.etat == cycle.SUSPENDU,
        "contact": fautifs.get("contact") or ContactForm(guichet=vu.modifier),
        "note": fautifs.get("note") or NoteForm(),
        "situations": situations_du_dossier(qui, dossier),
        "conduit": conduit_situation(qui, dossier),
        "pieces": [_formulaires_piece(ligne, fautifs) for ligne in lue.pieces],
        "gestes": _gestes(qui, dossier, fautifs) if vu.modifier else [],
        **_points_a_la_main(qui, lue, fautifs),
        "fautifs": _en_faute(fautifs),
    }


def _points_a_la_main(qui: Personne, lue: Fiche, fautifs: dict[str, Any]) -> dict[str, Any]:
    """Read by the desk; given by the coordination, while the dossier is on the list."""
    donnes = points_donnes(lue.dossier, lue.cotation) if lue.regard.lignes else PointsDonnes()
    donne = qui.est(Profil.COORDINATION) and lue.regard.modifier and lue.dossier.en_attente
    form = LigneManuelleForm(criteres=donnes.criteres) if donne and donnes.criteres else None
    return {"donnes": donnes.lignes, "donne": donne, "manuelle": fautifs.get("manuelle") or form}


def _reponse(lue: Fiche, *, le: date) -> Any:
    seance = prochaine_seance_de(lue.dossier, lue.besoin, maintenant=timezone.now())
    return reponse_de(lue.dossier, besoins=lue.besoins, choix=lue.voeux, seance=seance, le=le)


def _page_protegee(
    request: HttpRequest, dossier: Dossier, vu: Regard, fautifs: dict[str, Any]
) -> HttpResponse:
    contexte = {
        "fiche": lire_fiche(dossier, vu, le=personne(request).jour),
        "acces": fautifs.get("acces") or AccesForm(),
        "reponse": NEUTRE,
    }
    return render(request, "dossiers/fiche_protegee.html", contexte)


def _gestes(qui: Personne, dossier: Dossier, fautifs: dict[str, Any]) -> list[EtatForm]:
    fautif = fautifs.get("etat")
    return [
        fautif if fautif and fautif.action == action else EtatForm(action=action)
        for action in gestes_offerts(dossier, qui.profils, le=qui.jour)
    ]


def _formulaires_piece(ligne: LignePiece, fautifs: dict[str, Any]) -> dict[str, Any]:
    vue, refus = fautifs.get("piece"), fautifs.get("refus")
    return {
        "ligne": ligne,
        "vue": vue[1] if vue and vue[0] == ligne.code else PieceVueForm(ligne=ligne),
        "refus": refus[1] if refus and refus[0] == ligne.code else PieceRefuseeForm(code=ligne.code),
        "ouverte": bool(vue and vue[0] == ligne.code),
        "refus_ouvert": bool(refus and refus[0] == ligne.code),
    }


def _en_faute(fautifs: dict[str, Any]) -> list[forms.Form]:
    return [f[1] if isinstance(f, tuple) else f for f in fautifs.values()]
