"""A stored proposal played again by an auditor: same engine, same bytes; another engine, a verification."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from commissions.models import Proposition, Seance
from commissions.regles.affectation import VERSION_MOTEUR, affecter, resultat_canonique
from commissions.regles.verification import verifier

IDENTIQUE, DIFFERENT, AUTRE_MOTEUR = 0, 1, 3


@dataclass(frozen=True)
class Rejeu:
    """What the replay found: `code` is the exit status, `octets` the result recomputed by this engine."""

    code: int
    moteur: str
    octets: bytes
    anomalies: list[str]


def rejouer(proposition: Proposition) -> Rejeu:
    """Recompute, or verify, a proposal from what was stored. Nothing is written.

    The signatures are checked first: of the instance against the séance, of the result against its row.
    """
    seance = Seance.objects.only("instance", "empreinte").get(pk=proposition.seance_id)
    anomalies = _signatures(seance, proposition)
    instance = json.loads(seance.instance)
    octets = resultat_canonique(affecter(instance))
    if proposition.moteur == VERSION_MOTEUR:
        if octets != proposition.resultat.encode():
            anomalies.append("le résultat recalculé diffère du résultat gardé")
        return Rejeu(DIFFERENT if anomalies else IDENTIQUE, VERSION_MOTEUR, octets, anomalies)
    anomalies += verifier(instance, _resultat(proposition))
    return Rejeu(DIFFERENT if anomalies else AUTRE_MOTEUR, VERSION_MOTEUR, octets, anomalies)


def _signatures(seance: Seance, proposition: Proposition) -> list[str]:
    anomalies = []
    if hashlib.sha256(seance.instance.encode()).hexdigest() != seance.empreinte:
        anomalies.append("le problème gelé n’a plus son empreinte")
    if proposition.empreinte_instance != seance.empreinte:
        anomalies.append("la proposition ne part pas du problème de cette séance")
    if hashlib.sha256(proposition.resultat.encode()).hexdigest() != proposition.empreinte:
        anomalies.append("le résultat gardé n’a plus son empreinte")
    return anomalies


def _resultat(proposition: Proposition) -> Any:
    return json.loads(proposition.resultat)
