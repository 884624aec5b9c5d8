"""Extra créneaux a city may limit beside the half-days: opening, closing, baby beds. Pure.

Hours map a créneau index to ("07:30", "12:30"); a half-day whose hours are not known uses neither the
opening nor the closing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from structures.regles.semaine import CRENEAUX, JOURS, SEMAINE_PLEINE, jours_en_mots

OUVERTURE, FERMETURE, LIT = "ouverture", "fermeture", "lit"
_ORDRE = (OUVERTURE, FERMETURE, LIT)
MIDI = "13:00"
INSECABLE = "\u00a0"

Horaires = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Limite:
    """What a section limits; `seuil` is the hour of an opening or a closing, the age in months of a bed."""

    nature: str
    seuil: str

    @property
    def demi_journees(self) -> tuple[int, ...]:
        """Où elle peut compter : l’ouverture le matin, une fermeture tardive l’après-midi, un lit partout."""
        if self.nature == OUVERTURE:
            return SEMAINE_PLEINE[::2]
        tard = self.nature == FERMETURE and self.seuil.zfill(5) >= MIDI
        return SEMAINE_PLEINE[1::2] if tard else SEMAINE_PLEINE

    @property
    def cle(self) -> tuple[int, str]:
        """Son rang parmi les autres : ouverture, fermeture, lits, puis le seuil."""
        return (_ORDRE.index(self.nature), self.seuil.zfill(5))

    @property
    def mots(self) -> str:
        """« avant 8 h », « après 18 h 30 », « moins de 18 mois »."""
        if self.nature == LIT:
            return f"moins de {self.seuil}{INSECABLE}mois"
        return f"{'avant' if self.nature == OUVERTURE else 'après'} {heure_en_mots(self.seuil)}"

    @property
    def lignes(self) -> list[tuple[str, int]]:
        """Son titre et la moitié du jour, 0 ou 1, qu’il montre ; la moitié se nomme s’il y en a deux."""
        moities = sorted({k % 2 for k in self.demi_journees})
        noms = (", matin", ", après-midi")
        return [(self.titre + (noms[m] if len(moities) > 1 else ""), m) for m in moities]

    @property
    def titre(self) -> str:
        """« Ouverture, avant 8 h » ; « Lits bébé, moins de 18 mois »."""
        nom = {OUVERTURE: "Ouverture", FERMETURE: "Fermeture", LIT: "Lits bébé"}[self.nature]
        return f"{nom}, {self.mots}"


@dataclass(frozen=True, slots=True)
class Supplement:
    """One extra créneau: what is limited, on one half-day."""

    limite: Limite
    demi_journee: int

    @property
    def identifiant(self) -> str:
        """« lun_matin:ouverture:08:00 », son nom dans une instance."""
        return f"{CRENEAUX[self.demi_journee]}:{self.limite.nature}:{self.limite.seuil}"


@dataclass(frozen=True, slots=True)
class PlacesLimite:
    """How many children at once a section takes within a limit, half-day by half-day (ten numbers)."""

    limite: Limite
    places: tuple[int, ...]

    @property
    def rangees(self) -> list[tuple[str, tuple[int, ...]]]:
        """Son titre et les nombres des cinq jours, ligne par ligne."""
        return [(nom, self.places[moitie::2]) for nom, moitie in self.limite.lignes]


def heure_en_mots(heure: str) -> str:
    """« 8 h », « 7 h 30 »."""
    heures, minutes = heure.split(":")[:2]
    return f"{int(heures)}{INSECABLE}h" + (f"{INSECABLE}{minutes}" if int(minutes) else "")


def lire_identifiant(texte: str) -> Supplement | None:
    """Le créneau supplémentaire de ce nom ; None pour une demi-journée ordinaire."""
    demi_journee, _, limite = texte.partition(":")
    nature, _, seuil = limite.partition(":")
    if demi_journee not in CRENEAUX or nature not in _ORDRE or not seuil:
        return None
    return Supplement(Limite(nature, seuil), CRENEAUX.index(demi_journee))


def utilises(limite: Limite, semaine: Iterable[int], horaires: Horaires, age_mois: int) -> tuple[int, ...]:
    """Les demi-journées où l’enfant compte : arrivé le matin avant l’heure, parti après, ou d’âge à un lit.

    The closing is that of the last half-day of a day. A half-day without known hours uses neither opening
    nor closing; `age_mois` is the age on the day the places are counted.
    """
    jours = sorted(set(semaine))
    if limite.nature == LIT:
        return tuple(jours) if age_mois < int(limite.seuil) else ()
    seuil = limite.seuil.zfill(5)
    if limite.nature == OUVERTURE:
        return tuple(k for k in jours if not k % 2 and k in horaires and horaires[k][0].zfill(5) < seuil)
    derniers = {k // 2: k for k in jours}
    possibles = set(limite.demi_journees) & horaires.keys()
    return tuple(k for k in derniers.values() if k in possibles and horaires[k][1].zfill(5) > seuil)


def supplements_utilises(
    limites: Iterable[Limite], semaine: Iterable[int], horaires: Horaires, age_mois: int
) -> tuple[Supplement, ...]:
    """Tout ce que l’enfant utilise parmi ces limites, dans leur ordre."""
    jours = tuple(semaine)
    return tuple(
        Supplement(limite, k)
        for limite in sorted(limites, key=lambda une: une.cle)
        for k in utilises(limite, jours, horaires, age_mois)
    )


def lire_horaires(*lus: Mapping[str, Iterable[str]] | None) -> dict[int, tuple[str, str]]:
    """Les heures gardées en base, par demi-journée ; de deux semaines, les plus larges de chacune."""
    horaires: dict[int, tuple[str, str]] = {}
    for semaine in lus:
        for cle, (debut, fin) in (semaine or {}).items():
            avant = horaires.get(int(cle), (debut, fin))
            horaires[int(cle)] = (min(avant[0], debut), max(avant[1], fin))
    return horaires


def ecrire_horaires(horaires: Horaires, semaine: Collection[int]) -> dict[str, list[str]]:
    """Les heures connues de ces demi-journées, telles qu’une admission les garde."""
    return {str(k): list(horaires[k]) for k in sorted(set(semaine)) if k in horaires}


def phrases(supplements: Iterable[Supplement]) -> list[str]:
    """« complet à l’ouverture du lundi (avant 8 h) », « plus de lit bébé le mardi matin »."""
    return [_phrase(limite, jours) for limite, jours in par_limite(supplements)]


def en_une_phrase(supplements: Iterable[Supplement]) -> str:
    """« Complet à l’ouverture du lundi (avant 8 h) et plus de lit bébé le mardi matin »."""
    return majuscule(enumerer(phrases(supplements)))


def enumerer(mots: Sequence[str]) -> str:
    """« un, deux et trois »."""
    return f"{', '.join(mots[:-1])} et {mots[-1]}" if len(mots) > 1 else "".join(mots)


def majuscule(mots: str) -> str:
    """La même phrase, sa première lettre en capitale."""
    return mots[:1].upper() + mots[1:]


def mots_courts(supplements: Iterable[Supplement]) -> list[str]:
    """« ouverture complète », « fermeture complète », « lits complets » : une fois chacun."""
    dits = {OUVERTURE: "ouverture complète", FERMETURE: "fermeture complète", LIT: "lits complets"}
    return list(dict.fromkeys(dits[limite.nature] for limite, _ in par_limite(supplements)))


def par_limite(supplements: Iterable[Supplement]) -> list[tuple[Limite, tuple[int, ...]]]:
    """Ces créneaux rangés limite par limite, avec les demi-journées de chacune."""
    rangees: dict[Limite, set[int]] = defaultdict(set)
    for supplement in supplements:
        rangees[supplement.limite].add(supplement.demi_journee)
    return [(limite, tuple(sorted(rangees[limite]))) for limite in sorted(rangees, key=lambda x: x.cle)]


def _phrase(limite: Limite, demi_journees: tuple[int, ...]) -> str:
    if limite.nature == LIT:
        return f"plus de lit bébé {jours_en_mots(demi_journees)} ({limite.mots})"
    moment = "à l’ouverture" if limite.nature == OUVERTURE else "à la fermeture"
    return f"complet {moment} {_du(demi_journees)} ({limite.mots})"


def _du(demi_journees: tuple[int, ...]) -> str:
    """« du lundi », « du lundi et du mardi », « du lundi au vendredi »."""
    jours = [f"du {JOURS[j]}" for j in sorted({k // 2 for k in demi_journees})]
    if len(jours) == len(JOURS):
        return f"du {JOURS[0]} au {JOURS[-1]}"
    return enumerer(jours)
