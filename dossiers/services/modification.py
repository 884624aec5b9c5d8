"""Changing a dossier: only what differs is written, and never over somebody else's work."""

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
    Voeu,
)
from dossiers.queries.saisie import Cadre
from dossiers.regles import cycle
from dossiers.regles.saisie import Saisie
from dossiers.services import ecriture, foyer
from dossiers.services.cotation import coter_dossier, coter_famille
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
    foyer.garder_les_contrats(frais.famille, saisie, sauf=frais)
    protege = frais.protege
    change = foyer.modifier_foyer(frais.famille, saisie, maintenant=maintenant)
    pieces_foyer, pieces_enfant = foyer.modifier_pieces(
        [frais], saisie, obligatoires=obligatoires, par=par, mairie=mairie
    )
    touches = {
        "foyer": change or pieces_foyer,
        "enfant": _modifier_enfant(frais.enfant, saisie),
        "besoin": _modifier_besoins(frais, saisie),
        "choix": _modifier_voeux(frais, saisie),
        "pieces": pieces_foyer or pieces_enfant,
        "dossier": _modifier_dossier(frais, saisie),
        "protection": frais.protege and not protege,
    }
    frais.version += 1
    frais.save()
    if touches["foyer"]:
        foyer.prevenir_fratrie(frais.famille, sauf=[frais])
    Brouillon.objects.filter(dossier=frais, agent=par).delete()
    _journaliser(frais, touches, par=par, mairie=mairie, maintenant=maintenant)
    concernes = Dossier.objects.filter(famille=frais.famille) if pieces_foyer else [frais]
    foyer.completer(concernes, obligatoires, par=par, mairie=mairie, maintenant=maintenant)
    return _recoter(frais, tous=touches["foyer"], par=par, maintenant=maintenant)


def _journaliser(dossier: Dossier, touches: dict[str, bool], **acteur: Any) -> None:
    parties = sorted(nom for nom, touche in touches.items() if touche)
    journaliser(
        ActionJournal.MODIFICATION,
        dossier=dossier,
        objet=dossier.numero,
        details={"parties": parties},
        **acteur,
    )


def _recoter(dossier: Dossier, *, tous: bool, par: Agent | None, maintenant: datetime) -> Dossier:
    if tous:
        coter_famille(dossier.famille, par=par, maintenant=maintenant)
    else:
        coter_dossier(dossier, par=par, maintenant=maintenant)
    return Dossier.objects.select_related("famille", "enfant").get(pk=dossier.pk)


def _verrouiller(dossier: Dossier, version: int) -> Dossier:
    """The household first, then the dossier: brothers and sisters changed together cannot deadlock."""
    foyer.verrouiller_famille(dossier.famille_id)
    frais = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("famille", "enfant__groupe")
        .get(pk=dossier.pk)
    )
    if frais.version != version:
        raise foyer.version_perimee("Ce dossier")
    if frais.etat not in MODIFIABLES:
        raise ErreurMetier(
            "dossier_ferme",
            f"Ce dossier est «\u00a0{frais.get_etat_display()}\u00a0»\u202f: il ne change plus ici.",
        )
    return frais


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
    if avant.keys() == apres.keys() and not any(
        foyer.differents([avant[t]], [apres[t]], champs) for t in apres
    ):
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
