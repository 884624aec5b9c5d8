"""What a freeze decides: who is in, in which section, at which rank, under which order number."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.regles import cycle
from dossiers.regles.rang import APRES, AVANT
from structures.regles.ages import BandeAge, age_en_mois, section_a_date

OCCASIONNEL = "occasionnel"
INCOMPLET = "incomplet"
PROPOSE = "propose"
OPPOSITION = "opposition"
APRES_CLOTURE = "apres_cloture"
DEJA_ACCUEILLI = "deja_accueilli"
ENTREE = "entree"
A_NAITRE = "a_naitre"
AGE = "age"
SANS_PLACE = "sans_place"

MOTIFS_ECART = {
    INCOMPLET: "Dossier incomplet",
    APRES_CLOTURE: "Complet après la clôture",
    ENTREE: "Entrée souhaitée à une autre période",
    AGE: "Âge hors des sections concernées",
    A_NAITRE: "Enfant à naître",
    OCCASIONNEL: "Accueil occasionnel ou d’urgence seulement",
    PROPOSE: "Une place lui est déjà proposée",
    DEJA_ACCUEILLI: "Déjà accueilli à cette date",
    SANS_PLACE: "Complément de jours d’une place qui aura pris fin",
    OPPOSITION: "Opposition écrite d’un responsable",
}

# Letters of order numbers: babies, middle ones, big ones, by age in months at the date d’effet.
LETTRES = ((15, "B"), (24, "M"))
LETTRE_GRANDS = "G"


@dataclass(frozen=True, slots=True)
class Candidat:
    """A pending dossier that wishes a concerned structure, as the freeze reads it.

    entree_le is None without a regular need. present: another contract than the one a transfer leaves
    covers the day. voeux: (rank of the choice, structure id), in order. A complement is asked in the section
    the child holds that day, `section_tenue`, whatever its age.
    """

    numero: str
    etat: str
    complet_le: date | None
    naissance: date
    a_naitre: bool
    entree_le: date | None
    tolerance_jours: int
    opposition: bool
    present: bool
    voeux: tuple[tuple[int, int], ...]
    complement: bool = False
    section_tenue: int | None = None


@dataclass(frozen=True)
class Cadre:
    """What the séance looks at: its day, its closing, the bands of its sections by structure."""

    date_effet: date
    cloture_le: date
    bandes: Mapping[int, tuple[BandeAge, ...]]
    a_naitre_propose: bool = True


def entree_convient(entree_le: date, tolerance_jours: int, date_effet: date) -> bool:
    """Vrai si l’entrée souhaitée, à sa souplesse près, contient la date d’effet."""
    return abs(date_effet - entree_le) <= timedelta(days=tolerance_jours)


def choix_retenus(candidat: Candidat, cadre: Cadre) -> list[tuple[int, int]]:
    """Ses choix parmi les sections concernées : (rang du choix, section de son âge à la date d’effet)."""
    retenus = []
    for rang, structure in candidat.voeux:
        if candidat.complement:
            tenue = candidat.section_tenue
            if tenue and any(b.section == tenue for b in cadre.bandes.get(structure, ())):
                retenus.append((rang, tenue))
            continue
        bande = section_a_date(cadre.bandes.get(structure, ()), candidat.naissance, cadre.date_effet)
        if bande is not None:
            retenus.append((rang, bande.section))
    return retenus


def motif_ecart(candidat: Candidat, cadre: Cadre) -> str | None:
    """Pourquoi ce dossier n’est pas dans la liste de la séance ; None s’il y est."""
    c = candidat
    if c.entree_le is None:
        return OCCASIONNEL
    if c.etat == cycle.INCOMPLET or c.complet_le is None:
        return INCOMPLET
    if c.etat != cycle.ACTIF:
        return PROPOSE
    if c.complet_le > cadre.cloture_le:
        return APRES_CLOTURE
    if not entree_convient(c.entree_le, c.tolerance_jours, cadre.date_effet):
        return ENTREE
    if c.complement and c.section_tenue is None:
        return SANS_PLACE
    if c.present:
        return DEJA_ACCUEILLI
    if c.opposition:
        return OPPOSITION
    if c.a_naitre and not cadre.a_naitre_propose:
        return A_NAITRE
    return None if choix_retenus(c, cadre) else AGE


def lettre_age(naissance: date, jour: date) -> str:
    """La lettre d’un numéro d’ordre : B avant 15 mois, M avant 24 mois, G ensuite."""
    mois = age_en_mois(naissance, jour)
    return next((lettre for limite, lettre in LETTRES if mois < limite), LETTRE_GRANDS)


def melanger(graine: int, usage: str, elements: Iterable[str]) -> list[str]:
    """Un ordre au hasard que la graine suffit à rejouer, et que les numéros seuls ne laissent pas deviner."""

    def empreinte(element: str) -> bytes:
        return hashlib.sha256(f"{graine}|{usage}|{element}".encode()).digest()

    return sorted(elements, key=lambda e: (empreinte(e), e))


def tirages(graine: int, numeros: Iterable[str]) -> dict[str, int]:
    """Le tirage au sort de la séance : un rang par dossier, de 1 à n."""
    return {numero: rang for rang, numero in enumerate(melanger(graine, "tirage", numeros), 1)}


def numeros_ordre(graine: int, lettres: Mapping[str, str]) -> dict[str, str]:
    """Le numéro d’ordre de chaque dossier pour cette séance : « B47 », sans lien avec le numéro du dossier.

    `lettres` maps a dossier number to its letter. Numbers of one letter have as many digits, and gaps.
    """
    ordre = {}
    for lettre in sorted(set(lettres.values())):
        dossiers = [numero for numero, sienne in lettres.items() if sienne == lettre]
        bas = 10
        while len(dossiers) > 9 * bas // 2:
            bas *= 10
        tires = melanger(graine, f"nombre {lettre}", map(str, range(bas, 10 * bas)))
        ranges = melanger(graine, f"ordre {lettre}", dossiers)
        ordre.update({numero: f"{lettre}{tire}" for numero, tire in zip(ranges, tires, strict=False)})
    return ordre


@dataclass(frozen=True, slots=True)
class Concurrent:
    """One dossier asking one section: what its rank there depends on."""

    numero: str
    points: int
    complet_le: date
    tirage: int | None = None
    complement: str = ""


_ORDRE = {AVANT: 0, "": 1, APRES: 2}


def classer(concurrents: Sequence[Concurrent]) -> list[Concurrent]:
    """Plus de points, puis le plus ancien dossier complet, puis le tirage s’il existe, puis le numéro.

    Les compléments de jours passent tous avant, ou tous après, les autres demandes : comme dans la liste.
    """
    return sorted(
        concurrents,
        key=lambda c: (_ORDRE[c.complement], -c.points, c.complet_le, c.tirage or 0, c.numero),
    )


def quartiers_imprimables(comptes: Mapping[int, int], seuil: int) -> frozenset[int]:
    """Les quartiers qu’une version sans noms peut dire : au moins `seuil` dossiers de la séance y vivent.

    What is left out must not be found by subtraction either: fewer than `seuil` dossiers hidden between
    them take the smallest printed quartier with them.
    """
    dits = {quartier for quartier, nombre in comptes.items() if nombre >= seuil}
    caches = sum(nombre for quartier, nombre in comptes.items() if quartier not in dits)
    if 0 < caches < seuil and dits:
        dits.remove(min(dits, key=lambda quartier: (comptes[quartier], quartier)))
    return frozenset(dits)
