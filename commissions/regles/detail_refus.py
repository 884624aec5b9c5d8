"""What a letter says of each wish: the places, the last child admitted on the lacking half-day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commissions.regles.explication import RANG, SANS_PLACE, Refus, Seuil, raison
from structures.regles.semaine import jours_en_mots


@dataclass(frozen=True, slots=True)
class Admis:
    """A child the commission admitted in a section: its points there, its seniority, its half-days."""

    points: int
    anteriorite: str
    demi_journees: tuple[int, ...]


def refus_du_voeu(
    *,
    semaine: Sequence[int],
    places: Sequence[int],
    admis: Iterable[Admis],
    points: int,
    anteriorite: str,
) -> Refus | None:
    """Ce qui manquait à cette demande dans cette section ; None si toutes ses demi-journées restaient.

    The threshold is that of the lacking half-day that was the hardest to get, and counts who was admitted
    on that very half-day.
    """
    presents = list(admis)
    par_jour = {k: [a for a in presents if k in a.demi_journees] for k in semaine}
    fermees = tuple(k for k in semaine if places[k] == 0 and not par_jour[k])
    if fermees:
        return Refus(SANS_PLACE, points, anteriorite, complets=fermees)
    complets = tuple(k for k in semaine if len(par_jour[k]) >= places[k])
    if not complets:
        return None
    derniers = {k: max(par_jour[k], key=lambda a: (-a.points, a.anteriorite)) for k in complets}
    dur = max(complets, key=lambda k: (derniers[k].points, -k))
    dernier = derniers[dur]
    return Refus(
        RANG,
        points,
        anteriorite,
        complets=complets,
        seuil=Seuil(dernier.points, dernier.anteriorite),
        admis=len(par_jour[dur]),
    )


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
