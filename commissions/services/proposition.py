"""The engine run on the frozen instance of a séance: verified by the second program, then stored for good."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse

from commissions.models import EtatSeance, Proposition, Seance
from commissions.regles.affectation import VERSION_MOTEUR, affecter, resultat_canonique
from commissions.regles.verification import verifier
from dossiers.models import ActionJournal
from dossiers.services.journal import journaliser
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Tache
from structures.services.taches import avancer, lancer, suivre

PROPOSER = "commissions.taches.proposer"
ETAPES = 4
Avancement = Callable[[int, int], None]


def demander_proposition(seance: Seance, *, par: Agent) -> Tache:
    """Ask for the proposal of a frozen séance, as a job. Raises ErreurMetier as `proposer`."""
    _proposable(seance)
    return lancer(
        "proposition",
        f"Proposition pour « {seance} »",
        PROPOSER,
        par=par,
        retour=reverse("commissions:seance_detail", args=[seance.pk]),
        seance_id=seance.pk,
        par_id=par.pk,
    )


def executer_proposition(tache_id: str, *, seance_id: int, par: Agent | None, maintenant: datetime) -> None:
    """The body of the job: run again after a crash, it finds what it may have stored."""
    with suivre(tache_id, total=ETAPES) as tache:
        seance = Seance.objects.get(pk=seance_id)
        proposition = proposer(
            seance, par=par, maintenant=maintenant, avancer=partial(avancer, tache), tache=tache
        )
        tache.message = f"Moteur {proposition.moteur}, résultat vérifié par le second programme."
        tache.resultat = {
            "url": reverse("commissions:proposition", args=[seance.pk]),
            "libelle": "Lire la proposition",
        }


def proposer(
    seance: Seance,
    *,
    par: Agent | None,
    maintenant: datetime,
    avancer: Avancement | None = None,
    tache: Tache | None = None,
) -> Proposition:
    """Run the engine on what the freeze signed, have the result verified, store it.

    Asked twice, the same proposal comes back. Raises ErreurMetier `seance_planifiee`, `seance_tenue`,
    `instance_alteree`, `proposition_fausse`.
    """
    dire = avancer or (lambda fait, total: None)
    deja = _proposable(seance)
    if deja is not None:
        return deja
    octets = Seance.objects.values_list("instance", flat=True).get(pk=seance.pk).encode()
    if hashlib.sha256(octets).hexdigest() != seance.empreinte:
        raise ErreurMetier(
            "instance_alteree", "Le problème gelé n’a plus son empreinte : rien n’est calculé."
        )
    instance = json.loads(octets)
    dire(1, ETAPES)
    resultat = affecter(instance)
    dire(2, ETAPES)
    anomalies = verifier(instance, resultat)
    if anomalies:
        raise ErreurMetier(
            "proposition_fausse",
            f"Le calcul et sa vérification ne s’accordent pas ({anomalies[0]}) : rien n’est gardé.",
        )
    dire(3, ETAPES)
    proposition = _ranger(seance, resultat_canonique(resultat), par=par, maintenant=maintenant, tache=tache)
    dire(ETAPES, ETAPES)
    return proposition


def _proposable(seance: Seance) -> Proposition | None:
    """The proposal there is already, when nothing is left to compute."""
    if not seance.gelee:
        raise ErreurMetier("seance_planifiee", "Gelez la liste avant de demander une proposition.")
    deja = (
        seance.propositions.filter(empreinte_instance=seance.empreinte).order_by("-faite_le", "-pk").first()
    )
    if deja is not None and (deja.moteur == VERSION_MOTEUR or seance.etat != EtatSeance.GELEE):
        # Decisions are taken beside it: another engine does not change it under the commission's eyes.
        return deja
    if seance.etat not in (EtatSeance.GELEE, EtatSeance.OUVERTE):
        raise ErreurMetier("seance_tenue", "La séance est tenue : il n’y a plus de proposition à faire.")
    return None


@transaction.atomic
def _ranger(
    seance: Seance, octets: bytes, *, par: Agent | None, maintenant: datetime, tache: Tache | None
) -> Proposition:
    Seance.objects.select_for_update(of=("self",)).only("pk").get(pk=seance.pk)
    proposition, nouvelle = Proposition.objects.get_or_create(
        seance=seance,
        empreinte_instance=seance.empreinte,
        moteur=VERSION_MOTEUR,
        defaults={
            "resultat": octets.decode(),
            "empreinte": hashlib.sha256(octets).hexdigest(),
            "faite_le": maintenant,
            "faite_par": par,
            "tache": tache,
        },
    )
    if nouvelle:
        journaliser(
            ActionJournal.COMMISSION,
            par=par,
            maintenant=maintenant,
            objet=f"proposition de la séance {seance.pk}",
            details={"moteur": VERSION_MOTEUR, "empreinte": proposition.empreinte},
        )
    return proposition
