"""Pages of the list by key, both ways: the next page starts after a dossier, not after a number of lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, F, Func, Value

from dossiers.models import LigneListe
from dossiers.queries.liste.demande import Demande
from dossiers.queries.liste.filtres import Lignes
from dossiers.queries.liste.lignes import Cle, LigneVue, lignes_vues
from dossiers.queries.liste.rang import champ, lignes_filtrees, portee, rangs
from dossiers.regles.rang import debut_de_liste, est_classe

TAILLE = 25
_COLONNES = {
    "complet": "tri_complet",
    "entree": "entree_le",
    "age": "tri_age",
    "depot": "tri_depot",
    "nom": "tri_nom",
}


@dataclass(frozen=True)
class Page:
    """A page of lines; the addresses lead to its neighbours, empty when there is none."""

    demande: Demande
    lignes: list[LigneVue]
    total: int
    suivante: str = ""
    precedente: str = ""
    debut: str = ""
    repere_perdu: bool = False


class _Apres(Func):
    """(a, b, c) > (x, y, z) as one row comparison, which an index answers; `<` going back."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, colonnes: list[Any], valeurs: list[Any], *, sens: str) -> None:
        gauche, droite = Func(*colonnes, function="ROW"), Func(*valeurs, function="ROW")
        super().__init__(gauche, droite, arg_joiner=f" {sens} ", template="(%(expressions)s)")


def colonnes_de_tri(demande: Demande) -> list[str]:
    """The key of the order: ties follow the points, and no two rows are equal."""
    colonne = _COLONNES.get(demande.tri)
    return [*([colonne] if colonne else []), champ(demande, "cle"), "dossier_id"]


def ordonner(demande: Demande, lignes: Lignes, *, retour: bool = False) -> Lignes:
    moins = "-" if demande.inverse != retour else ""
    return lignes.order_by(*(f"{moins}{nom}" for nom in colonnes_de_tri(demande)))


def page(demande: Demande) -> Page:
    """The page the address asks for: a constant number of queries."""
    filtrees = lignes_filtrees(demande)
    total = filtrees.count()
    repere = _repere(demande)
    perdu = repere is None and bool(demande.apres or demande.avant)
    if perdu:
        demande = replace(demande, apres=None, avant=None)
    retour = repere is not None and demande.apres is None
    if repere is not None:
        filtrees = filtrees.filter(_suite(demande, repere, retour=retour))
    cles = _cles(demande, ordonner(demande, filtrees, retour=retour)[: TAILLE + 1])
    autres = len(cles) > TAILLE
    cles = cles[:TAILLE]
    if retour:
        cles.reverse()
    lignes = lignes_vues(demande, cles, rangs(demande, [c.cle for c in cles]))
    plus_loin = (autres or retour) if cles else False
    avant = (autres if retour else repere is not None) if cles else False
    return Page(
        demande,
        lignes,
        total,
        suivante=demande.adresse(apres=str(cles[-1].dossier)) if plus_loin else "",
        precedente=demande.adresse(avant=str(cles[0].dossier)) if avant else "",
        debut=demande.adresse() if repere is not None else "",
        repere_perdu=perdu,
    )


def _cles(demande: Demande, lignes: Lignes) -> list[Cle]:
    noms = ("pk", *(champ(demande, nom) for nom in ("cle", "verifie", "declare")))
    return [Cle(*valeurs) for valeurs in lignes.values_list(*noms)]


def _repere(demande: Demande) -> tuple[Any, ...] | None:
    """The key of the dossier the page starts from; None when it has left the list."""
    dossier = demande.apres or demande.avant
    if dossier is None:
        return None
    lignes = LigneListe.objects.filter(pk=dossier)
    if structure := demande.structure:
        lignes = lignes.filter(choix__structure=structure)
    noms = [nom.replace("ici__", "choix__") for nom in colonnes_de_tri(demande)]
    return lignes.values_list(*noms).first()


def _suite(demande: Demande, repere: tuple[Any, ...], *, retour: bool) -> _Apres:
    colonnes = [F(nom) for nom in colonnes_de_tri(demande)]
    return _Apres(colonnes, [Value(v) for v in repere], sens="<" if demande.inverse != retour else ">")


def combien(demande: Demande) -> int:
    """How many rows the address asks for."""
    return lignes_filtrees(demande).count()


def toutes_les_cles(demande: Demande) -> list[Cle]:
    """Every row the address asks for, in its order: ids, keys and points only."""
    return _cles(demande, ordonner(demande, lignes_filtrees(demande)))


def toutes_les_lignes(demande: Demande, cles: list[Cle], *, paquet: int = 1000) -> Iterator[LigneVue]:
    """The lines of these rows, read a packet at a time: memory does not grow with the list."""
    rang_de = _rangs_de_tous(demande)
    for debut in range(0, len(cles), paquet):
        yield from lignes_vues(demande, cles[debut : debut + paquet], rang_de)


def _rangs_de_tous(demande: Demande) -> dict[str, int]:
    nom = champ(demande, "cle")
    classees = portee(demande).filter(**{f"{nom}__lt": "2"}).order_by(nom).values_list(nom, flat=True)
    rangs: dict[str, int] = {}
    vus: Counter[str] = Counter()
    for cle in classees.iterator(chunk_size=5000):
        if est_classe(cle):
            vus[debut_de_liste(cle)] += 1
            rangs[cle] = vus[debut_de_liste(cle)]
    return rangs
