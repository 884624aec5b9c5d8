"""The nightly delays: open what began, do what is due, each act once, whatever night is replayed."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from dossiers.models import ActionJournal, Courrier, Dossier, Echeance, Journal
from dossiers.queries import echeances as lectures
from dossiers.queries.courriers import Cadre, cadre_du
from dossiers.regles import echeances as regles
from dossiers.services.courriers import ecrire_courriers
from dossiers.services.cycle import changer_etat
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.regles.jours import HEURE_LIMITE

trace = logging.getLogger(__name__)
PARIS = ZoneInfo("Europe/Paris")
LOT = 200
FAITE, ANNULEE, RETENUE, REFUSEE, OCCUPEE = "faite", "annulee", "retenue", "refusee", "occupee"


@dataclass
class Bilan:
    """What a night did: acts per nature and outcome, letters per channel."""

    ouvertes: int = 0
    actes: Counter[tuple[str, str]] = field(default_factory=Counter)
    courriers: Counter[str] = field(default_factory=Counter)

    def total(self, issue: str) -> int:
        """How many acts ended so, all natures together."""
        return sum(n for (_, i), n in self.actes.items() if i == issue)


def passer_les_echeances(jour: date, *, maintenant: datetime) -> Bilan:
    """Everything due on `jour` or before: open the delays, alert, then do the acts.

    Played twice, it finds nothing more to do; a missed night is caught up by the next one, its delays
    moved by as much. Two workers may run it at once: they share the acts.
    """
    valeur = lectures.Valeurs()
    bilan = Bilan(ouvertes=inscrire(lectures.a_ouvrir(jour, valeur)))
    _alerter_les_silences(jour, valeur, bilan, maintenant=maintenant)
    accomplir(jour, bilan, valeur=valeur, maintenant=maintenant)
    return bilan


def inscrire(actes: Iterable[tuple[int, regles.Acte]]) -> int:
    """Write the acts to come, (dossier, act); one already written is left as it is."""
    suite, ecrites = iter(actes), 0
    while lot := [_echeance(pk, acte) for pk, acte in islice(suite, lectures.LOT)]:
        Echeance.objects.bulk_create(lot, ignore_conflicts=True)
        ecrites += len(lot)
    return ecrites


def accomplir(jour: date, bilan: Bilan, *, valeur: lectures.Valeurs, maintenant: datetime) -> None:
    """Do every act due, one transaction each; what another worker holds is looked at again at the end."""
    cadre = cadre_du(jour)
    occupees = []
    for pk, dossier, nature in _dues(jour):
        issue = _accomplir(pk, dossier, jour, cadre, bilan, maintenant=maintenant, attendre=False)
        if issue == OCCUPEE:
            occupees.append((pk, dossier, nature))
        elif issue:
            bilan.actes[nature, issue] += 1
    for pk, dossier, nature in occupees:
        if issue := _accomplir(pk, dossier, jour, cadre, bilan, maintenant=maintenant, attendre=True):
            bilan.actes[nature, issue] += 1


def annuler_echeances(dossier: Dossier, natures: Iterable[str], *, maintenant: datetime) -> int:
    """What the family just did makes these acts void; the night would have seen it too."""
    ouvertes = Echeance.objects.ouvertes().filter(dossier=dossier, nature__in=list(natures))
    return ouvertes.update(annulee_le=maintenant)


def fin_de_journee(jour: date) -> datetime:
    """The last moment of a delay that ends on this day."""
    return datetime.combine(jour, time(HEURE_LIMITE), tzinfo=PARIS)


def _echeance(pk: int, acte: regles.Acte, **champs: datetime) -> Echeance:
    limite = fin_de_journee(acte.limite_le) if acte.limite_le else None
    return Echeance(
        dossier_id=pk,
        nature=acte.nature,
        reference=acte.reference,
        due_le=acte.du_le,
        limite_le=limite,
        **champs,
    )


def _acte(echeance: Echeance) -> regles.Acte:
    limite = timezone.localdate(echeance.limite_le) if echeance.limite_le else None
    return regles.Acte(echeance.nature, echeance.reference, echeance.due_le, limite)


def _dues(jour: date) -> Iterator[tuple[int, int, str]]:
    """The open acts due, by chunks: a night that dies keeps what it did."""
    vu = 0
    while lot := list(
        Echeance.objects.ouvertes()
        .filter(due_le__lte=jour, pk__gt=vu)
        .order_by("pk")
        .values_list("pk", "dossier_id", "nature")[:LOT]
    ):
        yield from lot
        vu = lot[-1][0]


def _accomplir(
    pk: int, dossier_id: int, jour: date, cadre: Cadre, bilan: Bilan, *, maintenant: datetime, attendre: bool
) -> str:
    """One act, whole or not at all; empty when nothing is left to do. The dossier's lock guards it."""
    try:
        with transaction.atomic():
            verrou = Dossier.objects.select_for_update(of=("self",), skip_locked=not attendre)
            dossier = verrou.select_related("enfant", "famille", "mairie").filter(pk=dossier_id).first()
            if dossier is None:
                return OCCUPEE
            echeance = Echeance.objects.ouvertes().filter(pk=pk, due_le__lte=jour).first()
            if echeance is None or _precedee(echeance):
                return ""
            courriers = _faire(dossier, echeance, jour, cadre, maintenant=maintenant)
    except ErreurMetier as refus:
        trace.warning("échéance %s du dossier %s : %s", pk, dossier_id, refus.message)
        return REFUSEE
    if courriers is None:
        return ANNULEE if echeance.annulee_le else RETENUE
    bilan.courriers.update(courrier.canal for courrier in courriers)
    return FAITE


def _precedee(echeance: Echeance) -> bool:
    """A closing never comes before its warnings."""
    avant = regles.precedents(echeance.nature)
    return bool(avant) and (
        Echeance.objects.ouvertes()
        .filter(dossier=echeance.dossier_id, reference=echeance.reference, nature__in=avant)
        .exists()
    )


def _faire(
    dossier: Dossier, echeance: Echeance, jour: date, cadre: Cadre, *, maintenant: datetime
) -> list[Courrier] | None:
    """The letters written, None when the act was void or has to wait; the caller holds the dossier's lock."""
    acte, situation = _acte(echeance), lectures.situation_de(dossier)
    if not regles.vivant(acte, situation, jour):
        echeance.annulee_le = maintenant
        echeance.save(update_fields=["annulee_le"])
        return None
    if regles.en_suspens(acte, situation):
        return None
    if geste := regles.GESTES.get(acte.nature):
        dossier = changer_etat(dossier, geste[0], motif=geste[1], par=None, maintenant=maintenant)
    _tenir_le_delai(dossier, echeance, acte, jour)
    courriers: list[Courrier] = []
    if acte.nature not in regles.SANS_LETTRE:
        courriers = ecrire_courriers(dossier, echeance, cadre=cadre, maintenant=maintenant)
        if not courriers and acte.nature in regles.CLOTURES:
            raise ErreurMetier(
                "personne_a_prevenir", "Personne ne peut être prévenu : le dossier n’est pas clos."
            )
    echeance.faite_le = maintenant
    echeance.save(update_fields=["faite_le"])
    journaliser(
        ActionJournal.ECHEANCE,
        par=None,
        maintenant=maintenant,
        dossier=dossier,
        objet=acte.nature,
        details={"canaux": [c.canal for c in courriers], "limite": str(_acte(echeance).limite_le or "")},
    )
    return courriers


def _tenir_le_delai(dossier: Dossier, echeance: Echeance, acte: regles.Acte, jour: date) -> None:
    """A late warning moves the whole series: the letter, the page and the closing say the same day."""
    suite, retard = regles.suivants(acte.nature), jour - acte.du_le
    if suite and retard > timedelta(0):
        _dater(echeance, regles.repousser(acte, retard))
        for suivante in Echeance.objects.ouvertes().filter(
            dossier=dossier, reference=acte.reference, nature__in=suite
        ):
            repousse = regles.repousser(_acte(suivante), retard)
            suivante.due_le = repousse.du_le
            _dater(suivante, repousse)
    limite = _acte(echeance).limite_le
    if suite and acte.nature in regles.RENOUVELLEMENT and limite != dossier.a_renouveler_le:
        dossier.a_renouveler_le = limite
        dossier.save(update_fields=["a_renouveler_le"])


def _dater(echeance: Echeance, acte: regles.Acte) -> None:
    echeance.limite_le = fin_de_journee(acte.limite_le) if acte.limite_le else None
    echeance.save(update_fields=["due_le", "limite_le"])


def _alerter_les_silences(
    jour: date, valeur: lectures.Valeurs, bilan: Bilan, *, maintenant: datetime
) -> None:
    """The coordination is told of the demands nobody answered: an act and a line of journal, no letter."""
    vu = 0
    while True:
        with transaction.atomic():
            lot = list(
                lectures.silences(jour, valeur)
                .filter(pk__gt=vu)
                .select_for_update(of=("self",))
                .values_list("pk", "complet_le")[: lectures.LOT]
            )
            actes = [(pk, regles.silence(complet, valeur)) for pk, complet in lot if complet]
            dus = [(pk, a) for pk, a in actes if a.du_le <= jour and a.limite_le and jour <= a.limite_le]
            Echeance.objects.bulk_create([_echeance(pk, a, faite_le=maintenant) for pk, a in dus])
            Journal.objects.bulk_create(
                [
                    Journal(
                        le=maintenant,
                        action=ActionJournal.ECHEANCE,
                        dossier_id=pk,
                        objet=regles.SILENCE,
                        details={"limite": str(a.limite_le)},
                    )
                    for pk, a in dus
                ]
            )
        if dus:
            bilan.actes[regles.SILENCE, FAITE] += len(dus)
        if not lot:
            return
        vu = lot[-1][0]
