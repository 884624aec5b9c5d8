"""The household's part of an entry, whichever dossier it came with: facts, adults, pieces, siblings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from dossiers.models import Besoin, Dossier, EtatDossier, EtatPiece, Famille, PieceJustificative, Responsable
from dossiers.queries.completude import completude
from dossiers.regles import cycle
from dossiers.regles.saisie import Saisie
from dossiers.services import ecriture
from dossiers.services.cycle import changer_etat
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


def verrouiller_famille(pk: int) -> Famille:
    """The household first, then its dossiers: brothers and sisters changed together cannot deadlock."""
    return Famille.objects.select_for_update(of=("self",)).get(pk=pk)


def version_perimee(quoi: str) -> ErreurMetier:
    return ErreurMetier(
        "version_perimee",
        f"{quoi} a changé depuis que vous l’avez ouvert\u202f: comparez avant d’enregistrer.",
    )


def garder_les_contrats(famille: Famille, saisie: Saisie, *, sauf: Dossier | None = None) -> None:
    """Refuse to take away, or to bar, an adult who holds a contract on another child's place."""
    if len(saisie.responsables) > 1 and not any(r.ecarte for r in saisie.responsables):
        return
    autres = Besoin.objects.filter(dossier__famille=famille, titulaires__len__gt=0)
    tenu = autres.exclude(dossier=sauf).values_list("dossier__numero", flat=True).first()
    if tenu:
        message = (
            f"Les deux responsables ont chacun un contrat dans le dossier {tenu}\u202f: changez-le d’abord."
        )
        raise ErreurMetier("contrat_ailleurs", message, champ="responsables.0.ecarte")


def modifier_foyer(famille: Famille, saisie: Saisie, *, maintenant: datetime) -> bool:
    """Write what differs of the household and its adults; True, and a new version, when something did."""
    change = ecriture.poser_foyer(famille, saisie, maintenant=maintenant)
    avant = list(famille.responsables.order_by("rang"))
    apres = ecriture.responsables_de(famille, saisie)
    adultes_changent = differents(avant, apres, (*ecriture.CHAMPS_RESPONSABLE, "rang"))
    if adultes_changent:
        _synchroniser(avant, apres)
    if change or adultes_changent:
        famille.version += 1
        famille.save()
    return change or adultes_changent


def modifier_pieces(
    dossiers: Sequence[Dossier],
    saisie: Saisie,
    *,
    obligatoires: Sequence[str],
    par: Agent | None,
    mairie: Mairie,
    baisser: bool = True,
) -> tuple[bool, bool]:
    """Write the pieces that changed; those not named are left alone. Says (household, child) touched.

    Without `baisser`, a piece of the household already seen stays so: the new child's entry only adds.
    """
    connues = {
        (p.famille_id is not None, p.dossier_id, p.code): p
        for p in PieceJustificative.objects.filter(
            models.Q(famille=dossiers[0].famille_id) | models.Q(dossier__in=dossiers)
        )
    }
    touches = {True: False, False: False}
    champs = ("etat", "equivalent", "vue_le", "obligatoire")
    for piece in ecriture.pieces_de(dossiers, saisie, obligatoires=obligatoires, par=par, mairie=mairie):
        du_foyer = piece.famille_id is not None
        avant = connues.get((du_foyer, piece.dossier_id, piece.code))
        if avant and (not differents([avant], [piece], champs) or _garder(avant, piece, baisser)):
            continue
        piece.pk = avant.pk if avant else None
        piece.save()
        touches[du_foyer] = True
    return touches[True], touches[False]


def _garder(avant: PieceJustificative, piece: PieceJustificative, baisser: bool) -> bool:
    """A refusal stands until the piece is shown; what was seen, until an edit says otherwise."""
    if piece.etat != EtatPiece.ATTENDUE:
        return False
    return avant.etat == EtatPiece.REFUSEE or (avant.etat == EtatPiece.VUE and not baisser)


def prevenir_fratrie(famille: Famille, *, sauf: Iterable[Dossier]) -> None:
    """The household is theirs too: whoever edits a brother or sister must see it changed."""
    autres = Dossier.objects.filter(famille=famille).exclude(pk__in=[d.pk for d in sauf]).en_attente()
    # Locked in one order: what else locks dossiers by rank cannot wait for us while we wait for it.
    pks = [d.pk for d in autres.select_for_update(of=("self",)).order_by("pk")]
    Dossier.objects.filter(pk__in=pks).update(version=models.F("version") + 1)


def completer(
    dossiers: Iterable[Dossier],
    obligatoires: tuple[str, ...],
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
) -> None:
    """The last compulsory piece seen, a dossier is ranked; one of them taken back, it no longer is."""
    communs: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    for dossier in dossiers:
        if dossier.etat not in (EtatDossier.INCOMPLET, EtatDossier.ACTIF):
            continue
        pieces = completude(dossier, le=timezone.localdate(maintenant), obligatoires=obligatoires)
        if dossier.etat == EtatDossier.INCOMPLET and pieces.jour:
            changer_etat(dossier, "completer", complet_le=pieces.jour, **communs)
        elif dossier.etat == EtatDossier.ACTIF and pieces.jour is None and pieces.retiree:
            changer_etat(dossier, "rouvrir", motif=pieces.motif or cycle.PIECE_REFUSEE, **communs)


def differents(avant: Sequence[models.Model], apres: Sequence[models.Model], champs: Sequence[str]) -> bool:
    def valeurs(ligne: models.Model) -> tuple[Any, ...]:
        return tuple(getattr(ligne, champ) for champ in champs)

    return [valeurs(ligne) for ligne in avant] != [valeurs(ligne) for ligne in apres]


def _synchroniser(avant: Sequence[Responsable], apres: Sequence[Responsable]) -> None:
    """Rank by rank: the row of a rank is kept, so that its history reads as one person's."""
    connus = {r.rang: r.pk for r in avant}
    Responsable.objects.filter(pk__in=[r.pk for r in avant if r.rang > len(apres)]).delete()
    for adulte in apres:
        adulte.pk = connus.get(adulte.rang)
        adulte.save()
