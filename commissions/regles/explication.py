"""Why a child enters or not, wish by wish, in one plain French sentence. Pure.

One object feeds the session's screen, the page « Pourquoi » and the letters. A letter never gives the
threshold of so few admitted children that it would be somebody's points.
"""

from dataclasses import dataclass
from datetime import date, datetime

from structures.regles.creneaux import Supplement, enumerer, majuscule, mots_courts, phrases
from structures.regles.semaine import JOURS, JOURS_COURTS, jours_de, jours_en_mots

SANS_PLACE = "sans_place"
RANG = "rang"
CRENEAU = "creneau"
GROUPE = "groupe"
# What the engine lists as an exception: no arrangement it found contents everyone.
EXCEPTIONS = ("cycle", "borne")
PRESENTS = "presents"
RESERVE = "reserve"

# Below, the points of the last admitted child would be those of a family one may recognise.
SEUIL_ADMIS = 3
INSECABLE, FINE = "\u00a0", "\u202f"


@dataclass(frozen=True, slots=True)
class Seuil:
    """The last child admitted on the lacking half-days; `a_part` « avant » when it adds days, before all."""

    points: int
    anteriorite: str
    a_part: str = ""


@dataclass(frozen=True, slots=True)
class Refus:
    """One wish not given: `complets` are the half-days that were full, `admis` how many children filled them
    in open competition; `supplements`, what was full of the opening, the closing or the beds."""

    motif: str
    points: int
    anteriorite: str
    complets: tuple[int, ...] = ()
    seuil: Seuil | None = None
    occupe_par: str = ""
    a_part: str = ""
    admis: int = 0
    supplements: tuple[Supplement, ...] = ()


def raison(refus: Refus, *, famille: bool = False) -> str:
    """La raison d’un refus en une phrase ; `famille` tait le seuil de moins de trois enfants admis."""
    jours = jours_en_mots(refus.complets)
    if refus.motif == SANS_PLACE and not refus.supplements:
        return f"Aucune place n’est ouverte {jours}." if jours else "Aucune place n’est ouverte."
    if refus.motif == SANS_PLACE:
        return f"{_manque(refus, 'aucune place n’est ouverte')}."
    if refus.motif == GROUPE:
        return "Une place lui irait, mais la fratrie ne peut pas entrer ensemble dans cette structure."
    if refus.motif in EXCEPTIONS:
        return "Aucun arrangement stable n’a été trouvé pour ce vœu : la commission l’examine."
    debut = _manque(refus, "plus de place")
    if refus.motif == CRENEAU:
        autres = "un enfant classé après entre parce qu’il demande d’autres demi-journées"
        if refus.supplements:
            autres = "un enfant classé après entre parce qu’il n’a pas besoin de ce qui manque"
        return f"{debut} à son rang{_devant(refus, famille=famille)}{FINE}; {autres}."
    return f"{debut}{_devant(refus, famille=famille)}."


def mot_court(refus: Refus) -> str:
    """La même raison en deux ou trois mots, pour une colonne : « mercredi complet »."""
    jours = jours_de(refus.complets)
    if refus.supplements and refus.motif not in (GROUPE, *EXCEPTIONS):
        return ", ".join([*(["jours complets"] if jours else []), *mots_courts(refus.supplements)])
    if refus.motif == GROUPE:
        return "fratrie"
    if refus.motif in EXCEPTIONS:
        return "à examiner"
    if refus.motif == SANS_PLACE:
        return "aucune place" if len(jours) != 1 else f"aucune place {JOURS[jours[0]]}"
    if not jours or len(jours) > 3:
        return "complet"
    if len(jours) == 1:
        return f"{JOURS[jours[0]]} complet"
    return f"{', '.join(JOURS_COURTS[j] for j in jours)} complets"


def _manque(refus: Refus, debut: str) -> str:
    """« Plus de place le mercredi et complet à l’ouverture du lundi (avant 8 h) »."""
    jours = jours_en_mots(refus.complets)
    mots = [f"{debut} {jours}"] if jours else [] if refus.supplements else [debut]
    return majuscule(enumerer([*mots, *phrases(refus.supplements)]))


def seuil_montrable(refus: Refus, *, famille: bool) -> bool:
    """Vrai si les points du dernier admis peuvent être dits : à une famille, s’ils sont trois au moins."""
    return refus.seuil is not None and (not famille or refus.admis >= SEUIL_ADMIS)


def en_points(nombre: int) -> str:
    """« 57 points », « 1 point »."""
    return f"{nombre}{INSECABLE}point{'s' if abs(nombre) > 1 else ''}"


def _devant(refus: Refus, *, famille: bool) -> str:
    """What stood before this request, as the end of the sentence."""
    if refus.seuil is None:
        return {
            PRESENTS: f"{INSECABLE}: les places sont tenues par des enfants déjà présents",
            RESERVE: f"{INSECABLE}: les places restantes étaient garanties à d’autres enfants",
        }.get(refus.occupe_par, "")
    if refus.a_part == "apres" and refus.seuil.a_part != "apres":
        return f"{INSECABLE}: les compléments de jours passent après les autres demandes"
    if refus.seuil.a_part == "avant" and refus.a_part != "avant":
        return f"{INSECABLE}: un complément de jours passe avant les autres demandes"
    if not seuil_montrable(refus, famille=famille):
        return f"{INSECABLE}: les places vont à des enfants mieux classés"
    return f"{INSECABLE}: {_comparaison(refus, refus.seuil)}"


def _comparaison(refus: Refus, seuil: Seuil) -> str:
    if seuil.points != refus.points:
        return f"le dernier admis y a {en_points(seuil.points)}, cette demande {refus.points}"
    if seuil.anteriorite < refus.anteriorite:
        dates = f"{_date(seuil.anteriorite)} contre {_date(refus.anteriorite)}"
        return f"le dernier admis y a aussi {en_points(seuil.points)}, son dossier est plus ancien ({dates})"
    return (
        f"le dernier admis y a aussi {en_points(seuil.points)} et la même ancienneté, le départage a tranché"
    )


def _date(anteriorite: str) -> str:
    jour = datetime.fromisoformat(anteriorite) if "T" in anteriorite else date.fromisoformat(anteriorite)
    return f"{jour:%d/%m/%Y}"
