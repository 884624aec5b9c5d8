"""Scoring: a dossier when it changes, the whole list when a version is published or the days pass."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from dossiers.models import (
    Cotation,
    Dossier,
    EtatGrille,
    Famille,
    GrilleCriteres,
)
from dossiers.queries.grilles import grille_pure
from dossiers.queries.situations import LigneDossier, lire_reseau, situations
from dossiers.regles import cotation as regle
from dossiers.regles.grille import Grille
from dossiers.regles.rang import cle_rang
from dossiers.services.lots import par_lots
from structures.models import Agent

LOT = 1000
_POINTS_CLASSABLES = 499_999
_COLONNES = (
    "dossier_id",
    "grille_id",
    "lignes",
    "declare",
    "verifie",
    "par_voeu",
    "cle_rang",
    "courante",
    "calculee_le",
)


@dataclass(frozen=True)
class _Calcul:
    """One dossier's points, ready to be written."""

    dossier: int
    lignes: list[dict[str, Any]]
    declare: int
    verifie: int
    par_voeu: dict[str, dict[str, Any]]
    cle_rang: str

    @property
    def empreinte(self) -> tuple[Any, ...]:
        return (self.lignes, self.declare, self.verifie, self.par_voeu, self.cle_rang)


def coter_dossier(dossier: Dossier, *, par: Agent | None, maintenant: datetime) -> Cotation | None:
    """Score a dossier again, under the grid in force and under the one being published if there is one.

    Returns the live score under the grid in force; None before the first publication, or for a dossier
    that left the list. A new row is written only when something changed.
    """
    with transaction.atomic():
        versions = _versions_vivantes()
        frais = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
        if frais.en_attente:
            for version in versions:
                coter_lot([frais.pk], version, maintenant=maintenant, refaire=True)
        return Cotation.objects.filter(
            dossier=frais, courante=True, grille__etat=EtatGrille.EN_VIGUEUR
        ).first()


def coter_nouveaux(lignes: Sequence[LigneDossier], *, maintenant: datetime) -> None:
    """Score dossiers this very transaction wrote, from facts already at hand: no lock, no old score."""
    for version in _versions_vivantes():
        grille = grille_pure(version)
        _ecrire([_calcul(ligne, grille) for ligne in lignes], version, maintenant)


def coter_famille(famille: Famille, *, par: Agent | None, maintenant: datetime) -> None:
    """Score every pending dossier of a household again, when a fact or a piece of the household changed."""
    for dossier in Dossier.objects.filter(famille=famille).en_attente().order_by("pk"):
        coter_dossier(dossier, par=par, maintenant=maintenant)


def coter_ecrits(ids: Sequence[int], *, maintenant: datetime) -> None:
    """Score dossiers just written by this very transaction, under every live version."""
    for version in _versions_vivantes():
        for debut in range(0, len(ids), LOT):
            coter_lot(ids[debut : debut + LOT], version, maintenant=maintenant)


def _versions_vivantes() -> list[GrilleCriteres]:
    """Shared until the end of the transaction: no version comes into force meanwhile, other agents go on."""
    table = GrilleCriteres._meta.db_table
    vivantes = [EtatGrille.EN_VIGUEUR.value, EtatGrille.EN_PUBLICATION.value]
    requete = f"SELECT * FROM {table} WHERE etat = ANY(%s) ORDER BY id FOR SHARE"
    return list(GrilleCriteres.objects.raw(requete, [vivantes]))


def coter_lot(
    ids: Sequence[int],
    version: GrilleCriteres,
    *,
    maintenant: datetime,
    refaire: bool = False,
    grille: Grille | None = None,
) -> int:
    """Score these dossiers under `version`; returns how many rows were written. Constant queries.

    The caller holds the dossiers' locks. Without `refaire` only the ones without a live score are scored;
    with it every one is, and a row is written when it differs from the live one.
    """
    # « + 0 » keeps the planner off the grid's own index: while a version is being written its statistics
    # say « no row », and each batch would read all those before it.
    deja = Cotation.objects.annotate(version=F("grille_id") + 0).filter(
        version=version.pk, courante=True, dossier__parmi=frozenset(ids)
    )
    vivantes = {c.dossier_id: c for c in deja.defer("calculee_le")} if refaire else {}
    if not refaire:
        cotes = set(deja.values_list("dossier_id", flat=True))
        ids = [pk for pk in ids if pk not in cotes]
    calculs = list(_calculer(ids, grille or grille_pure(version), jour=timezone.localdate(maintenant)))
    changes = [c for c in calculs if c.dossier not in vivantes or _differe(c, vivantes[c.dossier])]
    perimees = [vivantes[c.dossier].pk for c in changes if c.dossier in vivantes]
    if perimees:
        Cotation.objects.filter(pk__in=perimees).update(courante=False)
    _ecrire(changes, version, maintenant)
    return len(changes)


def _differe(calcul: _Calcul, vivante: Cotation) -> bool:
    ecrite = (vivante.lignes, vivante.declare, vivante.verifie, vivante.par_voeu, vivante.cle_rang)
    return calcul.empreinte != ecrite


def _calculer(ids: Sequence[int], grille: Grille, *, jour: date) -> Iterator[_Calcul]:
    if not ids:
        return
    for ligne in situations(ids, grille=grille, jour=jour, reseau=lire_reseau(jour)):
        yield _calcul(ligne, grille)


def _calcul(ligne: LigneDossier, grille: Grille) -> _Calcul:
    cotation = regle.coter(grille, ligne.situation)
    par_voeu = {
        v.structure: {"declare": v.declare, "verifie": v.verifie, "cle": _cle(ligne, v.verifie)}
        for v in cotation.par_voeu
        if (v.declare, v.verifie) != (cotation.declare, cotation.verifie)
    }
    return _Calcul(
        ligne.id,
        [lignes_en_json(une) for une in cotation.toutes()],
        cotation.declare,
        cotation.verifie,
        par_voeu,
        _cle(ligne, cotation.verifie),
    )


def lignes_en_json(ligne: regle.Ligne) -> dict[str, Any]:
    """A line as `Cotation.lignes` keeps it; `voeu` is the structure's id, only for a wish's line."""
    document = {
        "critere": ligne.critere,
        "libelle": ligne.libelle,
        "points": ligne.points,
        "verifie": ligne.verifie,
        "raison": ligne.raison,
        "protege": ligne.protege,
    }
    return document if ligne.voeu is None else document | {"voeu": int(ligne.voeu)}


def _cle(ligne: LigneDossier, verifie: int) -> str:
    points = max(-_POINTS_CLASSABLES, min(_POINTS_CLASSABLES, verifie))
    return cle_rang(
        points=points,
        complet_le=ligne.complet_le,
        numero=ligne.numero,
        regulier=ligne.regulier,
        complement=ligne.complement,
    )


def _ecrire(calculs: Sequence[_Calcul], version: GrilleCriteres, maintenant: datetime) -> None:
    """COPY: the fastest way in; Cotation keeps no history of its own, so no trigger is missed."""
    if not calculs:
        return
    table, colonnes = Cotation._meta.db_table, ", ".join(_COLONNES)
    fin = f"t\t{maintenant.isoformat()}\n"
    # COPY's own text, written at once: four times cheaper than value by value.
    lignes = [
        f"{c.dossier}\t{version.pk}\t{_json(c.lignes)}\t{c.declare}\t{c.verifie}\t{_json(c.par_voeu)}"
        f"\t{c.cle_rang}\t{fin}"
        for c in calculs
    ]
    with (
        connection.cursor() as curseur,
        cast(Any, curseur).copy(f"COPY {table} ({colonnes}) FROM STDIN") as flux,
    ):
        flux.write("".join(lignes))


def _json(valeur: Any) -> str:
    """JSON already escapes tabs and line ends; COPY reads backslashes once more."""
    return _encoder(valeur).replace("\\", "\\\\")


_encoder = json.JSONEncoder(ensure_ascii=False).encode


def recoter_tout(
    version: GrilleCriteres,
    *,
    maintenant: datetime,
    refaire: bool,
    avancement: Callable[[int, int], None] | None = None,
) -> int:
    """Score the pending dossiers batch by batch, each batch in its own transaction; returns rows written.

    Ids are taken once: a dossier entered meanwhile is scored by the service that enters it.
    """
    grille = grille_pure(version)
    ids = list(Dossier.objects.en_attente().order_by("pk").values_list("pk", flat=True))

    def recoter(lot: Sequence[int]) -> int:
        return _recoter_lot(lot, version, grille=grille, maintenant=maintenant, refaire=refaire)

    ecrites = faits = 0
    for longueur, nombre in par_lots([ids[d : d + LOT] for d in range(0, len(ids), LOT)], recoter):
        ecrites, faits = ecrites + nombre, faits + longueur
        if avancement:
            avancement(faits, len(ids))
    return ecrites


def _recoter_lot(
    lot: Sequence[int], version: GrilleCriteres, *, grille: Grille, maintenant: datetime, refaire: bool
) -> int:
    with transaction.atomic():
        verrous = Dossier.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        presents = list(verrous.filter(pk__parmi=frozenset(lot)).en_attente().values_list("pk", flat=True))
        return coter_lot(presents, version, maintenant=maintenant, refaire=refaire, grille=grille)
