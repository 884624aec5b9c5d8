"""A letter that waited is read again before it leaves: who may know of the dossier moved meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, CanalCourrier, Courrier, Dossier, Responsable
from dossiers.models.courrier import DECISION
from dossiers.queries.courriers import (
    adresse_postale,
    adultes_de,
    cadre_du,
    decision_discrete,
    lettre,
    pieces_voulues,
)
from dossiers.regles import destinataires as regles
from dossiers.services.journal import journaliser
from structures.models import Agent, Mairie


def a_jour(
    courrier: Courrier, *, maintenant: datetime, par: Agent | None = None, mairie: Mairie | None = None
) -> Courrier | None:
    """The letter as it may leave now, saved; None when nobody may receive it any more.

    It goes to the address its addressee has today. One kept away from the dossier since receives nothing:
    the letter is for who may know instead, or withdrawn, the journal saying so. A family protected since is
    written to in the discreet words. The caller holds the lock of the letter, not sent yet.
    """
    dossier = Dossier.objects.select_related("enfant", "famille", "mairie").get(pk=courrier.dossier_id)
    trouve = _destinataire(courrier, dossier)
    if trouve is None:
        _retirer(courrier, dossier, par=par, mairie=mairie, maintenant=maintenant)
        return None
    autre = trouve.rang != courrier.rang
    adresser(courrier, trouve)
    if autre or dossier.protege:
        redire(courrier, dossier, trouve)
    courrier.save()
    return courrier


@transaction.atomic
def a_imprimer_maintenant(
    courriers: Iterable[Courrier], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> list[Courrier]:
    """Those of these waiting letters that may still be printed, each as it may leave now."""
    verrous = Courrier.objects.select_for_update(of=("self",)).a_imprimer()
    lus = verrous.select_related("mairie", "dossier__famille").filter(pk__in=[c.pk for c in courriers])
    communs: dict[str, Any] = {"par": par, "mairie": mairie, "maintenant": maintenant}
    return [c for lu in lus.order_by("prepare_le", "pk") if (c := a_jour(lu, **communs))]


def adresser(courrier: Courrier, responsable: Responsable) -> None:
    """Write who receives the letter, and where; one without an e-mail any more is written on paper."""
    courrier.responsable, courrier.rang = responsable, responsable.rang
    courrier.destinataire = str(responsable)
    courrier.adresse = "\n".join(adresse_postale(responsable))
    courrier.courriel = responsable.courriel
    if not responsable.courriel:
        courrier.canal = CanalCourrier.PAPIER


def redire(courrier: Courrier, dossier: Dossier, responsable: Responsable) -> None:
    """The same act in the words this person may read today, at the date the letter was written."""
    echeance = courrier.echeance
    if echeance is None:
        if courrier.nature == DECISION and dossier.protege:
            courrier.objet, courrier.corps = decision_discrete(dossier)
        return
    jour = timezone.localdate(courrier.prepare_le)
    dite = lettre(
        dossier,
        courrier.nature,
        responsable,
        cadre=cadre_du(jour),
        limite=echeance.limite_le,
        pieces=pieces_voulues(dossier, courrier.nature, reference=echeance.reference, le=jour),
        le=jour,
    )
    courrier.objet, courrier.corps = dite.objet, dite.corps


def _destinataire(courrier: Courrier, dossier: Dossier) -> Responsable | None:
    """The same person while she may know; else the first who may, unless the same letter is already hers."""
    par_cle = {adulte.cle: (adulte, responsable) for adulte, responsable in adultes_de(dossier)}
    permis = regles.destinataires([a for a, _ in par_cle.values()], protegee=dossier.protege)
    memes = [a for a in permis if a.rang == courrier.rang]
    if memes:
        return par_cle[memes[0].cle][1]
    if not permis or courrier.copie_de_id:
        return None
    siens = Courrier.objects.filter(dossier=dossier, nature=courrier.nature, rang=permis[0].rang)
    if courrier.echeance_id:
        deja = siens.filter(echeance=courrier.echeance_id)
    else:
        # Letters of one decision are handed over together.
        deja = siens.filter(prepare_le__date=timezone.localdate(courrier.prepare_le))
    return None if deja.exists() else par_cle[permis[0].cle][1]


def _retirer(
    courrier: Courrier, dossier: Dossier, *, par: Agent | None, mairie: Mairie | None, maintenant: datetime
) -> None:
    details = {"nature": courrier.nature, "courrier": courrier.pk}
    courrier.delete()
    journaliser(
        ActionJournal.COURRIER,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=dossier,
        objet="retire",
        details=details,
    )
