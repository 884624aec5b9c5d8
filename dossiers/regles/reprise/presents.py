"""The children present, as the crèches' own software exports them each month."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from structures.regles.ages import BandeAge, section_a_date
from structures.regles.texte import cle

from .annuaire import Annuaire
from .besoin import lire_semaine
from .cellules import Cellules
from .constats import Constat, constat
from .foyer import ecarter_notes, lire_identite
from .lignes import Rangee
from .listes import SEXES
from .valeurs import est_vide, lire_liste


@dataclass(frozen=True)
class SectionConnue:
    """One section of a structure: its id, its name, the ages it receives."""

    id: int
    nom: str
    bande: BandeAge


@dataclass(frozen=True)
class ContextePresents:
    aujourd_hui: date
    structures: Annuaire
    sections: Mapping[str, Sequence[SectionConnue]]


@dataclass(frozen=True)
class LignePresent:
    """One contract: a child, its section, its half-days, from when to when."""

    structure: str
    section: int
    nom: str
    prenom: str
    sexe: str
    naissance: date
    semaine: tuple[int, ...]
    adaptation: date | None
    debut: date
    fin: date | None


@dataclass
class LecturePresent:
    """The outcome of one line of children present."""

    ligne: int
    numero: str = ""
    present: LignePresent | None = None
    refus: list[Constat] = field(default_factory=list)
    reparations: list[Constat] = field(default_factory=list)
    a_verifier: list[Constat] = field(default_factory=list)

    @property
    def refusee(self) -> bool:
        return bool(self.refus)

    @property
    def reparee(self) -> bool:
        return bool(self.reparations) and not self.refus

    def refuser(self, colonne: str, valeur: str, motif: str, remede: str) -> None:
        """A fault seen only beside the other lines of the file."""
        self.refus.append(constat(colonne, valeur, motif, remede))
        self.present = None


def cle_present(structure: str, nom: str, prenom: str, naissance: date) -> str:
    """La clé d’un enfant présent, d’un mois à l’autre : structure, nom, prénom, date de naissance."""
    texte = f"presents|{structure}|{cle(nom)}|{cle(prenom)}|{naissance}"
    return hashlib.sha256(texte.encode()).hexdigest()


def lire_present(rangee: Rangee, contexte: ContextePresents) -> LecturePresent:
    """Un enfant présent : accepté, réparé ou refusé.

    Refused: no known structure, no full name, no birth, no week, no start, an end before the start, a
    start before birth, no section for the child's age. Never raises.
    """
    c = Cellules(rangee)
    lecture = LecturePresent(rangee.ligne)
    if rangee.debord:
        lecture.refuser(
            "(au-delà de la dernière colonne)",
            rangee.debord,
            "La ligne a plus de cellules que de titres : ses valeurs sont décalées.",
            "Mettez entre guillemets le texte qui contient le séparateur.",
        )
        return lecture
    structure = _structure(c, contexte)
    nom, prenom = lire_identite(c, "nom", "prenom", "identite")
    if not nom or not prenom:
        c.refuser("nom" if not nom else "prenom", "Le nom ou le prénom de l’enfant manque.", "Complétez-le.")
    naissance, debut, fin, adaptation = _dates(c, contexte)
    semaine = lire_semaine(c)
    ecarter_notes(c)
    section = _section(c, contexte, structure, naissance, debut)
    lecture.refus, lecture.reparations, lecture.a_verifier = c.refus, c.reparations, c.a_verifier
    if not c.refus and naissance and debut and section is not None:
        sexe = c.lire("sexe", partial(lire_liste, liste=SEXES, quoi="un sexe"), "")
        lecture.present = LignePresent(
            structure, section, nom, prenom, sexe, naissance, semaine, adaptation, debut, fin
        )
    return lecture


def _structure(c: Cellules, contexte: ContextePresents) -> str:
    nom = c.texte("structure")
    trouvee = None if est_vide(nom) else contexte.structures.chercher(nom)
    if trouvee is None:
        motif = "La structure manque." if est_vide(nom) else "Cette structure n’est pas connue."
        c.refuser(
            "structure", motif, "Écrivez le nom d’une structure de la ville, tel qu’il est dans Guichet."
        )
        return ""
    if not trouvee.exact:
        c.reparer("structure", f"structure lue « {trouvee.nom} »")
    return trouvee.code


def _dates(
    c: Cellules, contexte: ContextePresents
) -> tuple[date | None, date | None, date | None, date | None]:
    fautes = len(c.refus)
    naissance, debut, fin = c.date("naissance"), c.date("debut"), c.date("fin")
    adaptation = c.date("adaptation")
    if len(c.refus) > fautes:
        return naissance, debut, fin, adaptation
    if naissance is None:
        c.refuser("naissance", "La date de naissance manque.", "Complétez la date de naissance.")
    elif naissance > contexte.aujourd_hui:
        c.refuser("naissance", "Cet enfant n’est pas encore né.", "Corrigez la date de naissance.")
    if debut is None:
        c.refuser("debut", "Le début du contrat manque.", "Complétez le début du contrat.")
    elif naissance and debut < naissance:
        c.refuser("debut", "Le contrat commence avant la naissance.", "Corrigez l’une des deux dates.")
    elif fin and fin < debut:
        c.refuser("fin", "Le contrat finit avant de commencer.", "Corrigez l’une des deux dates.")
    elif fin and fin < contexte.aujourd_hui:
        c.signaler("fin", "contrat déjà fini")
    if adaptation and debut and adaptation > debut:
        c.reparer("adaptation", "adaptation après le début du contrat : laissée de côté")
        adaptation = None
    return naissance, debut, fin, adaptation


def _section(
    c: Cellules,
    contexte: ContextePresents,
    structure: str,
    naissance: date | None,
    debut: date | None,
) -> int | None:
    """The section named, else the one of the child's age today (at the start for a contract to come)."""
    sections = contexte.sections.get(structure, ())
    nom = c.texte("section")
    if nom and not est_vide(nom):
        trouvee = Annuaire({str(s.id): [s.nom] for s in sections}).chercher(nom) if sections else None
        if trouvee:
            if not trouvee.exact:
                c.reparer("section", f"section lue « {trouvee.nom} »")
            return int(trouvee.code)
    if not (structure and naissance and debut):
        return None
    jour = max(debut, contexte.aujourd_hui)
    bande = section_a_date([s.bande for s in sections], naissance, jour)
    seule = sections[0].id if len(sections) == 1 else None
    choisie = bande.section if bande else seule
    if choisie is None:
        c.refuser(
            "section",
            "Aucune section de cette structure ne reçoit cet enfant.",
            "Nommez la section comme dans Guichet.",
        )
        return None
    nom_choisi = next(s.nom for s in sections if s.id == choisie)
    if nom and not est_vide(nom):
        c.reparer("section", f"section inconnue : enfant rangé en « {nom_choisi} », d’après son âge")
    elif len(sections) > 1:
        c.signaler("section", f"sans section : enfant rangé en « {nom_choisi} », d’après son âge")
    return choisie
