"""What the commission says of each dossier, and the life of the séance around it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from commissions.models import Decision, EtatSeance, MotifDecision, Passage, Seance, SensDecision
from commissions.regles import cycle
from dossiers.models import ActionJournal, Dossier, Journal
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section


def ouvrir_seance(seance: Seance, *, par: Agent | None, maintenant: datetime) -> Seance:
    """The members are in the room: decisions may be taken."""
    return _passer(seance, "ouvrir", "ouverte_le", par, maintenant)


def tenir_seance(seance: Seance, *, par: Agent | None, maintenant: datetime) -> Seance:
    """The séance is over. Each dossier of its list has now been examined once more.

    Passages are counted here and not at the freeze: a frozen séance may never be held. The points of the
    grid that count passages move at the next scoring, never in this séance.
    """
    with transaction.atomic():
        seance = _passer(seance, "tenir", "tenue_le", par, maintenant)
        Dossier.objects.filter(passages__seance=seance).update(nb_passages=F("nb_passages") + 1)
    return seance


@transaction.atomic
def consigner_decision(
    passage: Passage,
    *,
    sens: SensDecision | str,
    par: Agent | None,
    maintenant: datetime,
    section: Section | None = None,
    demi_journees: Sequence[int] = (),
    motif: MotifDecision | str = "",
    rang_complementaire: int | None = None,
) -> Decision:
    """Record the avis on one passage of an open séance, replacing the one it had.

    Raises ErreurMetier `seance_fermee`, `section_non_demandee`, `decision_incomplete`.
    """
    seance = Seance.objects.select_for_update(of=("self",)).get(pk=passage.seance_id)
    if seance.etat != EtatSeance.OUVERTE:
        raise ErreurMetier(
            "seance_fermee", "Une décision se prend pendant la séance, quand elle est ouverte."
        )
    choix = None
    if section is not None:
        choix = passage.voeux.filter(section=section).values_list("choix", flat=True).first()
        if choix is None:
            raise ErreurMetier("section_non_demandee", "Cette section n’est pas un choix de ce dossier.")
    admis = sens == SensDecision.ADMIS
    if admis != (section is not None and bool(demi_journees)) or admis == bool(motif):
        raise ErreurMetier(
            "decision_incomplete",
            "Une admission dit la section et les demi-journées ; toute autre décision porte un motif.",
        )
    decision, _ = Decision.objects.update_or_create(
        passage=passage,
        defaults={
            "sens": sens,
            "motif": motif,
            "section": section,
            "choix": choix,
            "demi_journees": sorted(set(demi_journees)),
            "rang_complementaire": rang_complementaire,
            "prise_le": maintenant,
            "prise_par": par,
        },
    )
    Journal.objects.create(**_ligne(decision, seance))
    return decision


def _ligne(decision: Decision, seance: Seance) -> dict[str, Any]:
    """The avis as the dossier's history tells it."""
    avis = SensDecision(decision.sens).label.lower()
    if decision.section:
        avis += f", {decision.section.structure.nom}"
    return {
        "le": decision.prise_le,
        "par": decision.prise_par,
        "action": ActionJournal.COMMISSION,
        "dossier_id": decision.passage.dossier_id,
        "objet": "avis",
        "details": {
            "seance": seance.intitule,
            "avis": avis,
            "raison": MotifDecision(decision.motif).label.lower() if decision.motif else "",
        },
    }


@transaction.atomic
def tenir_seance_passee(
    seance: Seance, decisions: Iterable[Decision], *, par: Agent | None, maintenant: datetime
) -> Seance:
    """Take over a séance already held: its decisions (unsaved, one per passage) written in one go."""
    seance = ouvrir_seance(seance, par=par, maintenant=maintenant)
    liste = list(decisions)
    for decision in liste:
        decision.prise_le, decision.prise_par = maintenant, par
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
