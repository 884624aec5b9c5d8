"""The pairs to review: who sees which, most certain first; and the search over the whole pending list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from dossiers.acces import GUICHET, Regard, ouverts, regard
from dossiers.models import (
    Dossier,
    OrigineRapprochement,
    Rapprochement,
    StatutRapprochement,
)
from dossiers.queries.rapprochement import SEUIL_MEME_DATE, identite_de
from dossiers.regles import cycle
from dossiers.regles.fusion import GARDES
from dossiers.regles.rapprochement import Identite, Ressemblance, ressemblance
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.models import Profil

PAR_PAGE = 25
LOT = 1000
PAR_TRANCHE = 10_000
# More pairs than this to compare in a slice would be a key everyone shares; the newest come first.
CANDIDATES = 200_000
# A telephone or a name shared by more households says nothing.
PARTAGE = 12


@dataclass(frozen=True)
class Cote:
    """One dossier of a pair as this person may see it."""

    dossier: Dossier
    vu: Regard


@dataclass(frozen=True)
class Paire:
    rapprochement: Rapprochement
    cotes: tuple[Cote, Cote]


@dataclass(frozen=True)
class PageDoublons:
    paires: list[Paire]
    comptes: list[tuple[str, str, int]]
    total: int
    demandes: int
    suite: str | None


def paires_visibles(qui: Personne) -> QuerySet[Rapprochement]:
    """The coordination reviews the city; an agent the pairs of its own counter, never a dossier protected
    elsewhere. Nobody reviews a family they are linked to."""
    vivantes = Rapprochement.objects.filter(
        statut=StatutRapprochement.PROPOSE, dossier__etat__in=GARDES, autre__etat__in=GARDES
    )
    for cote in ("dossier", "autre"):
        vivantes = vivantes.exclude(**{f"{cote}__famille__in": qui.familles_liees})
    if qui.est(Profil.COORDINATION):
        return vivantes
    if not qui.est(*GUICHET):
        return vivantes.none()
    siennes = Q(dossier__mairie__in=qui.mairies) | Q(autre__mairie__in=qui.mairies)
    for cote in ("dossier", "autre"):
        permis = ouverts(qui, protegee=f"{cote}__famille__protegee", dossier=f"{cote}__")
        vivantes = vivantes.filter(permis)
    return vivantes.filter(siennes)


def page_doublons(qui: Personne, *, origine: str = "", apres: str = "") -> PageDoublons:
    """Three queries whatever the queue; those asked of this person's mairie come first."""
    visibles = paires_visibles(qui)
    comptes = visibles.order_by().values("origine").annotate(nombre=Count("pk"))
    par_origine = {ligne["origine"]: ligne["nombre"] for ligne in comptes}
    demandees = Q(demande_a__in=qui.mairies)
    choisies = visibles
    if origine in OrigineRapprochement.values:
        choisies = visibles.filter(origine=origine)
    elif origine == "demandes":
        choisies = visibles.filter(demandees)
    if cle := _lire_cle(apres):
        choisies = choisies.filter(Q(certitude__lt=cle[0]) | Q(certitude=cle[0], pk__gt=cle[1]))
    liens = ("dossier__enfant", "dossier__famille", "dossier__mairie", "demande_a")
    lues = list(
        choisies.select_related(*liens, *(lien.replace("dossier", "autre") for lien in liens[:3]))
        .order_by("-certitude", "pk")[: PAR_PAGE + 1]
    )  # fmt: skip
    page = lues[:PAR_PAGE]
    return PageDoublons(
        [_paire(qui, r) for r in page],
        [(o.value, str(o.label), par_origine.get(o.value, 0)) for o in OrigineRapprochement],
        sum(par_origine.values()),
        visibles.filter(demandees).count() if qui.mairies else 0,
        f"{page[-1].certitude}-{page[-1].pk}" if len(lues) > PAR_PAGE else None,
    )


def nombre_a_examiner(qui: Personne) -> int:
    return paires_visibles(qui).count()


def _paire(qui: Personne, rapprochement: Rapprochement) -> Paire:
    un, deux = rapprochement.dossier, rapprochement.autre
    return Paire(rapprochement, (Cote(un, regard(qui, un, ())), Cote(deux, regard(qui, deux, ()))))


def _lire_cle(texte: str) -> tuple[int, int] | None:
    certitude, numero = (entier_lu(mot) for mot in texte.partition("-")[::2])
    return None if certitude is None or numero is None else (certitude, numero)


_CANDIDATES = """
WITH attente AS MATERIALIZED (
    SELECT d.id, d.famille_id, d.nature, d.enfant_id, e.naissance, e.cle_identite, e.groupe_id
    FROM dossiers_dossier d JOIN dossiers_enfant e ON e.id = d.enfant_id
    WHERE d.etat = ANY(%(etats)s)
),
tranche AS MATERIALIZED (
    SELECT * FROM attente WHERE id %% %(tranches)s = %(tranche)s
),
cles AS MATERIALIZED (
    SELECT DISTINCT r.famille_id, cle
    FROM dossiers_responsable r,
    LATERAL (VALUES ('t' || r.telephone_cle), ('t' || r.telephone_2_cle), ('r' || r.cle_identite)) c(cle)
    WHERE length(cle) > 4
    UNION
    SELECT id, 'c' || numero_allocataire FROM dossiers_famille WHERE numero_allocataire <> ''
),
partagees AS (
    SELECT c.cle FROM cles c GROUP BY c.cle HAVING count(*) BETWEEN 2 AND %(partage)s
),
-- Apart, or the planner joins the whole list with itself before it reads the keys.
membres AS MATERIALIZED (
    SELECT p.cle, t.id, t.famille_id, t.nature, t.enfant_id, t.groupe_id
    FROM partagees p JOIN cles x ON x.cle = p.cle JOIN attente t ON t.famille_id = x.famille_id
),
liens AS MATERIALIZED (
    SELECT b.id AS un, a.id AS deux
    FROM tranche a JOIN attente b ON b.naissance = a.naissance AND b.id < a.id
    WHERE similarity(a.cle_identite, b.cle_identite) >= %(seuil)s
    AND a.nature = b.nature AND a.enfant_id <> b.enfant_id
    AND (a.groupe_id IS NULL OR b.groupe_id IS NULL OR a.groupe_id <> b.groupe_id)
    UNION
    SELECT b.id, a.id
    FROM tranche a JOIN attente b ON b.naissance = make_date(
        extract(year FROM a.naissance)::int,
        extract(day FROM a.naissance)::int,
        extract(month FROM a.naissance)::int
    )
    WHERE extract(day FROM a.naissance) <= 12 AND b.id < a.id
    AND similarity(a.cle_identite, b.cle_identite) >= %(seuil)s
    AND a.nature = b.nature AND a.enfant_id <> b.enfant_id
    AND (a.groupe_id IS NULL OR b.groupe_id IS NULL OR a.groupe_id <> b.groupe_id)
    UNION
    SELECT b.id, a.id
    FROM membres a JOIN membres b ON b.cle = a.cle
    WHERE a.id %% %(tranches)s = %(tranche)s AND b.id < a.id AND b.famille_id <> a.famille_id
    AND a.nature = b.nature AND a.enfant_id <> b.enfant_id
    AND (a.groupe_id IS NULL OR b.groupe_id IS NULL OR a.groupe_id <> b.groupe_id)
)
SELECT l.un, l.deux
FROM liens l
WHERE NOT EXISTS (SELECT FROM dossiers_rapprochement r WHERE r.dossier_id = l.un AND r.autre_id = l.deux)
ORDER BY l.deux DESC, l.un DESC
LIMIT %(candidates)s
"""


def ressemblances_en_attente() -> Iterator[tuple[int, int, Ressemblance]]:
    """Pending dossiers that look alike and were never shown together: SQL narrows, the rule decides.

    The whole list in one go, by slices: a pair is found in the slice of its newer dossier, each against all.
    """
    tranches = 1 + Dossier.objects.en_attente().count() // PAR_TRANCHE
    identites: dict[int, Identite] = {}
    for tranche in range(tranches):
        candidates = _candidates(tranche, tranches)
        for lot in (candidates[i : i + LOT] for i in range(0, len(candidates), LOT)):
            _lire_identites({pk for paire in lot for pk in paire}, identites)
            for un, deux in lot:
                if raison := ressemblance(identites[un], identites[deux]):
                    yield un, deux, raison


def _candidates(tranche: int, tranches: int) -> list[tuple[int, int]]:
    parametres: dict[str, Any] = {
        "etats": list(cycle.EN_ATTENTE),
        "seuil": SEUIL_MEME_DATE,
        "partage": PARTAGE,
        "candidates": CANDIDATES,
        "tranches": tranches,
        "tranche": tranche,
    }
    with connection.cursor() as curseur:
        curseur.execute(_CANDIDATES, parametres)
        return curseur.fetchall()


def _lire_identites(pks: set[int], identites: dict[int, Identite]) -> None:
    """Each dossier is read once, however many it is compared with."""
    lus = Dossier.objects.select_related("enfant__famille").prefetch_related("enfant__famille__responsables")
    for pk, dossier in lus.in_bulk(pks - identites.keys()).items():
        identites[pk] = identite_de(dossier.enfant)
