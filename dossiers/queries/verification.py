"""« À vérifier »: what each counter still has to see, one page by key, a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import DateField

from dossiers.acces import dossiers_nominatifs
from dossiers.models import (
    Cotation,
    Courrier,
    Dossier,
    EtatGrille,
    EtatPiece,
    PieceJustificative,
)
from dossiers.queries.fiche_pieces import preuves_attendues, situation_dite
from dossiers.queries.grilles import grille_pure, version_en_vigueur
from dossiers.regles import cycle, echeances
from dossiers.regles.faits import FAITS
from dossiers.regles.pieces import PREUVES
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.models import Profil
from structures.queries import reglage

PAR_PAGE = 25
PREAVIS = timedelta(days=30)
LOIN = date(9999, 12, 31)
VUES = (
    ("tout", "À vérifier"),
    ("incomplets", "Incomplets"),
    ("points", "Complets, points à vérifier"),
    ("naissances", "Naissances attendues"),
    ("validites", "Pièces à revoir sous 30 jours"),
)
ANCIENS, GEL = "anciens", "gel"
RAPPELS = (
    *(echeances.PIECES_1, echeances.PIECES_2, echeances.PIECE_VALIDITE, echeances.POINTS_NON_VERIFIES),
    *(echeances.NAISSANCE_1, echeances.NAISSANCE_2),
)
# What protects a family is never a filter: the rows that leave the page would tell it.
_PROTEGEES = frozenset(f.preuve for f in FAITS.values() if f.protege and f.preuve)
FILTRABLES = tuple(
    (code, preuve.libelle)
    for code, preuve in PREUVES.items()
    if code not in _PROTEGEES and code != "activites"
)


@dataclass(frozen=True)
class Gel:
    """A séance to come: the day its list closes, and the day of entry it places children for."""

    le: date
    effet: date


@dataclass(frozen=True)
class Demande:
    """What the address asks; every value is already one of the lists above."""

    vue: str = "tout"
    mairie: int | None = None
    piece: str = ""
    avant_gel: bool = False
    ordre: str = ANCIENS
    apres: str = ""


@dataclass(frozen=True)
class LigneAVerifier:
    """One dossier: what is missing in words, its points in wait, the next freeze, the last reminder."""

    dossier: Dossier
    manque: Sequence[str]
    points: int
    gel_le: date | None
    rappel: Courrier | None
    naissance_passee: bool


@dataclass(frozen=True)
class PageVerification:
    lignes: Sequence[LigneAVerifier]
    comptes: dict[str, int]
    suivante: str


def dossiers_a_controler(qui: Personne) -> QuerySet[Dossier]:
    """An agent checks its counters' dossiers, the coordination the city's; none it may not open."""
    visibles = dossiers_nominatifs(qui)
    return visibles if qui.est(Profil.COORDINATION) else visibles.filter(mairie__in=qui.mairies)


def comptes(dossiers: QuerySet[Dossier], *, le: date) -> dict[str, int]:
    """How many in each view, one query."""
    agregats: dict[str, Any] = {nom: Count("pk", filter=_vue(nom, le)) for nom, _ in VUES}
    return dossiers.filter(etat__in=cycle.EN_ATTENTE).order_by().aggregate(**agregats)


def page_verification(qui: Personne, demande: Demande, gels: Sequence[Gel]) -> PageVerification:
    """One page, nine queries at most whatever the queue."""
    le = qui.jour
    miens = dossiers_a_controler(qui)
    if demande.mairie:
        miens = miens.filter(mairie=demande.mairie)
    choisis = miens.filter(_vue(demande.vue, le), etat__in=cycle.EN_ATTENTE).annotate(gel_le=_gel(gels))
    if demande.piece:
        choisis = choisis.filter(_piece_manque(demande.piece, le))
    if demande.avant_gel:
        choisis = choisis.filter(gel_le=gels[0].le) if gels else choisis.none()
    colonnes = ("gel_le", "depose_le", "pk") if demande.ordre == GEL else ("depose_le", "pk")
    if cle := _lire_cle(demande.apres, len(colonnes)):
        choisis = choisis.filter(_apres(colonnes, cle))
    lus = list(choisis.select_related("enfant", "mairie", "famille").order_by(*colonnes)[: PAR_PAGE + 1])
    page = lus[:PAR_PAGE]
    suite = "_".join(str(getattr(page[-1], c)) for c in colonnes) if len(lus) > PAR_PAGE else ""
    return PageVerification(_lignes(page, le), comptes(miens, le=le), suite)


def _vue(vue: str, le: date) -> Q:
    incomplet, actif = Q(etat=cycle.INCOMPLET), Q(etat=cycle.ACTIF)
    points = actif & Q(ligne_liste__declare__gt=F("ligne_liste__verifie"))
    fin = PieceJustificative.objects.filter(etat=EtatPiece.VUE, valide_jusqu_au__lte=le + PREAVIS)
    return {
        "tout": incomplet | points,
        "incomplets": incomplet,
        "points": points,
        "naissances": Q(enfant__date_naissance__isnull=True, enfant__naissance__lte=le),
        "validites": Q(Exists(fin.filter(dossier=OuterRef("pk"))))
        | Q(Exists(fin.filter(famille=OuterRef("famille")))),
    }[vue]


def _gel(gels: Sequence[Gel]) -> Case:
    """The nearest freeze whose day of entry this dossier accepts."""
    quand = [
        When(
            ligne_liste__entree_min__lte=gel.effet, ligne_liste__entree_max__gte=gel.effet, then=Value(gel.le)
        )
        for gel in gels
    ]
    return Case(*quand, default=Value(LOIN), output_field=DateField())


def _piece_manque(code: str, le: date) -> Q:
    """The piece is not seen, and the dossier needs it: compulsory, or of a line still to verify."""
    vues = PieceJustificative.objects.filter(
        Q(valide_jusqu_au__isnull=True) | Q(valide_jusqu_au__gte=le), code=code, etat=EtatPiece.VUE
    )
    porteur = Q(dossier=OuterRef("pk")) | Q(famille=OuterRef("famille"))
    utile = Q(pk__in=[])
    if code in reglage("pieces_obligatoires", le=le):
        utile |= Q(etat=cycle.INCOMPLET)
    version = version_en_vigueur()
    criteres = (
        [c.code for c in grille_pure(version).criteres if code in c.preuves_attendues] if version else []
    )
    lignes = Q(pk__in=[])
    for critere in criteres:
        lignes |= Q(lignes__contains=[{"critere": critere, "verifie": False}])
    if criteres:
        vivantes = Cotation.objects.filter(lignes, courante=True, grille=version, dossier=OuterRef("pk"))
        utile |= Q(Exists(vivantes))
    return utile & ~Q(Exists(vues.filter(porteur)))


def _lignes(page: Sequence[Dossier], le: date) -> list[LigneAVerifier]:
    """What is missing on the page's dossiers: five queries."""
    connues = _pieces(page)
    cotations = {
        c.dossier_id: c
        for c in Cotation.objects.filter(
            dossier__in=[d.pk for d in page], courante=True, grille__etat=EtatGrille.EN_VIGUEUR
        ).select_related("grille")
    }
    obligatoires = reglage("pieces_obligatoires", le=le)
    rappels = _rappels(page)
    lignes = []
    for dossier in page:
        siennes = connues["d", dossier.pk] | connues["f", dossier.famille_id]
        cotation = cotations.get(dossier.pk)
        attente = cotation.declare - cotation.verifie if cotation else 0
        lignes.append(
            LigneAVerifier(
                dossier,
                _manque(dossier, siennes, cotation, obligatoires, le),
                attente,
                None if dossier.gel_le == LOIN else dossier.gel_le,  # type: ignore[attr-defined]
                rappels.get(dossier.pk),
                dossier.enfant.a_naitre and dossier.enfant.ne_ou_prevu_le <= le,
            )
        )
    return lignes


def _manque(
    dossier: Dossier,
    connues: dict[str, PieceJustificative],
    cotation: Cotation | None,
    obligatoires: Sequence[str],
    le: date,
) -> list[str]:
    codes = []
    if dossier.etat == cycle.INCOMPLET:
        codes = [c for c in obligatoires if c not in connues or connues[c].etat != EtatPiece.VUE]
    dits, grille = situation_dite(dossier), grille_pure(cotation.grille) if cotation else None
    for brute in cotation.lignes if cotation else []:
        codes += preuves_attendues(brute, grille, connues, dits, le=le)
    codes += [c for c, p in connues.items() if p.etat == EtatPiece.VUE and _finit(p, le)]
    return [_en_mots(code, connues.get(code), le) for code in dict.fromkeys(codes)]


def _en_mots(code: str, piece: PieceJustificative | None, le: date) -> str:
    nom = PREUVES[code].libelle if code in PREUVES else code
    if piece is None or piece.etat == EtatPiece.ATTENDUE:
        return nom
    if piece.etat == EtatPiece.REFUSEE:
        return f"{nom} (refusée)"
    fin = piece.valide_jusqu_au
    return f"{nom} ({'périmée' if fin and fin < le else 'valable jusqu’au'} {fin:%d/%m/%Y})" if fin else nom


def _finit(piece: PieceJustificative, le: date) -> bool:
    return piece.valide_jusqu_au is not None and piece.valide_jusqu_au <= le + PREAVIS


def _pieces(page: Sequence[Dossier]) -> dict[tuple[str, int], dict[str, PieceJustificative]]:
    connues: dict[tuple[str, int], dict[str, PieceJustificative]] = defaultdict(dict)
    siennes = Q(dossier__in=[d.pk for d in page]) | Q(famille__in=[d.famille_id for d in page])
    for piece in PieceJustificative.objects.filter(siennes).order_by("pk"):
        cle = ("d", piece.dossier_id) if piece.dossier_id else ("f", piece.famille_id or 0)
        connues[cle][piece.code] = piece
    return connues


def _rappels(page: Sequence[Dossier]) -> dict[int, Courrier]:
    """The last reminder written to each family about what is missing."""
    lettres = Courrier.objects.filter(dossier__in=[d.pk for d in page], nature__in=RAPPELS)
    derniers = lettres.order_by("dossier_id", "-prepare_le", "-pk").distinct("dossier_id")
    return {lettre.dossier_id: lettre for lettre in derniers.defer("corps")}


def _apres(colonnes: Sequence[str], cle: Sequence[Any]) -> Q:
    """The rows after this key in the order of the columns."""
    suite = Q()
    for rang, colonne in enumerate(colonnes):
        egaux = dict(zip(colonnes[:rang], cle[:rang], strict=True))
        suite |= Q(**egaux, **{f"{colonne}__gt": cle[rang]})
    return suite


def _lire_cle(texte: str, longueur: int) -> list[Any] | None:
    """A key altered in the address shows the first page, not an error."""
    *jours, pk = texte.split("_")
    if len(jours) != longueur - 1 or (numero := entier_lu(pk)) is None:
        return None
    try:
        return [*(date.fromisoformat(jour) for jour in jours), numero]
    except ValueError:
        return None
