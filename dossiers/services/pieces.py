"""Pieces shown at the counter: seen or refused, never kept; completeness and points follow."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Dossier,
    EtatDossier,
    EtatPiece,
    Famille,
    MotifRefusPiece,
    PieceJustificative,
)
from dossiers.queries.completude import completude, motif_de_reouverture
from dossiers.regles import cycle
from dossiers.regles.pieces import PIECES_DOSSIER, PREUVES
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


def constater_piece(
    dossier: Dossier,
    code: str,
    *,
    equivalent: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
    vue_le: date | None = None,
    valide_jusqu_au: date | None = None,
) -> PieceJustificative:
    """Say that this piece was seen, by which document; the dossier may become complete and its points count.

    A household's piece serves every dossier of the household. Raises ErreurMetier on `code`, `equivalent`,
    `vue_le` or `valide_jusqu_au`.
    """
    jour = timezone.localdate(maintenant)
    vue_le = vue_le or jour
    _controler(code, equivalent, vue_le, valide_jusqu_au, jour)
    vue = {
        "etat": EtatPiece.VUE,
        "equivalent": equivalent,
        "vue_le": vue_le,
        "vue_par": par,
        "mairie": mairie,
        "valide_jusqu_au": valide_jusqu_au,
        "motif_refus": "",
    }
    with transaction.atomic():
        piece = _ecrire(dossier, code, vue, jour)
        _completer(dossier, piece, par=par, mairie=mairie, maintenant=maintenant)
        _tenir_compte(dossier, piece, f"{code}:vue", par=par, mairie=mairie, maintenant=maintenant)
    return piece


def refuser_piece(
    dossier: Dossier,
    code: str,
    *,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> PieceJustificative:
    """Say with a coded reason that what was shown does not do; its points no longer count.

    A compulsory one makes the dossier incomplete again; it finds its day back when the piece had only grown
    too old (`cycle.jour_garde`). A place already proposed is not taken back for a piece.
    """
    if code not in PREUVES:
        raise ErreurMetier("piece_inconnue", "Cette pièce n’existe pas.", champ="code")
    if motif not in MotifRefusPiece.values:
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.", champ="motif")
    refusee = {
        "etat": EtatPiece.REFUSEE,
        "equivalent": "",
        "vue_le": None,
        "vue_par": None,
        "mairie": mairie,
        "valide_jusqu_au": None,
        "motif_refus": motif,
    }
    with transaction.atomic():
        piece = _ecrire(dossier, code, refusee, timezone.localdate(maintenant))
        _rouvrir(dossier, piece, par=par, mairie=mairie, maintenant=maintenant)
        _tenir_compte(
            dossier, piece, f"{code}:refusee", motif=motif, par=par, mairie=mairie, maintenant=maintenant
        )
    return piece


def redemander_pieces_perimees(
    dossier: Dossier, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> list[str]:
    """Ask again every piece of the dossier and its household that is no longer valid; returns their names.

    The facts stay declared; a compulsory piece makes the dossier incomplete, its day kept.
    """
    jour = timezone.localdate(maintenant)
    with transaction.atomic():
        Famille.objects.select_for_update(of=("self",)).get(pk=dossier.famille_id)
        perimees = PieceJustificative.objects.filter(
            Q(dossier=dossier) | Q(famille=dossier.famille_id), etat=EtatPiece.VUE, valide_jusqu_au__lt=jour
        )
        for piece in (redemandees := list(perimees.order_by("code"))):
            piece.etat, piece.equivalent = EtatPiece.ATTENDUE, ""
            piece.vue_le = piece.vue_par = piece.valide_jusqu_au = None
            piece.save()
            _redemander(dossier, piece, par=par, mairie=mairie, maintenant=maintenant)
            _tenir_compte(
                dossier, piece, f"{piece.code}:redemandee", par=par, mairie=mairie, maintenant=maintenant
            )
    return [PREUVES[p.code].libelle if p.code in PREUVES else p.code for p in redemandees]


def _redemander(
    dossier: Dossier,
    piece: PieceJustificative,
    *,
    par: Agent | None,
    mairie: Mairie | None,
    maintenant: datetime,
) -> None:
    if not piece.obligatoire:
        return
    for concerne in _concernes(dossier, piece):
        concerne.refresh_from_db(fields=["etat"])
        if concerne.etat == EtatDossier.ACTIF:
            motif = cycle.PIECE_REDEMANDEE
            changer_etat(concerne, "rouvrir", motif=motif, par=par, maintenant=maintenant, mairie=mairie)


def _controler(code: str, equivalent: str, vue_le: date, valide: date | None, jour: date) -> None:
    preuve = PREUVES.get(code)
    if preuve is None:
        raise ErreurMetier("piece_inconnue", "Cette pièce n’existe pas.", champ="code")
    if equivalent not in preuve.equivalents:
        raise ErreurMetier("document_inconnu", "Choisissez le document que vous avez vu.", champ="equivalent")
    if vue_le > jour:
        raise ErreurMetier("vue_demain", "Une pièce ne se voit pas dans l’avenir.", champ="vue_le")
    if valide is not None and valide < vue_le:
        message = "Cette pièce n’était déjà plus valable le jour où vous l’avez vue."
        raise ErreurMetier("piece_perimee", message, champ="valide_jusqu_au")


def _ecrire(dossier: Dossier, code: str, champs: dict[str, Any], jour: date) -> PieceJustificative:
    # The household first, then the dossiers: brothers and sisters changed together cannot deadlock.
    Famille.objects.select_for_update(of=("self",)).get(pk=dossier.famille_id)
    porteur: dict[str, Any] = (
        {"dossier": dossier} if code in PIECES_DOSSIER else {"famille_id": dossier.famille_id}
    )
    obligatoire = code in reglage("pieces_obligatoires", le=jour)
    piece, _ = PieceJustificative.objects.update_or_create(
        code=code, **porteur, defaults=champs | {"obligatoire": obligatoire}
    )
    return piece


def _concernes(dossier: Dossier, piece: PieceJustificative) -> Sequence[Dossier]:
    """The dossiers a piece counts for: this one, or every pending one of the household."""
    if piece.dossier_id:
        return [dossier]
    return list(Dossier.objects.filter(famille=dossier.famille_id).en_attente().order_by("pk"))


def _completer(
    dossier: Dossier, piece: PieceJustificative, *, par: Agent, mairie: Mairie | None, maintenant: datetime
) -> None:
    if not piece.obligatoire:
        return
    for concerne in _concernes(dossier, piece):
        completer_si_complet(concerne, par=par, mairie=mairie, maintenant=maintenant)


def completer_si_complet(
    dossier: Dossier, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """An incomplete dossier whose compulsory pieces are all seen is complete from the day of the last one."""
    jour = timezone.localdate(maintenant)
    dossier.refresh_from_db(fields=["etat", "depose_le"])
    if dossier.etat == EtatDossier.INCOMPLET and (vu := completude(dossier, le=jour).jour):
        changer_etat(dossier, "completer", par=par, maintenant=maintenant, mairie=mairie, complet_le=vu)


def _rouvrir(
    dossier: Dossier, piece: PieceJustificative, *, par: Agent, mairie: Mairie | None, maintenant: datetime
) -> None:
    """A compulsory piece that no longer does: the dossiers it completed are incomplete again."""
    if not piece.obligatoire:
        return
    motif = motif_de_reouverture(piece.motif_refus)
    for concerne in _concernes(dossier, piece):
        concerne.refresh_from_db(fields=["etat"])
        if concerne.etat == EtatDossier.ACTIF:
            changer_etat(concerne, "rouvrir", motif=motif, par=par, maintenant=maintenant, mairie=mairie)


def _tenir_compte(
    dossier: Dossier,
    piece: PieceJustificative,
    objet: str,
    *,
    par: Agent | None,
    mairie: Mairie | None,
    maintenant: datetime,
    motif: str = "",
) -> None:
    """Points again, versions that move so that an open form notices, one line of journal."""
    for concerne in _concernes(dossier, piece):
        frais = Dossier.objects.select_for_update(of=("self",)).get(pk=concerne.pk)
        frais.version += 1
        frais.save(update_fields=["version"])
        if frais.etat in cycle.EN_ATTENTE:
            coter_dossier(frais, par=par, maintenant=maintenant)
    journaliser(
        ActionJournal.PIECE,
        par=par,
        maintenant=maintenant,
        dossier=dossier,
        objet=objet,
        motif=motif,
        details={"equivalent": piece.equivalent} if piece.equivalent else {},
        mairie=mairie,
    )
