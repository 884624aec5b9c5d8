"""Long work: asked in a transaction, done by a worker, with a progress anyone's connection can see."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from guichet.erreurs import ErreurMetier
from structures.models import Agent, EtatTache, Tache

PANNE = "Le travail s’est arrêté sur une panne ; rien n’est fait à moitié. Relancez-le."
# Writing each step would cost more than the work itself.
INTERVALLE = 0.3


def lancer(
    nature: str,
    libelle: str,
    fonction: Task[..., Any, Any] | str,
    *,
    par: Agent | None,
    retour: str = "",
    **arguments: Any,
) -> Tache:
    """Ask for a long piece of work: its Tache and its job are written together, or not at all.

    `fonction` is a procrastinate task, or its dotted name for a service that may not import it; it
    receives `tache_id` and the JSON-serialisable `arguments`.
    """
    with transaction.atomic():
        tache = Tache.objects.create(nature=nature, libelle=libelle, demandee_par=par, retour=retour)
        envoi = app.configure_task(fonction, allow_unknown=False) if isinstance(fonction, str) else fonction
        envoi.defer(tache_id=str(tache.pk), **arguments)
    return tache


@contextmanager
def suivre(
    tache_id: UUID | str, *, total: int = 0, horloge: Callable[[], datetime] = timezone.now
) -> Iterator[Tache]:
    """Around a job's body: in progress at the start, done at the end, failed on an error.

    A refusal (ErreurMetier) is told to who asked and ends there; any other error also reaches the worker's
    log. A job run again after a crash starts from zero. The body may set `tache.message`, and
    `tache.resultat` to {"url", "libelle"}: the page then offers that link.
    """
    tache = Tache.objects.get(pk=tache_id)
    maintenant = horloge()
    _noter(
        tache,
        etat=EtatTache.EN_COURS,
        fait=0,
        total=total,
        message="",
        finie_le=None,
        commencee_le=maintenant,
        vu_le=maintenant,
    )
    issue: dict[str, Any] = {"etat": EtatTache.ECHOUEE, "message": PANNE}
    try:
        yield tache
        issue = {"etat": EtatTache.FAITE, "resultat": tache.resultat, "message": tache.message}
    except ErreurMetier as refus:
        issue["message"] = refus.message[:300]
    finally:
        _noter(tache, finie_le=horloge(), vu_le=horloge(), **issue)


def avancer(tache: Tache, fait: int, total: int | None = None) -> None:
    """Show how far the work is; cheap enough to call at each step."""
    maintenant = time.monotonic()
    total = tache.total if total is None else total
    fait = min(fait, total) if total else fait
    if fait < total and maintenant - getattr(tache, "_montre_a", 0.0) < INTERVALLE:
        return
    tache._montre_a = maintenant  # type: ignore[attr-defined]
    _noter(tache, fait=fait, total=total, vu_le=timezone.now())


def _noter(tache: Tache, **champs: Any) -> None:
    """Write on the Tache so that others see it now, whatever transaction the job has open.

    Inside a transaction the write goes through a connection of its own; when the Tache itself was made or
    changed by that transaction (a job run in line), only the first connection can write it.
    """
    for nom, valeur in champs.items():
        setattr(tache, nom, valeur)
    if connection.in_atomic_block and (_noter_a_cote(tache, champs) or connection.needs_rollback):
        return
    Tache.objects.filter(pk=tache.pk).update(**champs)


def _noter_a_cote(tache: Tache, champs: dict[str, Any]) -> bool:
    """False when the row is invisible to others or locked: waiting for ourselves would never end."""
    table = connection.ops.quote_name(Tache._meta.db_table)
    colonnes = [champ for champ in Tache._meta.concrete_fields if champ.name in champs]
    pose = ", ".join(f"{connection.ops.quote_name(champ.attname)} = %s" for champ in colonnes)
    ligne = f"SELECT id FROM {table} WHERE id = %s FOR UPDATE SKIP LOCKED"
    autre = connection.copy()
    try:
        valeurs = [champ.get_db_prep_save(champs[champ.name], autre) for champ in colonnes]
        with autre.cursor() as curseur:
            curseur.execute(f"UPDATE {table} SET {pose} WHERE id = ({ligne})", [*valeurs, tache.pk])
            return curseur.rowcount == 1
    finally:
        autre.close()
