"""What a person said of two look-alike dossiers, and what the coordination is told in silence."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from dossiers.models import (
    ActionJournal,
    Dossier,
    MotifDistinction,
    OrigineRapprochement,
    Rapprochement,
    StatutRapprochement,
)
from dossiers.queries.doublons import ressemblances_en_attente
from dossiers.queries.rapprochement import identite_de, rapprochements_caches, rapprochements_possibles
from dossiers.services.journal import journaliser
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Mairie

LOT = 200


@transaction.atomic
def distinguer(
    dossier: Dossier,
    autre: Dossier,
    *,
    motif: str,
    par: Agent,
    maintenant: datetime,
    mairie: Mairie | None = None,
) -> Rapprochement:
    """Say with a coded reason that these are two children: the pair is not proposed again."""
    if motif not in MotifDistinction.values:
        raise ErreurMetier("motif_inconnu", "Choisissez une raison dans la liste.", champ="motif")
    ancien, recent = sorted((dossier, autre), key=lambda d: d.pk)
    pair, _ = Rapprochement.objects.update_or_create(
        dossier=ancien,
        autre=recent,
        defaults={
            "statut": StatutRapprochement.DISTINCTS,
            "motif": motif,
            "par": par,
            "le": maintenant,
        },
    )
    journaliser(
        ActionJournal.RAPPROCHEMENT,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=dossier,
        objet=autre.numero,
        motif=motif,
    )
    return pair


@transaction.atomic
def demander_l_autre_mairie(
    pair: Rapprochement, *, a: Mairie, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> Rapprochement:
    """« Je ne sais pas » : the pair stays to review, first among the work of the mairie that is asked."""
    frais = Rapprochement.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if frais.statut != StatutRapprochement.PROPOSE:
        raise ErreurMetier("deja_tranche", "Cette ressemblance vient d’être tranchée par quelqu’un d’autre.")
    frais.demande_a, frais.demande_le = a, maintenant
    frais.save(update_fields=["demande_a", "demande_le"])
    journaliser(
        ActionJournal.RAPPROCHEMENT,
        par=par,
        mairie=mairie,
        maintenant=maintenant,
        dossier=pair.dossier,
        objet=pair.autre.numero,
        details={"demande_a": a.nom},
    )
    return frais


def proposer_ressemblances(dossier: Dossier, *, par: Agent, maintenant: datetime) -> list[Rapprochement]:
    """Propose the look-alikes `par` may see of a dossier whose child just got a name and a day."""
    qui = personne_de(par, timezone.localdate(maintenant))
    nouvelles = []
    for trouve in rapprochements_possibles(identite_de(dossier.enfant), qui=qui, sauf=dossier):
        ancien, recent = sorted((dossier, trouve.dossier), key=lambda d: d.pk)
        pair, cree = Rapprochement.objects.get_or_create(
            dossier=ancien,
            autre=recent,
            defaults={
                "le": maintenant,
                "certitude": trouve.ressemblance.certitude,
                "raisons": str(trouve.ressemblance)[:250],
            },
        )
        if cree:
            nouvelles.append(pair)
    return nouvelles


def proposer_la_nuit(*, maintenant: datetime, limite: int = 5_000) -> int:
    """Propose the pairs nobody looked at yet over the whole pending list, at most `limite` a night.

    Written as they are found: a night that dies keeps what it proposed, the next one finds the rest.
    """
    trouvees, ecrites = islice(ressemblances_en_attente(), limite), 0
    while lot := list(islice(trouvees, LOT)):
        nouvelles = [
            Rapprochement(
                dossier_id=un,
                autre_id=deux,
                origine=OrigineRapprochement.NUIT,
                certitude=raison.certitude,
                raisons=str(raison)[:250],
                le=maintenant,
            )
            for un, deux, raison in lot
        ]
        # A pair settled meanwhile keeps its answer.
        ecrites += len(Rapprochement.objects.bulk_create(nouvelles, ignore_conflicts=True))
    return ecrites


def chercher_ressemblances_cachees(dossiers: Sequence[Dossier], *, par: Agent) -> None:
    """Ask a worker to look, once the deposit is written: the family at the counter does not wait for it."""
    tache = app.configure_task("dossiers.taches.signaler_ressemblances", allow_unknown=False)
    tache.defer(dossiers=[d.pk for d in dossiers], par_id=par.pk)


@transaction.atomic
def signaler_ressemblances_cachees(
    dossier: Dossier, *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> list[Rapprochement]:
    """Propose to the coordination the protected look-alikes that `par` was not shown.

    The journal line hangs on the protected dossier: on the new one, its counter would read it.
    """
    signales = []
    qui = personne_de(par, timezone.localdate(maintenant))
    for trouve in rapprochements_caches(identite_de(dossier.enfant), qui=qui, sauf=dossier):
        ancien, recent = sorted((dossier, trouve.dossier), key=lambda d: d.pk)
        pair, cree = Rapprochement.objects.get_or_create(
            dossier=ancien,
            autre=recent,
            defaults={
                "par": None,
                "le": maintenant,
                "certitude": trouve.ressemblance.certitude,
                "raisons": str(trouve.ressemblance)[:250],
            },
        )
        if cree:
            journaliser(
                ActionJournal.RAPPROCHEMENT,
                par=par,
                mairie=mairie,
                maintenant=maintenant,
                dossier=trouve.dossier,
                objet=dossier.numero,
            )
            signales.append(pair)
    return signales
