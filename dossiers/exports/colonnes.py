"""The columns of an exported list: the closed list, who may ask which, the usual ones of each profil.

A column reads the masked line alone: whatever is asked, what this reader may not see is empty in it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dossiers.acces import GUICHET, LISTE_PASSEE
from dossiers.queries.liste import LigneVue
from dossiers.queries.liste.lignes import BesoinVu
from dossiers.regles.besoin import VARIABLE, texte_part, texte_variable
from guichet.acces import Personne
from structures.models import Profil
from structures.regles.semaine import texte_semaine

CHOIX, MON_CHOIX = "choix", "mon_choix"


@dataclass(frozen=True)
class Colonne:
    """`valeur` reads a line; the two columns of choices take a different shape one line per choice."""

    code: str
    titre: str
    valeur: Callable[[LigneVue], Any]
    profils: tuple[str, ...] = LISTE_PASSEE


def _besoin(lire: Callable[[BesoinVu], Any]) -> Callable[[LigneVue], Any]:
    return lambda ligne: lire(ligne.besoin) if ligne.besoin else None


def _planning(besoin: BesoinVu) -> str | None:
    if besoin.rythme != VARIABLE:
        return None
    return texte_variable(besoin.nombre_min, besoin.nombre_max, besoin.planning_jours)


def _contrats(ligne: LigneVue) -> str | None:
    if not ligne.besoin or not ligne.deux_contrats:
        return None
    return "\u202f; ".join(f"responsable {rang}\u00a0: {texte_part(ligne.besoin, rang)}" for rang in (1, 2))


def _enfant(ligne: LigneVue) -> str:
    return ligne.enfant or ("dossier protégé" if ligne.regard.protege else "identité masquée")


_LISTE = (
    Colonne("rang", "Rang", lambda v: v.rang),
    Colonne("numero", "Numéro", lambda v: v.numero or None),
    Colonne("enfant", "Enfant", _enfant),
    Colonne("naissance", "Né le", lambda v: v.naissance),
    Colonne("age", "Âge à l’entrée", lambda v: v.age or None),
    Colonne("a_naitre", "À naître", lambda v: "oui" if v.a_naitre else None),
    Colonne("jumeaux", "Jumeaux", lambda v: "oui" if v.jumeaux else None),
    Colonne("nature", "Nature", lambda v: v.mutation or None),
    Colonne("etat", "État", lambda v: v.etat_mots or None),
    Colonne("entree", "Entrée souhaitée", _besoin(lambda b: b.entree_le)),
    Colonne("souplesse", "Souplesse (jours)", _besoin(lambda b: b.tolerance_jours)),
    Colonne("besoin", "Besoin", lambda v: ", ".join(v.types).lower() or None),
    Colonne("semaine", "Semaine demandée", _besoin(lambda b: texte_semaine(b.demi_journees))),
    Colonne(
        "semaine_b",
        "Semaine B",
        _besoin(lambda b: texte_semaine(b.demi_journees_b) if b.demi_journees_b else None),
    ),
    Colonne("planning", "Semaine variable", _besoin(_planning)),
    Colonne("contrats", "Deux contrats", _contrats, GUICHET),
    Colonne("verifie", "Points vérifiés", lambda v: v.verifie),
    Colonne("reste", "Points à vérifier", lambda v: v.reste),
    Colonne("complet", "Complet le", lambda v: v.complet_le),
    Colonne("depose", "Déposé le", lambda v: v.depose_le),
    Colonne("quartier", "Quartier", lambda v: v.quartier or None),
    Colonne("mairie", "Mairie", lambda v: v.mairie or None),
    Colonne("solution", "Solution aujourd’hui", lambda v: v.solution or None),
    Colonne("contact_le", "Dernier contact le", lambda v: v.contact_le),
    Colonne("contact", "Dernier contact par", lambda v: v.contact or None),
    Colonne(MON_CHOIX, "Mon choix", lambda v: v.mon_choix),
    Colonne(CHOIX, "Choix", lambda v: None),
)
COLONNES = {c.code: c for c in _LISTE}
# Directors look at their own choice first, and have no counter to speak of.
_DIRECTION = ("rang", MON_CHOIX, *(c.code for c in _LISTE if c.code not in ("rang", MON_CHOIX, "mairie")))


def permises(qui: Personne) -> dict[str, Colonne]:
    """The columns this person may ask, in their usual order."""
    return {code: c for code, c in COLONNES.items() if qui.est(*c.profils)}


def habituelles(qui: Personne) -> tuple[str, ...]:
    """The columns of this profil when nothing is chosen."""
    siennes = permises(qui)
    ordre = tuple(COLONNES) if qui.est(*GUICHET) or not qui.est(Profil.DIRECTION) else _DIRECTION
    return tuple(code for code in ordre if code in siennes)


def retenues(qui: Personne, demandees: Iterable[str]) -> tuple[Colonne, ...]:
    """The columns asked, each once, without those this person may not see; the usual ones if none is left."""
    siennes = permises(qui)
    codes = [code for code in dict.fromkeys(demandees) if code in siennes]
    return tuple(siennes[code] for code in codes or habituelles(qui))
