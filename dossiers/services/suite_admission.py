"""A place accepted that was not the first choice: the better-ranked ones go on waiting, as a transfer."""

from datetime import datetime

from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Admission,
    Besoin,
    Dossier,
    EtatDossier,
    NatureDossier,
    PieceJustificative,
    TypeBesoin,
    Voeu,
)
from dossiers.regles.cycle import EN_ATTENTE
from dossiers.services.cotation import coter_dossier
from dossiers.services.cycle import changer_etat
from dossiers.services.ecriture import prochains_numeros
from dossiers.services.journal import journaliser
from structures.models import Agent, Mairie

UN_AN = 366


def garder_mieux_classes(
    dossier: Dossier,
    place: Admission,
    *,
    choix: int,
    par: Agent | None,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Dossier | None:
    """A transfer request for the choices ranked before `choix`, with the seniority of `dossier`.

    In the caller's transaction, once `dossier` is admitted. None when the place was the first choice.
    """
    mieux = list(dossier.voeux.filter(rang__lt=choix).exclude(structure=place.section.structure_id))
    besoin = dossier.besoins.filter(type=TypeBesoin.REGULIER).first()
    if not mieux or besoin is None or dossier.nature == NatureDossier.COMPLEMENT:
        return None
    suite = _copie(dossier, place, maintenant)
    _copier_besoin(besoin, suite, place)
    Voeu.objects.bulk_create(
        Voeu(dossier=suite, rang=rang, structure=voeu.structure) for rang, voeu in enumerate(mieux, 1)
    )
    for piece in PieceJustificative.objects.filter(dossier=dossier):
        piece.pk, piece.dossier = None, suite
        piece.save(force_insert=True)
    coter_dossier(suite, par=par, maintenant=maintenant)
    journaliser(
        ActionJournal.DEPOT,
        par=par,
        maintenant=maintenant,
        dossier=suite,
        objet=suite.numero,
        details={"mieux_classes_de": dossier.numero},
        mairie=mairie,
    )
    return suite


def _copie(dossier: Dossier, place: Admission, maintenant: datetime) -> Dossier:
    numero = prochains_numeros(1, timezone.localtime(maintenant).year)[0]
    return Dossier.objects.create(
        numero=numero,
        famille=dossier.famille,
        enfant=dossier.enfant,
        mairie=dossier.mairie,
        quartier=dossier.quartier,
        etat=EtatDossier.ACTIF,
        nature=NatureDossier.MUTATION,
        admission_actuelle=place,
        origine=dossier.origine,
        depose_le=dossier.depose_le,
        depose_par=dossier.depose_par,
        enregistre_le=maintenant,
        complet_le=dossier.complet_le,
        renouvele_le=dossier.renouvele_le,
        a_renouveler_le=dossier.a_renouveler_le,
        solution=dossier.solution,
        faits=dossier.faits,
        nb_passages=dossier.nb_passages,
        engagements_le=dossier.engagements_le,
    )


def _copier_besoin(besoin: Besoin, suite: Dossier, place: Admission) -> None:
    """The same week; any day of the coming year suits, since the child is received meanwhile."""
    besoin.pk, besoin.dossier = None, suite
    besoin.entree_le, besoin.tolerance_jours = place.debut, UN_AN
    besoin.save(force_insert=True)


def fermer_suites(
    place: Admission, *, par: Agent | None, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """The place fails before it began: the transfers that named it close, the first demand may return."""
    for suite in Dossier.objects.filter(admission_actuelle=place).order_by("pk"):
        if suite.etat in (*EN_ATTENTE, EtatDossier.SUSPENDU):
            changer_etat(suite, "clore_depart", par=par, maintenant=maintenant, mairie=mairie)
    Dossier.objects.filter(admission_actuelle=place).update(
        admission_actuelle=None, nature=NatureDossier.PREMIERE
    )
