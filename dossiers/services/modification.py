"""Changing a dossier: only what differs is written, and never over somebody else's work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Besoin,
    Brouillon,
    Dossier,
    Enfant,
    EtatDossier,
    EtatPiece,
    Famille,
    PieceJustificative,
    Responsable,
    Voeu,
)
from dossiers.queries.completude import completude
from dossiers.queries.saisie import Cadre
from dossiers.regles import cycle
from dossiers.regles.saisie import Saisie
from dossiers.services import ecriture
from dossiers.services.cotation import coter_dossier, coter_famille
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

MODIFIABLES = (*cycle.EN_ATTENTE, EtatDossier.SUSPENDU)


@transaction.atomic
def modifier_dossier(
    dossier: Dossier,
    saisie: Saisie,
    *,
    version: int,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
    cadre: Cadre | None = None,
) -> Dossier:
    """Write what changed since `version`, the one the agent began from.

    Raises ErreurMetier `version_perimee` when somebody saved meanwhile (nothing is written), and
    `dossier_ferme` once the dossier is out of the list. A change of the household is told to the other
    dossiers of its children: their version moves too.
    """
    frais = _verrouiller(dossier, version)
    cadre = cadre or Cadre(timezone.localdate(maintenant))
    ecriture.refuser_si_irrecevable(saisie, cadre)
    obligatoires = cadre.obligatoires
    foyer = _modifier_foyer(frais, saisie, maintenant)
    pieces_foyer, pieces_enfant = _modifier_pieces(
        frais, saisie, obligatoires=obligatoires, par=par, mairie=mairie
    )
    touches = {
        "foyer": foyer or pieces_foyer,
        "enfant": _modifier_enfant(frais.enfant, saisie),
        "besoin": _modifier_besoins(frais, saisie),
        "choix": _modifier_voeux(frais, saisie),
        "pieces": pieces_foyer or pieces_enfant,
        "dossier": _modifier_dossier(frais, saisie),
    }
    frais.version += 1
    frais.save()
    if touches["foyer"]:
        _prevenir_fratrie(frais)
    Brouillon.objects.filter(dossier=frais, agent=par).delete()
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=frais,
        objet=frais.numero,
        details={"parties": sorted(nom for nom, touche in touches.items() if touche)},
    )
    concernes = Dossier.objects.filter(famille=frais.famille) if pieces_foyer else [frais]
    for un in concernes:
        _completer(un, obligatoires, par=par, mairie=mairie, maintenant=maintenant)
    return _recoter(frais, foyer=touches["foyer"], par=par, maintenant=maintenant)


def _completer(
    dossier: Dossier,
    obligatoires: tuple[str, ...],
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
) -> None:
    """The last compulsory piece seen, the dossier is ranked; one of them taken back, it no longer is."""
    if dossier.etat not in (EtatDossier.INCOMPLET, EtatDossier.ACTIF):
        return
    pieces = completude(dossier, le=timezone.localdate(maintenant), obligatoires=obligatoires)
    communs: dict[str, Any] = {"par": par, "maintenant": maintenant, "mairie": mairie}
    if dossier.etat == EtatDossier.INCOMPLET and pieces.jour:
        changer_etat(dossier, "completer", complet_le=pieces.jour, **communs)
    elif dossier.etat == EtatDossier.ACTIF and pieces.jour is None and pieces.retiree:
        changer_etat(dossier, "rouvrir", motif=pieces.motif or cycle.PIECE_REFUSEE, **communs)


def _recoter(dossier: Dossier, *, foyer: bool, par: Agent | None, maintenant: datetime) -> Dossier:
    if foyer:
        coter_famille(dossier.famille, par=par, maintenant=maintenant)
    else:
        coter_dossier(dossier, par=par, maintenant=maintenant)
    return Dossier.objects.select_related("famille", "enfant").get(pk=dossier.pk)


def _verrouiller(dossier: Dossier, version: int) -> Dossier:
    """The household first, then the dossier: brothers and sisters changed together cannot deadlock."""
    Famille.objects.select_for_update().get(pk=dossier.famille_id)
    frais = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("famille", "enfant__groupe")
        .get(pk=dossier.pk)
    )
    if frais.version != version:
        raise ErreurMetier(
            "version_perimee",
            "Ce dossier a changé depuis que vous l’avez ouvert\u202f: comparez avant d’enregistrer.",
        )
    if frais.etat not in MODIFIABLES:
        raise ErreurMetier(
            "dossier_ferme",
            f"Ce dossier est «\u00a0{frais.get_etat_display()}\u00a0»\u202f: il ne change plus ici.",
        )
    return frais


def _modifier_foyer(dossier: Dossier, saisie: Saisie, maintenant: datetime) -> bool:
    famille = dossier.famille
    change = ecriture.poser_foyer(famille, saisie, maintenant=maintenant)
    avant = list(famille.responsables.order_by("rang"))
    apres = ecriture.responsables_de(famille, saisie)
    adultes_changent = _differents(avant, apres, (*ecriture.CHAMPS_RESPONSABLE, "rang"))
    if adultes_changent:
        _synchroniser(avant, apres, Responsable)
    if change or adultes_changent:
        famille.version += 1
        famille.save()
    return change or adultes_changent


def _modifier_enfant(enfant: Enfant, saisie: Saisie) -> bool:
    saisi = saisie.enfants[0]
    apres: dict[str, Any] = {
        "nom": saisi.nom,
        "prenom": saisi.prenom,
        "sexe": saisi.sexe,
        "date_naissance": saisi.naissance,
        # The expected day stays known once the child is born.
        "date_prevue_naissance": saisi.terme or enfant.date_prevue_naissance,
    }
    groupe = enfant.groupe
    regle_change = groupe is not None and groupe.regle != saisie.regle_groupe
    if groupe is not None and regle_change:
        groupe.regle = saisie.regle_groupe
        groupe.save(update_fields=["regle"])
    change = any(getattr(enfant, nom) != valeur for nom, valeur in apres.items())
    if change:
        for nom, valeur in apres.items():
            setattr(enfant, nom, valeur)
        enfant.save()
    return change or regle_change


def _modifier_besoins(dossier: Dossier, saisie: Saisie) -> bool:
    champs = [f.name for f in Besoin._meta.concrete_fields if f.name not in ("id", "dossier")]
    avant = {b.type: b for b in dossier.besoins.all()}
    apres = {b.type: b for b in ecriture.besoins_de(dossier, saisie)}
    if avant.keys() == apres.keys() and not any(_differents([avant[t]], [apres[t]], champs) for t in apres):
        return False
    dossier.besoins.exclude(type__in=apres).delete()
    for type_besoin, besoin in apres.items():
        besoin.pk = avant[type_besoin].pk if type_besoin in avant else None
        besoin.save()
    return True


def _modifier_voeux(dossier: Dossier, saisie: Saisie) -> bool:
    avant = list(dossier.voeux.order_by("rang").values_list("structure_id", flat=True))
    if avant == list(saisie.voeux):
        return False
    dossier.voeux.all().delete()
    Voeu.objects.bulk_create(ecriture.voeux_de(dossier, saisie))
    return True


def _modifier_pieces(
    dossier: Dossier,
    saisie: Saisie,
    *,
    obligatoires: Sequence[str],
    par: Agent | None,
    mairie: Mairie,
) -> tuple[bool, bool]:
    """Write the pieces that changed; those not named are left alone. Says (household, child) touched."""
    connues = {
        (p.famille_id is not None, p.code): p
        for p in PieceJustificative.objects.filter(
            models.Q(famille=dossier.famille) | models.Q(dossier=dossier)
        )
    }
    touches = {True: False, False: False}
    champs = ("etat", "equivalent", "vue_le", "obligatoire")
    for piece in ecriture.pieces_de([dossier], saisie, obligatoires=obligatoires, par=par, mairie=mairie):
        du_foyer = piece.famille_id is not None
        avant = connues.get((du_foyer, piece.code))
        if avant and not _differents([avant], [piece], champs):
            continue
        if avant and avant.etat == EtatPiece.REFUSEE and piece.etat == EtatPiece.ATTENDUE:
            continue
        piece.pk = avant.pk if avant else None
        piece.save()
        touches[du_foyer] = True
    return touches[True], touches[False]


def _modifier_dossier(dossier: Dossier, saisie: Saisie) -> bool:
    apres: dict[str, Any] = {
        "quartier_id": saisie.quartier,
        "solution": saisie.solution,
        "depose_le": saisie.depose_le,
        "faits": {**saisie.faits_dossier, **saisie.enfants[0].faits},
        "engagements_le": saisie.engagements_le,
    }
    change = any(getattr(dossier, nom) != valeur for nom, valeur in apres.items())
    for nom, valeur in apres.items():
        setattr(dossier, nom, valeur)
    return change


def _prevenir_fratrie(dossier: Dossier) -> None:
    """The household is theirs too: whoever edits a brother or sister must see it changed."""
    autres = Dossier.objects.filter(famille=dossier.famille_id).exclude(pk=dossier.pk).en_attente()
    autres.update(version=models.F("version") + 1)


def _differents(avant: Sequence[models.Model], apres: Sequence[models.Model], champs: Sequence[str]) -> bool:
    def valeurs(ligne: models.Model) -> tuple[Any, ...]:
        return tuple(getattr(ligne, champ) for champ in champs)

    return [valeurs(ligne) for ligne in avant] != [valeurs(ligne) for ligne in apres]


def _synchroniser(
    avant: Sequence[Responsable], apres: Sequence[Responsable], modele: type[Responsable]
) -> None:
    """Rank by rank: the row of a rank is kept, so that its history reads as one person's."""
    connus = {r.rang: r.pk for r in avant}
    modele.objects.filter(pk__in=[r.pk for r in avant if r.rang > len(apres)]).delete()
    for adulte in apres:
        adulte.pk = connus.get(adulte.rang)
        adulte.save()
