"""« Dossiers »: what waits at my counter, the most urgent first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Field, Q, QuerySet

from dossiers.acces import dossiers_nominatifs, sans_lies
from dossiers.models import (
    Brouillon,
    Cotation,
    Dossier,
    EtatDossier,
    EtatGrille,
    EtatPiece,
    PieceJustificative,
)
from dossiers.queries.brouillons import brouillons_de
from dossiers.regles import cycle
from dossiers.regles.pieces import PREUVES
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.queries import reglage

PAR_PAGE = 25
PREAVIS = timedelta(days=30)
VUES = (
    ("incomplets", "Incomplets"),
    ("renouveler", "À renouveler"),
    ("recents", "En attente, récents d’abord"),
    ("suspendus", "Suspendus"),
    ("clos", "Clos"),
)


@dataclass(frozen=True)
class LigneIndex:
    """One dossier of the page: what is missing, and its points."""

    dossier: Dossier
    manque: Sequence[str]
    verifie: int | None
    declare: int | None


@dataclass(frozen=True)
class PageIndex:
    vue: str
    lignes: Sequence[LigneIndex]
    comptes: dict[str, int]
    suivante: str = ""
    debut: bool = False
    brouillons: Sequence[Brouillon] = field(default=())


def dossiers_du_guichet(qui: Personne) -> QuerySet[Dossier]:
    """My counters' dossiers; the whole city for the coordination, protected ones left out."""
    if not qui.mairies:
        return dossiers_nominatifs(qui)
    return sans_lies(qui, Dossier.objects.filter(mairie__in=qui.mairies))


def page_index(qui: Personne, *, vue: str, apres: str = "") -> PageIndex:
    """One view of the page by key, in a constant number of queries."""
    miens = dossiers_du_guichet(qui)
    filtre, champ, sens = _vue(vue, qui.jour)
    choisis = miens.filter(filtre).select_related("enfant", "mairie", "famille")
    if cle := _lire_cle(apres, champ):
        choisis = choisis.filter(_apres(champ, sens, *cle))
    ordre = (F(champ).asc(), "pk") if sens > 0 else (F(champ).desc(), "-pk")
    lus = list(choisis.order_by(*ordre)[: PAR_PAGE + 1])
    page = lus[:PAR_PAGE]
    return PageIndex(
        vue,
        _lignes(page, qui.jour),
        _comptes(miens, qui.jour),
        _ecrire_cle(page[-1], champ) if len(lus) > PAR_PAGE else "",
        bool(apres),
        brouillons_de(qui, limite=10),
    )


def _vue(vue: str, jour: date) -> tuple[Q, str, int]:
    """Filter, ordering column, direction (1 the oldest first)."""
    en_attente = Q(etat__in=cycle.EN_ATTENTE)
    return {
        "incomplets": (Q(etat=EtatDossier.INCOMPLET), "depose_le", 1),
        "renouveler": (en_attente & Q(a_renouveler_le__lte=jour + PREAVIS), "a_renouveler_le", 1),
        "recents": (en_attente, "depose_le", -1),
        "suspendus": (Q(etat=EtatDossier.SUSPENDU), "depose_le", 1),
        "clos": (Q(etat=EtatDossier.CLOS), "clos_le", -1),
    }[vue]


def _comptes(dossiers: QuerySet[Dossier], jour: date) -> dict[str, int]:
    agregats: dict[str, Any] = {nom: Count("pk", filter=_vue(nom, jour)[0]) for nom, _ in VUES}
    return dossiers.aggregate(**agregats)


def _lignes(page: Sequence[Dossier], jour: date) -> list[LigneIndex]:
    pks, familles = [d.pk for d in page], [d.famille_id for d in page]
    obligatoires = reglage("pieces_obligatoires", le=jour)
    vues: dict[tuple[str, int], set[str]] = defaultdict(set)
    pieces = PieceJustificative.objects.filter(
        Q(dossier__in=pks) | Q(famille__in=familles), etat=EtatPiece.VUE, code__in=obligatoires
    )
    for dossier, famille, code in pieces.values_list("dossier_id", "famille_id", "code"):
        vues[("d", dossier) if dossier else ("f", famille)].add(code)
    points = {
        pk: (verifie, declare)
        for pk, verifie, declare in Cotation.objects.filter(
            dossier__in=pks, courante=True, grille__etat=EtatGrille.EN_VIGUEUR
        ).values_list("dossier_id", "verifie", "declare")
    }
    return [
        LigneIndex(
            d,
            [
                PREUVES[c].libelle
                for c in obligatoires
                if c in PREUVES and c not in vues["d", d.pk] | vues["f", d.famille_id]
            ]
            if d.etat == EtatDossier.INCOMPLET
            else [],
            *points.get(d.pk, (None, None)),
        )
        for d in page
    ]


def _apres(champ: str, sens: int, valeur: str, pk: int) -> Q:
    mot = "gt" if sens > 0 else "lt"
    return Q(**{f"{champ}__{mot}": valeur}) | Q(**{champ: valeur, f"pk__{mot}": pk})


def _ecrire_cle(dossier: Dossier, champ: str) -> str:
    return f"{getattr(dossier, champ).isoformat()}_{dossier.pk}"


def _lire_cle(texte: str, champ: str) -> tuple[Any, int] | None:
    """A key altered in the address shows the first page, not an error."""
    valeur, _, pk = texte.rpartition("_")
    champ_lu = cast("Field[Any, Any]", Dossier._meta.get_field(champ))
    try:
        lue = champ_lu.to_python(valeur)
    except ValidationError:
        return None
    numero = entier_lu(pk)
    return None if lue is None or numero is None else (lue, numero)
