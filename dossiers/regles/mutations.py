"""What a child already received may ask: another structure, or the days it lacks in its own. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.regles.recevabilite import Constat, jour_fr
from dossiers.regles.saisie import Saisie, SaisieBesoin
from structures.regles.semaine import texte_semaine

PREMIERE, MUTATION, COMPLEMENT = "premiere", "mutation", "complement"


@dataclass(frozen=True)
class PlaceTenue:
    """The admission such a demand names: where, which half-days, until when."""

    structure: int
    nom: str
    demi_journees: tuple[int, ...]
    fin: date | None = None


def controler_suite(saisie: Saisie, place: PlaceTenue, *, jour: date, nouvelle: bool) -> Iterator[Constat]:
    """Une mutation demande d’autres structures ; un complément, les demi-journées qui manquent, sur place.

    `nouvelle`: the demand is being deposited; a pending one may see its entry date pass.
    """
    complement = saisie.nature == COMPLEMENT
    yield from _choix_du_complement(saisie, place) if complement else _choix_de_la_mutation(saisie, place)
    for besoin in saisie.besoins:
        champ = f"besoins.{besoin.type}"
        if complement:
            yield from _demi_journees(champ, besoin, place)
        if nouvelle and besoin.entree_le < jour:
            message = "Cette date est passée\u202f: l’enfant garde sa place, choisissez un jour à venir."
            yield Constat(f"{champ}.entree_le", message, "entree_passee")
        elif place.fin and besoin.entree_le > place.fin + timedelta(days=0 if complement else 1):
            message = (
                f"La place de l’enfant s’arrête le {jour_fr(place.fin)}\u202f: choisissez un jour avant."
            )
            yield Constat(f"{champ}.entree_le", message, "apres_la_place", bloquant=complement)


def _choix_du_complement(saisie: Saisie, place: PlaceTenue) -> Iterator[Constat]:
    if set(saisie.voeux) - {place.structure}:
        message = f"Un complément se demande à {place.nom} seulement\u202f: ailleurs, demandez une mutation."
        yield Constat("voeux", message, "complement_ailleurs")


def _choix_de_la_mutation(saisie: Saisie, place: PlaceTenue) -> Iterator[Constat]:
    if place.structure in saisie.voeux:
        message = (
            f"L’enfant est déjà à {place.nom}\u202f: retirez ce choix, ou demandez un complément de jours."
        )
        yield Constat(f"voeux.{saisie.voeux.index(place.structure)}", message, "mutation_sur_place")


def _demi_journees(champ: str, besoin: SaisieBesoin, place: PlaceTenue) -> Iterator[Constat]:
    semaines = {"demi_journees": besoin.demi_journees, "demi_journees_b": besoin.demi_journees_b}
    for nom, semaine in semaines.items():
        if tenues := deja_tenues(place.demi_journees, semaine):
            yield Constat(f"{champ}.{nom}", message_deja_tenues(tenues), "demi_journees_deja_tenues")
    for autre in besoin.alternatives:
        if tenues := deja_tenues(place.demi_journees, autre):
            yield Constat(f"{champ}.alternatives", message_deja_tenues(tenues), "demi_journees_deja_tenues")
            break


def deja_tenues(place: tuple[int, ...], semaine: tuple[int, ...]) -> tuple[int, ...]:
    """Les demi-journées demandées que l’enfant a déjà."""
    return tuple(sorted(set(place) & set(semaine)))


def message_deja_tenues(tenues: tuple[int, ...]) -> str:
    return f"L’enfant est déjà accueilli {texte_semaine(tenues)}\u202f: cochez seulement ce qui manque."


def veille(jour: date) -> date:
    """Le dernier jour de l’ancienne place : la veille de la première présence dans la nouvelle."""
    return jour - timedelta(days=1)
