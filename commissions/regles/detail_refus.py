"""What a letter says of each wish: the places, the last child admitted on the lacking half-day. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commissions.regles.explication import RANG, SANS_PLACE, Refus, Seuil, en_points, raison
from structures.regles.creneaux import Supplement
from structures.regles.semaine import jours_en_mots

Creneau = int | Supplement


@dataclass(frozen=True, slots=True)
class Admis:
    """A child the commission admitted in a section: its points there, its seniority, its half-days.

    `supplements`: what it uses of the opening, the closing and the beds of that section.
    """

    points: int
    anteriorite: str
    demi_journees: tuple[int, ...]
    supplements: tuple[Supplement, ...] = ()


def refus_du_voeu(
    *,
    semaine: Sequence[int],
    places: Sequence[int],
    admis: Iterable[Admis],
    points: int,
    anteriorite: str,
    supplements: Mapping[Supplement, int] | None = None,
) -> Refus | None:
    """Ce qui manquait à cette demande dans cette section ; None si toutes ses demi-journées restaient.

    The threshold is that of the lacking half-day that was the hardest to get, and counts who was admitted
    on that very half-day. `supplements`: the extra créneaux this request uses there, and their places.
    """
    ajoutes_ici = supplements or {}
    offertes: dict[Creneau, int] = dict(enumerate(places))
    offertes.update((creneau, n) for creneau, n in ajoutes_ici.items())
    voulus: list[Creneau] = [*semaine, *ajoutes_ici]
    presents = list(admis)
    par_jour = {k: [a for a in presents if k in (*a.demi_journees, *a.supplements)] for k in voulus}
    fermees = [k for k in voulus if offertes[k] == 0 and not par_jour[k]]
    if fermees:
        jours, ajoutes = _separer(fermees)
        return Refus(SANS_PLACE, points, anteriorite, complets=jours, supplements=ajoutes)
    complets = [k for k in voulus if len(par_jour[k]) >= offertes[k]]
    if not complets:
        return None
    derniers = {k: max(par_jour[k], key=lambda a: (-a.points, a.anteriorite)) for k in complets}
    dur = max(complets, key=lambda k: (derniers[k].points, -voulus.index(k)))
    dernier = derniers[dur]
    jours, ajoutes = _separer(complets)
    return Refus(
        RANG,
        points,
        anteriorite,
        complets=jours,
        supplements=ajoutes,
        seuil=Seuil(dernier.points, dernier.anteriorite),
        admis=len(par_jour[dur]),
    )


def _separer(creneaux: Sequence[Creneau]) -> tuple[tuple[int, ...], tuple[Supplement, ...]]:
    jours = tuple(k for k in creneaux if isinstance(k, int))
    return jours, tuple(k for k in creneaux if isinstance(k, Supplement))


@dataclass(frozen=True, slots=True)
class Choix:
    """One choice of the request, and its verified points there."""

    rang: int
    structure: int
    nom: str
    points: int


def points_en_lignes(lignes: Sequence[Mapping[str, Any]], total: int, choix: Sequence[Choix]) -> list[str]:
    """Les points de la demande, ligne par ligne, puis ceux d’un choix qui a les siens ; tout s’additionne.

    A line counts when its own proof was seen; `total` is that of the lines common to every choice.
    """
    utiles = [ligne for ligne in lignes if ligne.get("points")]
    dits = [_ligne(ligne) for ligne in utiles if not ligne.get("voeu")]
    propres = [(un, [x for x in utiles if str(x.get("voeu")) == str(un.structure)]) for un in choix]
    propres = [(un, siennes) for un, siennes in propres if siennes]
    dits.append(f"Total{' commun à vos choix' if propres else ''}\u00a0: {en_points(total)}")
    for un, siennes in propres:
        avec = " et ".join(f"«\u00a0{x['libelle']}\u00a0» ({_compte(x)})" for x in siennes)
        dits.append(f"Choix\u00a0{un.rang}, {un.nom}\u00a0: {en_points(un.points)}, avec {avec}")
    return dits


def _ligne(ligne: Mapping[str, Any]) -> str:
    return f"{ligne['libelle']}\u00a0: {_compte(ligne)}"


def _compte(ligne: Mapping[str, Any]) -> str:
    if not ligne.get("verifie"):
        return "non compté, sans justificatif vu"
    return en_points(ligne["points"]).replace("-", "−")


def ligne_du_voeu(nom: str, *, choix: int, places: Sequence[int], refus: Refus | None) -> str:
    """« Choix 1, Câlin-Doudou, Bébés : 2 places au plus. Plus de place le mercredi : … »."""
    ouvertes = max(places, default=0)
    nombre = f"{ouvertes}\u00a0place{'s' if ouvertes > 1 else ''} au plus par demi-journée"
    dit = nombre if ouvertes else "aucune place ouverte"
    vides = [k for k, n in enumerate(places) if n == 0]
    if ouvertes and vides:
        dit += f", aucune {jours_en_mots(vides)}"
    pourquoi = raison(refus, famille=True) if refus else "Des places restaient\u00a0; la commission a décidé."
    return f"Choix\u00a0{choix}, {nom}\u00a0: {dit}. {pourquoi}"


def ligne_sans_place(nom: str, *, choix: int) -> str:
    """« Choix 1, Tom Pouce : aucune place n’y était ouverte à l’âge de votre enfant. »."""
    return f"Choix\u00a0{choix}, {nom}\u00a0: aucune place n’y était ouverte à l’âge de votre enfant."
