"""Making one dossier of two: which one lives on, what is kept of each, when it is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dossiers.regles import cycle
from guichet.erreurs import ErreurMetier
from structures.regles.texte import cle, telephone_normalise

GARDE, ABSORBE = "garde", "absorbe"
GROUPES = {
    "enfant": "L’enfant",
    "coordonnees": "Les responsables",
    "foyer": "Le foyer",
    "besoin": "Le besoin",
    "voeux": "Les choix",
    "demande": "La situation de l’enfant",
    "suivi": "Le suivi",
}
GARDES = (cycle.INCOMPLET, cycle.ACTIF, cycle.PROPOSE, cycle.SUSPENDU)
ABSORBABLES = (cycle.INCOMPLET, cycle.ACTIF, cycle.SUSPENDU)


@dataclass(frozen=True)
class Demande:
    """What the rule reads of a dossier."""

    numero: str
    etat: str
    nature: str
    depose_le: date
    complet_le: date | None
    dit_le: date
    jour_garde: date | None = None


def dans_l_ordre(a: Demande, b: Demande) -> bool:
    """Vrai si `a` est le dossier à garder : place proposée, sinon le plus ancien complet, puis déposé."""
    return _anciennete(a) <= _anciennete(b)


def _anciennete(demande: Demande) -> tuple[bool, date, date, str]:
    complet = demande.complet_le or date.max
    return demande.etat != cycle.PROPOSE, complet, demande.depose_le, demande.numero


def verifier(garde: Demande, absorbe: Demande) -> None:
    """Deux dossiers se fusionnent s’ils vivent encore et demandent la même chose.

    Raises ErreurMetier `fusion_impossible` saying which dossier stands in the way and why.
    """
    for demande, permis in ((garde, GARDES), (absorbe, ABSORBABLES)):
        if demande.etat not in permis:
            raise ErreurMetier("fusion_impossible", _REFUS[demande.etat].format(numero=demande.numero))
    if garde.nature != absorbe.nature:
        raise ErreurMetier(
            "fusion_impossible",
            "Une mutation ou un complément de jours n’est pas un doublon de la première demande.",
        )


_REFUS = {
    cycle.PROPOSE: "Une place est proposée au dossier {numero} : attendez la réponse de la famille.",
    cycle.ADMIS: "Le dossier {numero} est admis : il ne se fusionne plus.",
    cycle.CLOS: "Le dossier {numero} est clos : il ne se fusionne plus.",
    cycle.ANONYMISE: "Le dossier {numero} est anonymisé : il ne se fusionne plus.",
}


def choix_par_defaut(garde: Demande, absorbe: Demande) -> dict[str, str]:
    """Pour chaque groupe, la déclaration la plus récente de la famille."""
    recent = ABSORBE if absorbe.dit_le > garde.dit_le else GARDE
    return dict.fromkeys(GROUPES, recent)


def lire_choix(choix: Mapping[str, str], defaut: Mapping[str, str]) -> dict[str, str]:
    """Le choix de chaque groupe. Raises ErreurMetier `choix_inconnu` for any other word."""
    lus = {groupe: choix.get(groupe) or defaut[groupe] for groupe in GROUPES}
    if not set(lus.values()) <= {GARDE, ABSORBE}:
        raise ErreurMetier("choix_inconnu", "Choisissez l’un des deux dossiers.")
    return lus


def complet_depuis(garde: Demande, absorbe: Demande) -> date | None:
    """Le jour le plus ancien où l’un des deux dossiers était complet : l’ancienneté ne recule jamais."""
    if not (garde.complet_le or absorbe.complet_le):
        return None
    return min(j for d in (garde, absorbe) for j in (d.complet_le, d.jour_garde) if j)


@dataclass(frozen=True)
class Adulte:
    """A responsable as a household comparison reads one."""

    nom: str
    prenom: str
    telephones: tuple[str, ...] = ()
    courriel: str = ""


def meme_adulte(a: Adulte, b: Adulte) -> bool:
    """La même personne : mêmes nom et prénom, dans un sens ou dans l’autre."""
    noms_a, noms_b = (sorted((cle(x.nom), cle(x.prenom))) for x in (a, b))
    return bool(any(noms_a)) and noms_a == noms_b


def meme_foyer(
    foyer: Iterable[Adulte], autre: Iterable[Adulte], *, numero_caf: str = "", autre_caf: str = ""
) -> bool:
    """Un seul foyer si un responsable est le même, confirmé par un téléphone, un courriel ou le numéro CAF.

    Two homonyms are two households, and so are separated parents who each filed a request.
    """
    autres = list(autre)
    paires = [(a, b) for a in foyer for b in autres if meme_adulte(a, b)]
    if not paires:
        return False
    return bool(numero_caf and numero_caf == autre_caf) or any(_joignable_de_meme(a, b) for a, b in paires)


def _joignable_de_meme(a: Adulte, b: Adulte) -> bool:
    numeros_a, numeros_b = ({t for n in x.telephones if (t := telephone_normalise(n))} for x in (a, b))
    memes_courriels = bool(a.courriel) and a.courriel.casefold() == b.courriel.casefold()
    return memes_courriels or not numeros_a.isdisjoint(numeros_b)


@dataclass(frozen=True)
class Piece:
    """What makes one showing of a piece worth more than another."""

    etat: str
    valide_jusqu_au: date | None = None
    vue_le: date | None = None


_ETATS = ("vue", "refusee", "attendue")


def vaut_mieux(a: Piece, b: Piece) -> bool:
    """Vrai si `a` remplace `b` : vue avant refusée, puis valable plus longtemps, puis vue plus tôt."""

    def rang(piece: Piece) -> tuple[int, int, int]:
        vue = (piece.vue_le or date.max).toordinal()
        return _ETATS.index(piece.etat), -(piece.valide_jusqu_au or date.max).toordinal(), vue

    return rang(a) < rang(b)
