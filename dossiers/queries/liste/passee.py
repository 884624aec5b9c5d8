"""The list as it stood at the end of a day, rebuilt from the events and from the scores, never rewritten.

State, seniority, need, choices, points and rank are those of that evening. Names, mairie and quartier are
today's, and so is the protection: what is masked now stays masked, whatever the day that is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from dossiers.models import EtatGrille, GrilleCriteres, TypeBesoin
from dossiers.queries.liste.demande import Demande
from dossiers.queries.liste.lignes import (
    CHAMPS_BESOIN,
    ORDRE_BESOINS,
    BesoinVu,
    Cle,
    LigneVue,
    dossiers_de,
    ligne_vue,
)
from structures.models import Structure

TAILLE = 25
_CHAMPS = (
    *("etat", "complet_le", "depose_le", "solution", "nature"),
    *("dernier_contact_le", "dernier_contact_canal"),
)
# The last event of each row before the evening; a deleted row ends with a « delete ».
_DERNIER = """SELECT DISTINCT ON (pgh_obj_id) {colonnes} FROM {table}
 WHERE pgh_created_at < %(fin)s {ou} ORDER BY pgh_obj_id, pgh_created_at DESC, pgh_id DESC"""
_CHOIX = """choix AS MATERIALIZED (SELECT dossier_id FROM ({dernier}) v
    WHERE pgh_label <> 'delete' AND structure_id = %(structure)s), """
_LISTE = """
WITH {choix}d AS MATERIALIZED ({dossiers}), c AS (
    SELECT DISTINCT ON (dossier_id) dossier_id, cle_rang, verifie, declare, {total} AS total
      FROM dossiers_cotation WHERE grille_id = %(grille)s AND calculee_le < %(fin)s {siens}
     ORDER BY dossier_id, id DESC
), lignes AS (
    SELECT d.id, d.pgh_id, coalesce(c.total ->> 'cle', c.cle_rang, '4' || d.numero) COLLATE "C" AS cle,
           coalesce((c.total ->> 'verifie')::int, c.verifie, 0) AS verifie,
           coalesce((c.total ->> 'declare')::int, c.declare, 0) AS declare
      FROM d LEFT JOIN c ON c.dossier_id = d.id {masque}
     WHERE d.pgh_label <> 'delete' AND d.etat IN ('incomplet', 'actif', 'propose')
)
SELECT id, cle, verifie, declare, pgh_id, CASE WHEN cle < '2' THEN
       row_number() OVER (PARTITION BY translate(left(cle, 2), '123456789', '000000000') ORDER BY cle) END,
       count(*) OVER () FROM lignes ORDER BY cle, id {page}"""
_MASQUE = """JOIN dossiers_dossier n ON n.id = d.id
    JOIN dossiers_famille f ON f.id = n.famille_id AND NOT f.id = ANY(%(liees)s)
     AND (
        NOT f.protegee OR n.mairie_id = ANY(%(mairies)s) OR n.id = ANY(%(confies)s))"""


@dataclass(frozen=True)
class ClePassee:
    cle: Cle
    evenement: int
    rang: int | None


@dataclass(frozen=True)
class PagePassee:
    """One page of that evening's list."""

    au: date
    lignes: list[LigneVue]
    total: int
    numero: int
    grille: str

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // TAILLE))


def page_passee(demande: Demande, *, au: date, numero: int = 1) -> PagePassee:
    """Seven queries, whatever the page."""
    grille = grille_du_soir(au)
    cles, total = cles_passees(demande, au=au, grille=grille, numero=numero)
    lignes = list(lignes_passees(demande, cles, au=au))
    return PagePassee(au, lignes, total, numero, grille.nom if grille else "")


def debut_de_l_histoire() -> date | None:
    """The day of the first event kept: before it nothing can be told, which is not an empty list."""
    premier = apps.get_model("dossiers", "DossierEvent").objects.order_by("pgh_id").first()
    return timezone.localdate(premier.pgh_created_at) if premier else None


def grille_du_soir(au: date) -> GrilleCriteres | None:
    """The version in force that evening: the last one published before it ended."""
    publiees = GrilleCriteres.objects.filter(etat__in=[EtatGrille.EN_VIGUEUR, EtatGrille.REMPLACEE])
    return publiees.filter(publiee_le__lt=_fin(au)).order_by("-publiee_le").first()


def cles_passees(
    demande: Demande, *, au: date, grille: GrilleCriteres | None, numero: int | None = None
) -> tuple[list[ClePassee], int]:
    """The rows of a page (all of them without `numero`) in their order, and how many there are."""
    structure = demande.structure
    valeurs = {
        "fin": _fin(au),
        "grille": grille.pk if grille else None,
        "structure": structure.pk if structure else None,
        "mairies": list(demande.qui.mairies),
        "confies": list(demande.qui.dossiers_confies),
        "liees": list(demande.qui.familles_liees),
        "apres": ((numero or 1) - 1) * TAILLE,
    }
    with connection.cursor() as curseur:
        curseur.execute(_requete(structure, page=numero is not None), valeurs)
        lues = curseur.fetchall()
    return [ClePassee(Cle(*lue[:4]), lue[4], lue[5]) for lue in lues], lues[0][6] if lues else 0


def cles_du_soir(demande: Demande, au: date) -> list[ClePassee]:
    """Every row of that evening's list, in its order, under the grid then in force."""
    return cles_passees(demande, au=au, grille=grille_du_soir(au))[0]


def _requete(structure: Structure | None, *, page: bool) -> str:
    # A choice that changes keeps its row or makes another: the dossier's other choices are not read.
    voeux = _DERNIER.format(
        table="dossiers_voeuevent",
        colonnes="pgh_label, dossier_id, structure_id",
        ou="AND pgh_obj_id IN (SELECT pgh_obj_id FROM dossiers_voeuevent WHERE structure_id = %(structure)s)",
    )
    return _LISTE.format(
        dossiers=_DERNIER.format(
            table="dossiers_dossierevent",
            colonnes="pgh_obj_id AS id, pgh_id, pgh_label, etat, numero",
            ou="AND pgh_obj_id IN (SELECT dossier_id FROM choix)" if structure else "",
        ),
        choix=_CHOIX.format(dernier=voeux) if structure else "",
        total=f"par_voeu -> '{structure.pk}'" if structure else "NULL::jsonb",
        masque=_MASQUE if structure else "",
        siens="AND dossier_id IN (SELECT dossier_id FROM choix)" if structure else "",
        page=f"LIMIT {TAILLE} OFFSET %(apres)s" if page else "",
    )


def lignes_passees(
    demande: Demande, cles: list[ClePassee], *, au: date, paquet: int = 1000
) -> Iterator[LigneVue]:
    """The lines of these rows, masked for this reader, a packet at a time."""
    for debut in range(0, len(cles), paquet):
        yield from _paquet(demande, cles[debut : debut + paquet], fin=_fin(au))


def _paquet(demande: Demande, cles: list[ClePassee], *, fin: datetime) -> Iterator[LigneVue]:
    ids = [c.cle.dossier for c in cles]
    evenement = apps.get_model("dossiers", "DossierEvent").objects
    ecrits = evenement.filter(pk__in=[c.evenement for c in cles]).values("pgh_obj_id", *_CHAMPS)
    faits = {fait.pop("pgh_obj_id"): fait for fait in ecrits}
    dossiers, voeux, besoins = dossiers_de(ids), _voeux(ids, fin), _besoins(ids, fin)
    for c in cles:
        dossier = dossiers.get(c.cle.dossier)
        if dossier is not None:
            for nom, valeur in faits.get(dossier.pk, {}).items():
                setattr(dossier, nom, valeur)
            siens = besoins.get(dossier.pk, [])
            yield ligne_vue(demande, dossier, c.cle, c.rang, voeux.get(dossier.pk, []), siens)


def _derniers(modele: str, ids: list[int], fin: datetime) -> list[dict[str, Any]]:
    evenements = apps.get_model("dossiers", modele).objects.filter(dossier__in=ids, pgh_created_at__lt=fin)
    derniers = evenements.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    return [e for e in derniers.values() if e["pgh_label"] != "delete"]


def _voeux(ids: list[int], fin: datetime) -> dict[int, list[tuple[int, int, str]]]:
    trouves: dict[int, list[tuple[int, int, str]]] = {}
    noms = dict(Structure.objects.values_list("pk", "nom"))
    for v in sorted(_derniers("VoeuEvent", ids, fin), key=lambda v: v["rang"]):
        structure = v["structure_id"]
        trouves.setdefault(v["dossier_id"], []).append((v["rang"], structure, noms.get(structure, "")))
    return trouves


def _besoins(ids: list[int], fin: datetime) -> dict[int, list[BesoinVu]]:
    trouves: dict[int, list[BesoinVu]] = {}
    for b in _derniers("BesoinEvent", ids, fin):
        trouves.setdefault(b["dossier_id"], []).append(BesoinVu(*(b[nom] for nom in CHAMPS_BESOIN)))
    for siens in trouves.values():
        siens.sort(key=lambda b: ORDRE_BESOINS.index(TypeBesoin(b.type)))
    return trouves


def _fin(au: date) -> datetime:
    """Midnight after that day, in Paris."""
    lendemain = au + timedelta(days=1)
    return timezone.make_aware(datetime(lendemain.year, lendemain.month, lendemain.day))  # noqa: DTZ001
