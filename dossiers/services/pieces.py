"""Pieces shown at the counter: seen or refused, never kept; completeness and points follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
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
from dossiers.regles.pieces import PIECES_DOSSIER, PREUVES, fin_de_validite
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie
from structures.queries import reglage


@dataclass(frozen=True)
class PieceVue:
    """One document laid on the counter; without `valide_jusqu_au`, its kind says how long it is worth."""

    code: str
    equivalent: str
    vue_le: date | None = None
    valide_jusqu_au: date | None = None


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
    vue = PieceVue(code, equivalent, vue_le, valide_jusqu_au)
    _controler(vue, timezone.localdate(maintenant))
    return _constater(dossier, [vue], par=par, mairie=mairie, maintenant=maintenant)[0]


def constater_pieces(
    dossier: Dossier,
    vues: Sequence[PieceVue],
    *,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> list[PieceJustificative]:
    """All that the family lays on the counter, written and scored once, one line of journal each.

    Raises ErreurMetier on « <code>-<column> », or `rien_vu` when nothing is named.
    """
    if not vues:
        raise ErreurMetier("rien_vu", "Cochez au moins une pièce.")
    for vue in vues:
        try:
            _controler(vue, timezone.localdate(maintenant))
        except ErreurMetier as faute:
            raise ErreurMetier(faute.code, faute.message, champ=f"{vue.code}-{faute.champ}") from None
    return _constater(dossier, vues, par=par, mairie=mairie, maintenant=maintenant)


def _constater(
    dossier: Dossier, vues: Sequence[PieceVue], *, par: Agent, mairie: Mairie | None, maintenant: datetime
) -> list[PieceJustificative]:
    jour = timezone.localdate(maintenant)
    communs: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    with transaction.atomic():
        pieces = [_ecrire(dossier, vue.code, _vue(vue, par, mairie, jour), jour) for vue in vues]
        for piece in pieces:
            _completer(dossier, piece, **communs)
        _recompter(dossier, pieces, par=par, maintenant=maintenant)
        for piece in pieces:
            _noter(dossier, piece, f"{piece.code}:vue", **communs)
    return pieces


def _vue(vue: PieceVue, par: Agent, mairie: Mairie | None, jour: date) -> dict[str, Any]:
    vue_le = vue.vue_le or jour
    return {
        "etat": EtatPiece.VUE,
        "equivalent": vue.equivalent,
        "vue_le": vue_le,
        "vue_par": par,
        "mairie": mairie,
        "valide_jusqu_au": vue.valide_jusqu_au or fin_de_validite(vue.code, vue.equivalent, vue_le),
        "motif_refus": "",
    }


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
    communs: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    with transaction.atomic():
        piece = _ecrire(dossier, code, refusee, timezone.localdate(maintenant))
        if piece.obligatoire:
            _rendre_incomplets(dossier, piece, motif_de_reouverture(motif), **communs)
        _recompter(dossier, [piece], par=par, maintenant=maintenant)
        _noter(dossier, piece, f"{code}:refusee", motif=motif, **communs)
    return piece


def redemander_piece(
    dossier: Dossier, code: str, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> PieceJustificative:
    """Ask at once for a newer document, before the one seen ends; the day of the dossier is kept.

    Raises ErreurMetier `piece_non_vue` when no document was seen.
    """
    with transaction.atomic():
        vue = _pieces_vues(dossier).filter(code=code).first()
        if vue is None:
            raise ErreurMetier("piece_non_vue", "Cette pièce est déjà attendue.")
        _attendre(dossier, vue, par=par, mairie=mairie, maintenant=maintenant)
    return vue


def redemander_pieces_perimees(
    dossier: Dossier, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> list[str]:
    """Ask again every piece of the dossier and its household that is no longer valid; returns their names.

    The facts stay declared; a compulsory piece makes the dossier incomplete, its day kept.
    """
    jour = timezone.localdate(maintenant)
    with transaction.atomic():
        perimees = _pieces_vues(dossier).filter(valide_jusqu_au__lt=jour)
        for piece in (redemandees := list(perimees.order_by("code"))):
            _attendre(dossier, piece, par=par, mairie=mairie, maintenant=maintenant)
    return [PREUVES[p.code].libelle if p.code in PREUVES else p.code for p in redemandees]


def _pieces_vues(dossier: Dossier) -> QuerySet[PieceJustificative]:
    """The pieces seen of the dossier and its household, which is locked."""
    Famille.objects.select_for_update(of=("self",)).get(pk=dossier.famille_id)
    siennes = Q(dossier=dossier) | Q(famille=dossier.famille_id)
    return PieceJustificative.objects.filter(siennes, etat=EtatPiece.VUE)


def _attendre(
    dossier: Dossier,
    piece: PieceJustificative,
    *,
    par: Agent | None,
    mairie: Mairie | None,
    maintenant: datetime,
) -> None:
    piece.etat, piece.equivalent = EtatPiece.ATTENDUE, ""
    piece.vue_le = piece.vue_par = piece.valide_jusqu_au = None
    piece.save()
    communs: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    if piece.obligatoire:
        _rendre_incomplets(dossier, piece, cycle.PIECE_REDEMANDEE, **communs)
    _recompter(dossier, [piece], par=par, maintenant=maintenant)
    _noter(dossier, piece, f"{piece.code}:redemandee", **communs)


def _controler(vue: PieceVue, jour: date) -> None:
    preuve, vue_le = PREUVES.get(vue.code), vue.vue_le or jour
    if preuve is None:
        raise ErreurMetier("piece_inconnue", "Cette pièce n’existe pas.", champ="code")
    if vue.equivalent not in preuve.equivalents:
        raise ErreurMetier("document_inconnu", "Choisissez le document que vous avez vu.", champ="equivalent")
    if vue_le > jour:
        raise ErreurMetier("vue_demain", "Une pièce ne se voit pas dans l’avenir.", champ="vue_le")
    if vue.valide_jusqu_au is not None and vue.valide_jusqu_au < vue_le:
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


def _rendre_incomplets(
    dossier: Dossier,
    piece: PieceJustificative,
    motif: str,
    *,
    par: Agent | None,
    mairie: Mairie | None,
    maintenant: datetime,
) -> None:
    """A compulsory piece that no longer does: the dossiers it completed are incomplete again."""
    for concerne in _concernes(dossier, piece):
        concerne.refresh_from_db(fields=["etat"])
        if concerne.etat == EtatDossier.ACTIF:
            changer_etat(concerne, "rouvrir", motif=motif, par=par, maintenant=maintenant, mairie=mairie)


def _recompter(
    dossier: Dossier, pieces: Sequence[PieceJustificative], *, par: Agent | None, maintenant: datetime
) -> None:
    """Points again, and versions that move so that an open form notices."""
    for pk in sorted({d.pk for piece in pieces for d in _concernes(dossier, piece)}):
        frais = Dossier.objects.select_for_update(of=("self",)).get(pk=pk)
        frais.version += 1
        frais.save(update_fields=["version"])
        if frais.etat in cycle.EN_ATTENTE:
            coter_dossier(frais, par=par, maintenant=maintenant)


def _noter(
    dossier: Dossier,
    piece: PieceJustificative,
    objet: str,
    *,
    par: Agent | None,
    mairie: Mairie | None,
    maintenant: datetime,
    motif: str = "",
) -> None:
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
