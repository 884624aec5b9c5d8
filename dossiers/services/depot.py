"""The door through which a dossier comes to exist, and the one through which it changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Besoin,
    Brouillon,
    Dossier,
    Enfant,
    EtatDossier,
    Famille,
    GroupeNaissance,
    Journal,
    MotifDistinction,
    OrigineDossier,
    PieceJustificative,
    Rapprochement,
    Responsable,
    StatutRapprochement,
    Voeu,
)
from dossiers.queries.apercu import situation_de_saisie
from dossiers.queries.saisie import Cadre
from dossiers.queries.situations import LigneDossier
from dossiers.regles.echeances import terme_renouvellement
from dossiers.regles.saisie import REGULIER, Saisie, est_complet, jour_complet
from dossiers.services import ecriture, foyer
from dossiers.services.cotation import coter_famille, coter_nouveaux
from dossiers.services.mutations import tenir_place
from dossiers.services.rapprochement import chercher_ressemblances_cachees
from dossiers.services.renseignements import retenir_le_dossier
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie


@transaction.atomic
def deposer_dossier(
    saisie: Saisie,
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
    brouillon: int | None = None,
    renseignement: int | None = None,
    version_famille: int | None = None,
    cadre: Cadre | None = None,
) -> list[Dossier]:
    """One dossier per child of the birth, in one household; the draft it came from goes with it.

    In a household already known (`saisie.famille`), what differs of it is written and told to its other
    dossiers; `version_famille` is the one the entry began from, `version_perimee` when it moved since.

    Raises ErreurMetier for what `recevabilite.controler` blocks (an old list has rules of its own), and
    `brouillon_disparu` when the draft was saved or thrown away meanwhile: a second click deposits nothing.
    `cadre` is what the caller already read of the day: settings, structures, grid.
    """
    cadre = cadre or Cadre(timezone.localdate(maintenant))
    if saisie.admission_actuelle:
        cadre.place, cadre.lien = tenir_place(saisie, jour=cadre.jour), saisie.nature
    regles = cadre.reglages
    if saisie.origine != OrigineDossier.REPRISE:
        ecriture.refuser_si_irrecevable(saisie, cadre)
    if brouillon is not None:
        _consommer(brouillon, par)
    famille, change = _famille(saisie, version_famille, maintenant)
    enfants = [cadre.place.enfant] if cadre.place else _enfants(famille, saisie)
    dossiers = _dossiers(enfants, saisie, par=par, mairie=mairie, maintenant=maintenant, regles=regles)
    Besoin.objects.bulk_create(b for d in dossiers for b in ecriture.besoins_de(d, saisie))
    Voeu.objects.bulk_create(v for d in dossiers for v in ecriture.voeux_de(d, saisie))
    obligatoires = tuple(regles["pieces_obligatoires"])
    commun: dict[str, Any] = {"obligatoires": obligatoires, "par": par, "mairie": mairie}
    if saisie.famille:
        _avec_la_fratrie(dossiers, saisie, change, commun, maintenant)
    else:
        PieceJustificative.objects.bulk_create(ecriture.pieces_de(dossiers, saisie, **commun))
    _distinguer(dossiers, saisie, par=par, maintenant=maintenant)
    _journal(dossiers, ActionJournal.DEPOT, par=par, mairie=mairie, maintenant=maintenant)
    if renseignement is not None:
        retenir_le_dossier(renseignement, dossiers[0], par=par, maintenant=maintenant)
    _coter(dossiers, saisie, cadre, par=par, maintenant=maintenant)
    if par is not None and saisie.origine != OrigineDossier.REPRISE:
        chercher_ressemblances_cachees(dossiers, par=par)
    return dossiers


def _coter(
    dossiers: Sequence[Dossier], saisie: Saisie, cadre: Cadre, *, par: Agent | None, maintenant: datetime
) -> None:
    """A new household is known by heart; one that already had children is read again, all its dossiers."""
    if saisie.famille:
        coter_famille(dossiers[0].famille, par=par, maintenant=maintenant)
        return
    regulier = any(b.type == REGULIER for b in saisie.besoins)
    lignes = [
        LigneDossier(d.pk, d.numero, d.complet_le, regulier, situation_de_saisie(saisie, cadre, rang=rang))
        for rang, d in enumerate(dossiers)
    ]
    coter_nouveaux(lignes, maintenant=maintenant)


def _consommer(brouillon: int, par: Agent | None) -> None:
    # The contact it came from lets go of it before the end of the transaction (`retenir_le_dossier`).
    siens = Brouillon.objects.filter(pk=brouillon, agent=par)
    if not siens._raw_delete(siens.db):
        raise ErreurMetier(
            "brouillon_disparu",
            "Ce brouillon vient d’être enregistré ou supprimé. Vérifiez que le dossier n’existe pas déjà, "
            "puis enregistrez de nouveau.",
        )


def _famille(saisie: Saisie, version: int | None, maintenant: datetime) -> tuple[Famille, bool]:
    """A new household, or the one of a brother or sister, whose facts are told anew; whether they changed."""
    if saisie.famille:
        connue = foyer.verrouiller_famille(saisie.famille)
        if version is not None and version != connue.version:
            raise foyer.version_perimee("Ce foyer")
        foyer.garder_les_contrats(connue, saisie)
        return connue, foyer.modifier_foyer(connue, saisie, maintenant=maintenant)
    famille = Famille()
    ecriture.poser_foyer(famille, saisie, maintenant=maintenant)
    famille.save()
    Responsable.objects.bulk_create(ecriture.responsables_de(famille, saisie))
    return famille, True


def _avec_la_fratrie(
    dossiers: Sequence[Dossier],
    saisie: Saisie,
    change: bool,
    commun: dict[str, Any],
    maintenant: datetime,
) -> None:
    """What the household showed serves its other dossiers too, and they are told."""
    famille = dossiers[0].famille
    pieces, _ = foyer.modifier_pieces(dossiers, saisie, **commun, baisser=False)
    if change or pieces or saisie.jumeau:
        foyer.prevenir_fratrie(famille, sauf=dossiers)
    if pieces:
        autres = famille.dossiers.exclude(pk__in=[d.pk for d in dossiers]).order_by("pk")
        foyer.completer(autres, **commun, maintenant=maintenant)


def _enfants(famille: Famille, saisie: Saisie) -> list[Enfant]:
    groupe, premier = _groupe(famille, saisie)
    enfants = []
    for rang, saisi in enumerate(saisie.enfants, premier):
        enfant = Enfant(
            famille=famille,
            nom=saisi.nom,
            prenom=saisi.prenom,
            sexe=saisi.sexe,
            date_naissance=saisi.naissance,
            date_prevue_naissance=saisi.terme,
            groupe=groupe,
            rang_naissance=rang,
        )
        enfant.normaliser()
        enfants.append(enfant)
    return Enfant.objects.bulk_create(enfants)


def _groupe(famille: Famille, saisie: Saisie) -> tuple[GroupeNaissance | None, int]:
    """The birth the children share, and the rank of the first: a twin joins the birth of the one known."""
    if saisie.jumeau is None:
        return (GroupeNaissance.objects.create(regle=saisie.regle_groupe) if saisie.multiple else None), 1
    jumeau = Enfant.objects.select_related("groupe").filter(famille=famille, pk=saisie.jumeau).first()
    if jumeau is None:
        raise ErreurMetier("jumeau_inconnu", "Cet enfant n’est pas du foyer de ce jumeau.")
    if any((e.naissance, e.jour) != (jumeau.date_naissance, jumeau.ne_ou_prevu_le) for e in saisie.enfants):
        raise ErreurMetier(
            "jumeau_autre_jour",
            "Un jumeau a la date de naissance, ou le terme, de l’enfant déjà connu.",
            champ="enfants.0.naissance",
        )
    groupe = jumeau.groupe or GroupeNaissance.objects.create(regle=saisie.regle_groupe)
    if groupe.regle != saisie.regle_groupe:
        groupe.regle = saisie.regle_groupe
        groupe.save(update_fields=["regle"])
    if jumeau.groupe is None:
        jumeau.groupe = groupe
        jumeau.save(update_fields=["groupe"])
    rangs = groupe.enfants.values_list("rang_naissance", flat=True)
    return groupe, max(rangs) + 1


def _dossiers(
    enfants: Sequence[Enfant],
    saisie: Saisie,
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
    regles: dict[str, Any],
) -> list[Dossier]:
    obligatoires = tuple(regles["pieces_obligatoires"])
    deja = _pieces_du_foyer(saisie)
    numeros = ecriture.prochains_numeros(len(enfants), timezone.localtime(maintenant).year)
    dossiers = []
    for rang, (enfant, numero) in enumerate(zip(enfants, numeros, strict=True)):
        vues = ecriture.pieces_vues(saisie, rang)
        complet = est_complet(obligatoires, deja | {p.code for p in vues})
        dossiers.append(
            Dossier(
                numero=numero,
                numero_origine=saisie.numero_origine,
                famille=enfant.famille,
                enfant=enfant,
                mairie=mairie,
                quartier_id=saisie.quartier,
                etat=EtatDossier.ACTIF if complet else EtatDossier.INCOMPLET,
                nature=saisie.nature,
                admission_actuelle_id=saisie.admission_actuelle,
                origine=saisie.origine,
                depose_le=saisie.depose_le,
                depose_par=par,
                enregistre_le=maintenant,
                complet_le=jour_complet(vues, obligatoires, saisie.depose_le) if complet else None,
                a_renouveler_le=terme_renouvellement(saisie.depose_le, regles["renouvellement"]),
                solution=saisie.solution,
                faits={**saisie.faits_dossier, **saisie.enfants[rang].faits},
                engagements_le=saisie.engagements_le,
            )
        )
    return Dossier.objects.bulk_create(dossiers)


def _pieces_du_foyer(saisie: Saisie) -> frozenset[str]:
    """What this household already showed for another child."""
    if not saisie.famille:
        return frozenset()
    vues = PieceJustificative.objects.filter(famille=saisie.famille, etat="vue")
    return frozenset(vues.values_list("code", flat=True))


def _distinguer(
    dossiers: Sequence[Dossier], saisie: Saisie, *, par: Agent | None, maintenant: datetime
) -> None:
    """Record, with its coded reason, each look-alike the counter said was another child."""
    if not saisie.distinctions:
        return
    if not set(saisie.distinctions.values()) <= set(MotifDistinction.values):
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.")
    pks = {pk for _, pk in saisie.distinctions}
    connus = set(Dossier.objects.filter(pk__in=pks).values_list("pk", flat=True))
    Rapprochement.objects.bulk_create(
        Rapprochement(
            dossier_id=pk,
            autre=dossiers[rang],
            statut=StatutRapprochement.DISTINCTS,
            motif=motif,
            par=par,
            le=maintenant,
        )
        for (rang, pk), motif in saisie.distinctions.items()
        if pk in connus and rang < len(dossiers)
    )


def _journal(
    dossiers: Sequence[Dossier],
    action: str,
    *,
    par: Agent | None,
    mairie: Mairie,
    maintenant: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    Journal.objects.bulk_create(
        Journal(
            le=maintenant,
            par=par,
            mairie=mairie,
            action=action,
            dossier=dossier,
            objet=dossier.numero,
            details=details or {},
        )
        for dossier in dossiers
    )
