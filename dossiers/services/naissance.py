"""« Déclarer la naissance »: an expected child becomes a born one, each child of the birth at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Dossier,
    EtatPiece,
    MotifDistinction,
    PieceJustificative,
    Rapprochement,
    StatutRapprochement,
)
from dossiers.queries.naissance import attendus_avec, places_gagnees
from dossiers.regles import echeances
from dossiers.regles import naissance as regles
from dossiers.regles.naissance import NE, Annonce
from dossiers.services import foyer
from dossiers.services.cotation import coter_famille
from dossiers.services.cycle import changer_etat
from dossiers.services.echeances import annuler_echeances
from dossiers.services.journal import journaliser
from dossiers.services.pieces import constater_piece
from dossiers.services.places import sans_garde
from dossiers.services.rapprochement import chercher_ressemblances_cachees, proposer_ressemblances
from structures.models import Agent, Mairie
from structures.queries import reglage
from structures.regles.ages import ajouter_mois


@transaction.atomic
def declarer_naissance(
    dossier: Dossier,
    annonces: Sequence[Annonce],
    *,
    naissance: date,
    version: int,
    par: Agent,
    maintenant: datetime,
    document: str = "",
    mairie: Mairie | None = None,
) -> tuple[list[Dossier], list[Rapprochement]]:
    """Write the birth of every child of `annonces`; number, rank and seniority stay what they were.

    `document` is the certificate seen, empty when none was: the proof of pregnancy then holds until the
    delay for the proof of birth. Returns the dossiers of the born children and the look-alikes to settle.
    Raises ErreurMetier `version_perimee`, or on `naissance` or « e<dossier>-<column> ».
    """
    foyer.verrouiller_famille(dossier.famille_id)
    attendus = _verrouiller(dossier, version)
    regles.controler_annonces(annonces, list(attendus))
    jour = timezone.localdate(maintenant)
    for annonce in annonces:
        prevue = attendus[annonce.dossier].enfant.ne_ou_prevu_le
        champ = f"e{annonce.dossier}-jour" if annonce.jour else "naissance"
        regles.controler_jour(annonce.jour or naissance, prevue, jour, champ=champ)
    communs: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    nes, partis = [], []
    for annonce in annonces:
        concerne = attendus[annonce.dossier]
        if annonce.issue == NE:
            nes.append(_naitre(concerne, annonce, annonce.jour or naissance, document, communs))
        else:
            partis.append(changer_etat(concerne, "clore", motif=annonce.issue, **communs))
    _defaire_le_groupe(nes, partis, maintenant=maintenant)
    coter_famille(dossier.famille, par=par, maintenant=maintenant)
    paires = [p for ne in nes for p in proposer_ressemblances(ne, par=par, maintenant=maintenant)]
    if nes:
        chercher_ressemblances_cachees(nes, par=par)
    return nes, paires


def _verrouiller(dossier: Dossier, version: int) -> dict[int, Dossier]:
    """The dossiers of the birth by key, locked in one order."""
    pks = [d.pk for d in attendus_avec(dossier)]
    verrous = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    attendus = {d.pk: d for d in verrous.select_related("enfant__groupe", "famille", "mairie")}
    if dossier.pk not in attendus or attendus[dossier.pk].version != version:
        raise foyer.version_perimee("Ce dossier")
    return attendus


def _naitre(
    dossier: Dossier, annonce: Annonce, naissance: date, document: str, communs: dict[str, Any]
) -> Dossier:
    enfant = dossier.enfant
    enfant.date_naissance = naissance
    enfant.nom, enfant.prenom, enfant.sexe = annonce.nom, annonce.prenom, annonce.sexe
    enfant.save()
    dossier.version += 1
    dossier.save(update_fields=["version"])
    annuler_echeances(dossier, echeances.NAISSANCE, maintenant=communs["maintenant"])
    details = {"le": naissance.isoformat(), "document": document}
    if entree := _decaler_l_entree(dossier, naissance):
        details["entree"] = entree.isoformat()
    journaliser(ActionJournal.MODIFICATION, dossier=dossier, objet="naissance", details=details, **communs)
    if document:
        for code in ("identite", "naissance") if enfant.groupe_id else ("identite",):
            constater_piece(dossier, code, equivalent=document, **communs)
    else:
        _tenir_la_preuve_de_grossesse(dossier, naissance, communs["maintenant"])
    return dossier


def _decaler_l_entree(dossier: Dossier, naissance: date) -> date | None:
    """A place won before a late birth begins the day its section takes the child; None when it stands."""
    for place in places_gagnees(dossier)[:1]:
        prevue = place.adaptation_le or place.debut
        premier = regles.entree_possible(prevue, naissance, place.section.bande.minimum)
        if premier == prevue or (place.fin and premier > place.fin):
            return None
        if place.adaptation_le:
            place.adaptation_le = premier
        place.debut = max(place.debut + (premier - prevue), premier)
        if place.fin:
            place.debut = min(place.debut, place.fin)
        with sans_garde():
            place.save(update_fields=["adaptation_le", "debut"])
        return premier
    return None


def _tenir_la_preuve_de_grossesse(dossier: Dossier, naissance: date, maintenant: datetime) -> None:
    """It proved an expected child: the certificate replaces it before the delay of the city ends."""
    mois = reglage("preuve_naissance", le=timezone.localdate(maintenant))
    grossesse = PieceJustificative.objects.filter(dossier=dossier, code="identite", etat=EtatPiece.VUE)
    for piece in grossesse.select_for_update():
        piece.valide_jusqu_au = max(ajouter_mois(naissance, mois), timezone.localdate(maintenant))
        piece.save(update_fields=["valide_jusqu_au"])


def _defaire_le_groupe(nes: Sequence[Dossier], partis: Sequence[Dossier], *, maintenant: datetime) -> None:
    """One child left of a birth is no longer a twin; the others' dossiers are never proposed as its own."""
    if not partis or not nes or (groupe := nes[0].enfant.groupe) is None:
        return
    clos = [d.enfant_id for d in partis]
    autres = groupe.enfants.exclude(pk__in=[*clos, *(d.enfant_id for d in nes)]).count()
    if regles.encore_multiple(len(nes), autres):
        return
    for ne in nes:
        ne.enfant.groupe = None
        ne.enfant.save(update_fields=["groupe"])
        if ne.faits.pop("naissance_multiple", None) is not None:
            ne.save(update_fields=["faits"])
        for parti in partis:
            ancien, recent = sorted((ne, parti), key=lambda d: d.pk)
            champs = {"statut": StatutRapprochement.DISTINCTS, "motif": MotifDistinction.JUMEAU}
            Rapprochement.objects.update_or_create(
                dossier=ancien, autre=recent, defaults={**champs, "le": maintenant}
            )
