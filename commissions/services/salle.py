"""Running the session in the room: show, decide one line, validate a block, recompute what is left."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from commissions.models import (
    Decision,
    MotifDecision,
    MotifEcart,
    PassageVoeu,
    PlaceOfferte,
    Projection,
    Recalcul,
    Seance,
)
from commissions.models import SensDecision as Sens
from commissions.queries.avis import avis_de
from commissions.queries.decisions import decisions_de
from commissions.queries.reste import instance_du_reste
from commissions.queries.salle import LigneSalle, lignes_de
from commissions.regles.affectation import VERSION_MOTEUR, affecter, resultat_canonique
from commissions.regles.avis import Avis
from commissions.regles.instance import canonique
from commissions.services.decisions import (
    consigner_decision,
    prochain_geste,
    tenir_seance,
    verrouiller_ouverte,
)
from commissions.services.liste_complementaire import rang_libre
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent


@transaction.atomic
def montrer(seance: Seance, *, section: int, voeu: int | None = None, maintenant: datetime) -> Projection:
    """What the room looks at; every member's screen follows. Raises ErreurMetier `section_inconnue`."""
    if not seance.places.filter(section=section).exists():
        raise ErreurMetier("section_inconnue", "Cette section n’est pas dans la séance.")
    lignes = PassageVoeu.objects.filter(passage__seance=seance, section=section)
    ligne = lignes.filter(pk=voeu).first() if voeu else None
    projection, _ = Projection.objects.update_or_create(
        seance=seance, defaults={"section_id": section, "voeu": ligne, "change_le": maintenant}
    )
    return projection


@transaction.atomic
def decider(
    voeu: PassageVoeu,
    *,
    sens: str,
    version: int,
    par: Agent,
    maintenant: datetime,
    demi_journees: Collection[int] = (),
    motif: str = "",
    ecart: str = "",
    rang: int | None = None,
) -> Decision:
    """The avis on one line, by a person. What departs from the proposal carries its coded reason.

    Raises ErreurMetier `ecart_a_motiver` (field `ecart`), `motif_a_dire` (field `motif`), and what
    `consigner_decision` raises.
    """
    seance = verrouiller_ouverte(voeu.passage.seance_id)
    avis = avis_de(seance).get(voeu.passage_id)
    conforme = suit(avis, voeu, sens, demi_journees)
    if conforme and avis is not None and sens != Sens.ADMIS:
        motif = motif or avis.motif
    if sens != Sens.ADMIS and motif not in MotifDecision.values:
        raise ErreurMetier("motif_a_dire", "Dites le motif qui sera donné à la famille.", champ="motif")
    if conforme is False and ecart not in MotifEcart.values:
        raise ErreurMetier(
            "ecart_a_motiver", "La commission s’écarte de la proposition : dites pourquoi.", champ="ecart"
        )
    dit_a_voix_haute = rang is not None
    if rang is None and sens == Sens.LISTE_COMPLEMENTAIRE:
        rang = rang_libre(voeu, avis.rang if conforme and avis else None)
    return consigner_decision(
        voeu.passage,
        sens=sens,
        section=voeu.section if sens in (Sens.ADMIS, Sens.LISTE_COMPLEMENTAIRE) else None,
        demi_journees=sorted(demi_journees) if sens == Sens.ADMIS else (),
        motif="" if sens == Sens.ADMIS else motif,
        rang_complementaire=rang if sens == Sens.LISTE_COMPLEMENTAIRE else None,
        inserer=dit_a_voix_haute and sens == Sens.LISTE_COMPLEMENTAIRE,
        conforme=conforme,
        ecart="" if conforme is not False else ecart,
        version=version,
        par=par,
        maintenant=maintenant,
    )


def suit(avis: Avis | None, voeu: PassageVoeu, sens: str, demi_journees: Collection[int]) -> bool | None:
    """Whether this decision is the one proposed; None when nothing was."""
    if avis is None:
        return None
    if avis.sens != sens:
        return False
    if sens == Sens.ADMIS:
        return avis.section == voeu.section_id and avis.demi_journees == tuple(sorted(demi_journees))
    return sens != Sens.LISTE_COMPLEMENTAIRE or avis.section == voeu.section_id


@transaction.atomic
def valider_bloc(
    seance: Seance, place: PlaceOfferte, *, lignes: Collection[int], par: Agent, maintenant: datetime
) -> int:
    """The lines of one section that follow the proposal, validated at once by a person: how many.

    `lignes` are those the page showed: another agent in between is told and nothing is written. Raises
    ErreurMetier `version`, `bloc_vide`, `plus_de_place`.
    """
    verrou = verrouiller_ouverte(seance)
    liees = frozenset(par.liens.filter(leve_le=None).values_list("famille_id", flat=True))
    bloc = [ligne for ligne in lignes_de(verrou, place, liees) if ligne.conforme_a_valider]
    if {ligne.voeu.pk for ligne in bloc} != set(lignes):
        raise ErreurMetier(
            "version", "Cette section a changé depuis que vous la lisez : relisez-la, puis validez."
        )
    if not bloc:
        raise ErreurMetier("bloc_vide", "Aucune ligne de cette section n’est à valider en bloc.")
    geste = prochain_geste(verrou)
    for ligne in bloc:
        _valider(ligne, geste, par, maintenant)
    return len(bloc)


def _valider(ligne: LigneSalle, geste: int, par: Agent, maintenant: datetime) -> None:
    avis, voeu = ligne.avis, ligne.voeu
    if avis is None:
        return
    retenu = avis.sens in (Sens.ADMIS, Sens.LISTE_COMPLEMENTAIRE)
    complementaire = avis.sens == Sens.LISTE_COMPLEMENTAIRE
    consigner_decision(
        voeu.passage,
        sens=avis.sens,
        section=voeu.section if retenu else None,
        demi_journees=avis.demi_journees,
        motif=avis.motif,
        rang_complementaire=rang_libre(voeu, avis.rang) if complementaire else None,
        conforme=True,
        version=0,
        geste=geste,
        par=par,
        maintenant=maintenant,
    )


@transaction.atomic
def ajourner_le_reste(seance: Seance, *, nombre: int, ecart: str, par: Agent, maintenant: datetime) -> int:
    """Every line nobody decided is put off to the next séance, in one gesture of a person.

    `nombre` is what the page said would be. Raises ErreurMetier `version`, `ecart_a_motiver`.
    """
    verrou = verrouiller_ouverte(seance)
    passages = list(verrou.passages.filter(decision__isnull=True).order_by("pk"))
    if len(passages) != nombre:
        raise ErreurMetier("version", "Une décision vient d’être prise : relisez ce qui reste.")
    avis = avis_de(verrou)
    if ecart not in MotifEcart.values and any(p.pk in avis for p in passages):
        raise ErreurMetier(
            "ecart_a_motiver", "La commission s’écarte de la proposition : dites pourquoi.", champ="ecart"
        )
    geste = prochain_geste(verrou)
    for passage in passages:
        propose = passage.pk in avis
        consigner_decision(
            passage,
            sens=Sens.AJOURNE,
            motif=MotifDecision.REPORT,
            conforme=False if propose else None,
            ecart=ecart if propose else "",
            version=0,
            geste=geste,
            par=par,
            maintenant=maintenant,
        )
    return len(passages)


@transaction.atomic
def terminer(seance: Seance, *, nombre: int, ecart: str, par: Agent, maintenant: datetime) -> Seance:
    """The séance is over: what nobody decided is put off in the same transaction, or it stays open."""
    ajourner_le_reste(seance, nombre=nombre, ecart=ecart, par=par, maintenant=maintenant)
    return tenir_seance(seance, par=par, maintenant=maintenant)


def recalculer(seance: Seance, *, par: Agent, maintenant: datetime) -> Recalcul:
    """Run the engine again on what is not decided: those lines alone get a new proposal.

    Raises ErreurMetier `seance_fermee`, `rien_a_recalculer`.
    """
    instance = instance_du_reste(seance)
    if not instance["demandes"] and not seance.passages.filter(decision__isnull=True).exists():
        raise ErreurMetier("rien_a_recalculer", "Toutes les lignes sont décidées.")
    resultat = resultat_canonique(affecter(instance))
    with transaction.atomic():
        verrou = verrouiller_ouverte(seance)
        recalcul = Recalcul.objects.create(
            seance=verrou,
            instance=canonique(instance).decode(),
            resultat=resultat.decode(),
            empreinte=hashlib.sha256(resultat).hexdigest(),
            moteur=VERSION_MOTEUR,
            fait_le=maintenant,
            fait_par=par,
        )
        journaliser(
            ActionJournal.COMMISSION,
            par=par,
            maintenant=maintenant,
            objet=f"séance {seance.pk} recalculée",
            details={"decidees": decisions_de(seance).count(), "empreinte": recalcul.empreinte},
        )
    return recalcul
