"""Writing an invented city: in bulk, batch by batch, each batch its own transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model

from dossiers.models import (
    ActionJournal,
    Admission,
    Besoin,
    Dossier,
    Enfant,
    Famille,
    GroupeNaissance,
    Journal,
    PieceJustificative,
    Responsable,
    Voeu,
)
from dossiers.services.places import sans_garde
from structures.models import Agent

from .demandes import Demande
from .menages import Menage
from .presents import Present

LOT = 500
T = TypeVar("T", bound=Model)


@transaction.atomic
def ecrire_presents(presents: Sequence[Present]) -> None:
    """Write the present children with their families and contracts."""
    _ecrire_menages(p.menage for p in presents)
    Enfant.objects.bulk_create([_rattache(p.enfant, "famille") for p in presents], batch_size=LOT)
    with sans_garde():
        Admission.objects.bulk_create([_rattache(p.admission, "enfant") for p in presents], batch_size=LOT)


def ecrire_demandes(demandes: Sequence[Demande], *, par: Agent | None) -> Iterator[int]:
    """Write the requests, yielding how many are written after each batch: one transaction would be slow.

    Twins sit in the same batch as long as they follow each other in `demandes`.
    """
    faits = 0
    for lot in _lots(demandes):
        with transaction.atomic():
            _ecrire_lot(lot, par)
        faits += len(lot)
        yield faits


def _lots(demandes: Sequence[Demande]) -> Iterator[list[Demande]]:
    """Batches that never part the children of one household."""
    lot: list[Demande] = []
    for demande in demandes:
        if len(lot) >= LOT and demande.menage is not lot[-1].menage:
            yield lot
            lot = []
        lot.append(demande)
    if lot:
        yield lot


def _ecrire_lot(lot: list[Demande], par: Agent | None) -> None:
    for d in lot:
        if d.menage.famille.protegee:
            d.menage.famille.protegee_le = d.menage.famille.protegee_le or d.dossier.enregistre_le
    _ecrire_menages(d.menage for d in lot)
    groupes = {id(d.groupe): d.groupe for d in lot if d.groupe and d.groupe.pk is None}
    GroupeNaissance.objects.bulk_create([g for g in groupes.values() if g])
    enfants = [d.enfant for d in lot if d.enfant.pk is None]
    Enfant.objects.bulk_create([_rattache(e, "famille", "groupe") for e in enfants])
    dossiers = [d.dossier for d in lot]
    for dossier, numero in zip(dossiers, _numeros(dossiers), strict=True):
        dossier.numero, dossier.depose_par = numero, par
        _rattache(dossier, "famille", "enfant", "admission_actuelle")
    Dossier.objects.bulk_create(dossiers)
    Besoin.objects.bulk_create([_rattache(b, "dossier") for d in lot for b in d.besoins])
    Voeu.objects.bulk_create([_rattache(v, "dossier") for d in lot for v in d.voeux])
    pieces = [p for d in lot for p in d.pieces]
    PieceJustificative.objects.bulk_create([_rattache(p, "dossier", "famille") for p in pieces])
    Journal.objects.bulk_create(
        Journal(
            le=d.enregistre_le,
            par=par,
            mairie=d.mairie,
            action=ActionJournal.DEPOT,
            dossier=d,
            objet=d.numero,
        )
        for d in dossiers
    )


def _ecrire_menages(menages: Iterable[Menage]) -> None:
    nouveaux = list({id(m): m for m in menages if m.famille.pk is None}.values())
    Famille.objects.bulk_create([m.famille for m in nouveaux], batch_size=LOT)
    responsables = [_rattache(r, "famille") for m in nouveaux for r in m.responsables]
    Responsable.objects.bulk_create(responsables, batch_size=LOT)


def _numeros(dossiers: Sequence[Dossier]) -> list[str]:
    """Numbers drawn from the sequence, under the year of each deposit."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq') FROM generate_series(1, %s)", [len(dossiers)])
        suite = [ligne[0] for ligne in curseur.fetchall()]
    return [f"{d.depose_le.year}-{n:06d}" for d, n in zip(dossiers, suite, strict=True)]


def _rattache(objet: T, *liens: str) -> T:
    """Assign the links anew: their keys did not exist when the object was drawn."""
    for lien in liens:
        setattr(objet, lien, getattr(objet, lien))
    return objet
