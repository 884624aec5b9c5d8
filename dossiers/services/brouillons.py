"""Drafts: kept as one types, private to their agent, purged when nobody came back to them."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from dossiers.models import Brouillon, Dossier
from structures.models import Agent, Mairie
from structures.queries import reglage


@transaction.atomic
def enregistrer_brouillon(
    donnees: dict[str, list[str]],
    *,
    jeton: str,
    libelle: str,
    par: Agent,
    mairie: Mairie | None,
    maintenant: datetime,
    dossier: Dossier | None = None,
    version_dossier: int | None = None,
    base: dict[str, list[str]] | None = None,
) -> Brouillon:
    """Keep what is typed: one draft per page opened (`jeton`), one per dossier being changed.

    The version the change began from is kept as it was: catching up with it is an act of its own. `base` is
    what that version said; without it the one already kept stays.
    """
    _un_a_la_fois(f"{par.pk}/{dossier.pk if dossier else jeton}")
    miens = Brouillon.objects.filter(agent=par)
    brouillon = (
        miens.filter(dossier=dossier).first()
        if dossier
        else miens.filter(dossier=None, donnees__jeton__0=jeton).first()
    )
    if brouillon is None:
        brouillon = Brouillon(agent=par, dossier=dossier, cree_le=maintenant, version=0)
    brouillon.mairie = mairie
    brouillon.version_dossier = version_dossier
    brouillon.libelle = libelle
    base = base if base is not None else brouillon.donnees.get("base")
    brouillon.donnees = {**donnees, "jeton": [jeton], **({"base": base} if base else {})}
    brouillon.version += 1
    brouillon.modifie_le = maintenant
    brouillon.save()
    return brouillon


def supprimer_brouillon(brouillon: Brouillon, *, par: Agent) -> None:
    """Throw a draft away: it never was a dossier."""
    Brouillon.objects.filter(pk=brouillon.pk, agent=par).delete()


def purger_brouillons(*, maintenant: datetime) -> int:
    """Delete the drafts untouched for longer than the city keeps them; returns how many."""
    jours = reglage("brouillon_conservation", le=timezone.localdate(maintenant))
    vieux = Brouillon.objects.filter(modifie_le__lt=maintenant - timedelta(days=jours))
    return vieux.delete()[0]


def _un_a_la_fois(cle: str) -> None:
    """Two keystrokes may arrive together before the draft exists: the second waits for the first."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"brouillon/{cle}"])
