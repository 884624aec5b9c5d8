"""What the commission says of each dossier, and the life of the séance around it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, Max

from commissions.models import Decision, EtatSeance, MotifDecision, MotifSansQuorum, Passage, Seance
from commissions.models import SensDecision as Sens
from commissions.queries.decisions import dernier_geste
from commissions.queries.quorum import presences_de, quorum_de
from commissions.regles import cycle
from commissions.services import liste_complementaire as liste
from commissions.services.creneaux import verifier_creneaux
from dossiers.models import ActionJournal, Dossier, Journal
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section

SEANCE_FERMEE = "Une décision se prend pendant la séance, quand elle est ouverte."
# What an undo must put back, besides who and when.
GARDES = (
    *("sens", "motif", "section_id", "choix", "demi_journees", "rang_complementaire", "insere"),
    *("conforme", "ecart"),
)
_REFUS = {
    "decision_places": (
        "plus_de_place",
        "Il ne reste pas de place sur toutes ces demi-journées : rien n’a été changé.",
    ),
    "decision_seance_ouverte": ("seance_fermee", SEANCE_FERMEE),
}


def ouvrir_seance(
    seance: Seance, *, par: Agent | None, maintenant: datetime, sans_quorum: str = ""
) -> Seance:
    """The members are in the room: decisions may be taken.

    Without its quorum the séance opens for a coded reason only. Raises ErreurMetier `quorum`.
    """
    with transaction.atomic():
        seance = Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
        seance.sans_quorum = _raison_sans_quorum(seance, sans_quorum, maintenant)
        seance.save(update_fields=["sans_quorum"])
        return _passer(seance, "ouvrir", "ouverte_le", par, maintenant)


def _raison_sans_quorum(seance: Seance, raison: str, maintenant: datetime) -> str:
    le_quorum = quorum_de(presences_de(seance), le=maintenant.date())
    if le_quorum.atteint:
        return ""
    if raison not in MotifSansQuorum.values:
        message = (
            f"Le quorum n’est pas atteint : {le_quorum.presents} présents, il en faut {le_quorum.requis}."
            " Tenez la feuille de présence, ou dites pourquoi la séance s’ouvre sans lui."
        )
        raise ErreurMetier("quorum", message, champ="sans_quorum")
    return raison


def tenir_seance(seance: Seance, *, par: Agent | None, maintenant: datetime) -> Seance:
    """The séance is over. Each dossier of its list has now been examined once more.

    Passages are counted here and not at the freeze: a frozen séance may never be held. The points of the
    grid that count passages move at the next scoring, never in this séance.
    """
    with transaction.atomic():
        liste.resserrer(verrouiller_ouverte(seance))
        seance = _passer(seance, "tenir", "tenue_le", par, maintenant)
        Dossier.objects.filter(passages__seance=seance).update(nb_passages=F("nb_passages") + 1)
    return seance


def verrouiller_ouverte(seance: Seance | int) -> Seance:
    """The séance, locked, open: two gestures never meet. Raises ErreurMetier `seance_fermee`."""
    pk = seance if isinstance(seance, int) else seance.pk
    verrou = Seance.objects.select_for_update(of=("self",)).defer("instance").get(pk=pk)
    if verrou.etat != EtatSeance.OUVERTE:
        raise ErreurMetier("seance_fermee", SEANCE_FERMEE)
    return verrou


@contextmanager
def refus_de_decision() -> Iterator[None]:
    """What the database refuses of a decision, in French: `plus_de_place`, `seance_fermee`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refus:
        diag = getattr(refus.__cause__, "diag", None)
        contrainte = getattr(diag, "constraint_name", "") or ""
        if contrainte not in _REFUS:
            raise
        raise ErreurMetier(*_REFUS[contrainte]) from refus


@transaction.atomic
def consigner_decision(
    passage: Passage,
    *,
    sens: Sens | str,
    par: Agent | None,
    maintenant: datetime,
    section: Section | None = None,
    demi_journees: Sequence[int] = (),
    motif: MotifDecision | str = "",
    rang_complementaire: int | None = None,
    inserer: bool = False,
    conforme: bool | None = None,
    ecart: str = "",
    version: int | None = None,
    geste: int | None = None,
) -> Decision:
    """Record the avis on one passage of an open séance, replacing the one it had.

    `inserer`: the ranks of the complementary list from that one on move down by one. `version` is that of
    the decision its author saw, 0 when there was none: another one in between is told.
    Raises ErreurMetier `seance_fermee`, `section_non_demandee`, `semaine_non_acceptee`,
    `decision_incomplete`, `version`, `plus_de_place`, `deport`.
    """
    seance = verrouiller_ouverte(passage.seance_id)
    ancienne = Decision.objects.filter(passage=passage).select_related("prise_par").first()
    _verifier_version(ancienne, version)
    _verifier_deport(passage, par)
    choix = _choix(passage, section)
    demi_journees = sorted(set(demi_journees))
    _verifier_contenu(passage, sens, section, demi_journees, motif)
    decision = ancienne or Decision(passage=passage)
    rangee = liste.ranger(passage, ancienne, section=section, rang=rang_complementaire, inserer=inserer)
    decision.precedente = _garder(ancienne, rangee) if ancienne else {}
    decision.sens, decision.motif, decision.section, decision.choix = sens, motif, section, choix
    decision.demi_journees = demi_journees
    decision.rang_complementaire, decision.insere = rangee.rang, rangee.insere
    decision.conforme, decision.ecart = conforme, ecart
    decision.geste = decision.version = geste if geste is not None else prochain_geste(seance)
    decision.prise_le, decision.prise_par = maintenant, par
    with refus_de_decision():
        decision.save()
    verifier_creneaux(decision, seance)
    Journal.objects.create(**_ligne(decision, seance))
    return decision


def _verifier_contenu(
    passage: Passage, sens: str, section: Section | None, demi_journees: Sequence[int], motif: str
) -> None:
    admis = sens == Sens.ADMIS
    if admis != (section is not None and bool(demi_journees)) or admis == bool(motif):
        raise ErreurMetier(
            "decision_incomplete",
            "Une admission dit la section et les demi-journées ; toute autre décision porte un motif.",
        )
    if admis and set(demi_journees) - {k for semaine in passage.semaines for k in semaine}:
        raise ErreurMetier("semaine_non_acceptee", "La famille n’a pas demandé toutes ces demi-journées.")


def _garder(ancienne: Decision, rangee: liste.Rangement) -> dict[str, Any]:
    return {nom: getattr(ancienne, nom) for nom in GARDES} | {"remontes": rangee.remontes}


def _choix(passage: Passage, section: Section | None) -> int | None:
    if section is None:
        return None
    choix: int | None = passage.voeux.filter(section=section).values_list("choix", flat=True).first()
    if choix is None:
        raise ErreurMetier("section_non_demandee", "Cette section n’est pas un choix de ce dossier.")
    return choix


def _verifier_version(decision: Decision | None, version: int | None) -> None:
    actuelle = decision.version if decision else 0
    if version is None or version == actuelle:
        return
    if decision is None:
        message = "La décision que vous voyiez vient d’être annulée par une autre personne."
    else:
        qui = decision.prise_par or "Une autre personne"
        message = f"{qui} vient de décider : « {decision.get_sens_display()} »."
    raise ErreurMetier("version", f"{message} Rien n’a été changé : relisez la ligne.")


def _verifier_deport(passage: Passage, par: Agent | None) -> None:
    if par and par.liens.filter(famille__dossiers=passage.dossier_id, leve_le=None).exists():
        raise ErreurMetier("deport", "Vous êtes déporté de cette famille : une autre personne décide.")


def prochain_geste(seance: Seance) -> int:
    """The number of the next gesture of a séance whose row is locked; one undone never serves again."""
    ecrites = apps.get_model("commissions", "DecisionEvent").objects.filter(passage__seance=seance)
    return (ecrites.aggregate(n=Max("version"))["n"] or 0) + 1


def _ligne(decision: Decision, seance: Seance, *, annulee: bool = False) -> dict[str, Any]:
    """The avis as the dossier's history tells it."""
    avis = Sens(decision.sens).label.lower()
    if decision.section and decision.sens == Sens.ADMIS:
        avis += f", {decision.section.structure.nom}"
    return {
        "le": decision.prise_le,
        "par": decision.prise_par,
        "action": ActionJournal.COMMISSION,
        "dossier_id": decision.passage.dossier_id,
        "objet": "avis",
        "details": {
            "seance": seance.intitule,
            "avis": f"annulé, {avis}" if annulee else avis,
            "raison": MotifDecision(decision.motif).label.lower() if decision.motif else "",
        },
    }


@transaction.atomic
def annuler_geste(seance: Seance, *, geste: int, par: Agent, maintenant: datetime) -> list[Decision]:
    """Undo the last gesture of the séance, one decision or a block: each line finds the avis it had.

    Raises ErreurMetier `rien_a_annuler`, `version` when somebody decided in between, `plus_de_place` when a
    place a transfer had left was given since, `deport`.
    """
    verrou = verrouiller_ouverte(seance)
    dernier = dernier_geste(verrou)
    if not dernier:
        raise ErreurMetier("rien_a_annuler", "Aucune décision à annuler.")
    if geste != dernier:
        raise ErreurMetier(
            "version", "Une autre décision a été prise entre-temps : relisez la dernière avant de l’annuler."
        )
    prises = Decision.objects.filter(passage__seance=verrou, geste=dernier)
    liste = list(prises.select_related("passage", "section__structure"))
    numero = prochain_geste(verrou)
    with refus_de_decision():
        for decision in liste:
            _verifier_deport(decision.passage, par)
            _defaire(decision, verrou, par, maintenant, numero=numero)
    return liste


def _defaire(decision: Decision, seance: Seance, par: Agent, maintenant: datetime, *, numero: int) -> None:
    ligne = _ligne(decision, seance, annulee=True) | {"le": maintenant, "par": par}
    if decision.insere:
        liste.remonter(decision, seance.pk)
    remontes = decision.precedente.pop("remontes", False)
    if not decision.precedente:
        decision.delete()
    else:
        for nom, valeur in decision.precedente.items():
            setattr(decision, nom, valeur)
        if remontes:
            liste.redescendre(decision, seance.pk)
        decision.precedente, decision.version = {}, numero
        # Out of the gestures: the next undo is that of the one before.
        decision.geste, decision.prise_le, decision.prise_par = 0, maintenant, par
        decision.save()
    Journal.objects.create(**ligne)


@transaction.atomic
def tenir_seance_passee(
    seance: Seance, decisions: Iterable[Decision], *, par: Agent | None, maintenant: datetime
) -> Seance:
    """Take over a séance already held: its decisions (unsaved, one per passage) written in one go.

    It opened at its hour and ended at `maintenant`.
    """
    seance = _passer(seance, "ouvrir", "ouverte_le", par, min(seance.tenue_prevue_le, maintenant))
    liste = list(decisions)
    for decision in liste:
        decision.prise_le, decision.prise_par = maintenant, par
    with refus_de_decision():
        Decision.objects.bulk_create(liste, batch_size=500)
    Journal.objects.bulk_create([Journal(**_ligne(d, seance)) for d in liste], batch_size=500)
    return tenir_seance(seance, par=par, maintenant=maintenant)


@transaction.atomic
def _passer(seance: Seance, action: str, date: str, par: Agent | None, maintenant: datetime) -> Seance:
    seance = Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
    seance.etat = cycle.etat_suivant(seance.etat, action)
    setattr(seance, date, maintenant)
    seance.version += 1
    seance.save(update_fields=["etat", date, "version"])
    Journal.objects.create(
        le=maintenant, par=par, action=ActionJournal.ETAT, objet=f"séance {seance.pk} {seance.etat}"
    )
    return seance
