"""The filters of a list in words: the chips above it, the title of its exports, its line in the journal."""

from dataclasses import dataclass
from typing import Any

from dossiers.queries.liste.demande import MIENNES, TRIS, Demande
from guichet.texte import MOIS, date_longue
from structures.regles.semaine import CRENEAUX, texte_semaine


@dataclass(frozen=True)
class Jeton:
    """A filter in force: what it says, and the address of the list without it."""

    nom: str
    mots: str
    sans: str


@dataclass(frozen=True)
class Panneau:
    """A group of filters one adds together."""

    nom: str
    titre: str
    champs: tuple[str, ...]


@dataclass(frozen=True)
class Colonne:
    """A heading of the table; `adresse` sorts by it, empty when this order is not offered."""

    titre: str
    classe: str = ""
    tri: str = ""
    adresse: str = ""
    sens: str = ""


_COLONNES = (
    ("Rang", "num", ""),
    ("Enfant", "", "nom"),
    ("Âge à l’entrée", "", "age"),
    ("Entrée", "", "entree"),
    ("Semaine", "", ""),
    ("Choix", "", ""),
    ("Points", "num", "points"),
    ("Complet le", "num", "complet"),
    ("Aujourd’hui", "", ""),
    ("Dernier contact", "", ""),
)

PANNEAUX = (
    Panneau("structure", "Structure", ("structure", "choix")),
    Panneau("section", "Section", ("section", "le")),
    Panneau("quartier", "Quartier", ("quartier",)),
    Panneau("mairie", "Mairie", ("mairie",)),
    Panneau("entree", "Entrée", ("entree_de", "entree_a")),
    Panneau("demi", "Demi-journées", ("demi", "demi_mode")),
    Panneau("besoin", "Besoin", ("besoin", "a_verifier")),
    Panneau("etat", "État", ("etat",)),
    Panneau("nature", "Nature", ("nature",)),
    Panneau("critere", "Critère", ("critere",)),
)


def panneaux(demande: Demande) -> list[Panneau]:
    """The filters this person may add."""
    return [p for p in PANNEAUX if p.champs[0] in demande.filtres.filters]


def jetons(demande: Demande) -> list[Jeton]:
    """One chip per filter, one per value of a list, in the order of the address."""
    trouves = []
    for nom, valeur in demande.propres.items():
        if nom in ("demi_mode",) or (nom == "entree_a" and "entree_de" in demande.propres):
            continue
        if nom in ("quartier", "mairie"):
            trouves += [Jeton(nom, un.nom, demande.sans(nom, un.code)) for un in valeur]
        elif nom in ("etat", "nature"):
            choix = dict(demande.filtres.form.fields[nom].choices)
            trouves += [Jeton(nom, str(choix[un]).capitalize(), demande.sans(nom, un)) for un in valeur]
        else:
            trouves.append(Jeton(nom, _mots(demande, nom, valeur), demande.sans(nom)))
    return trouves


def _mots(demande: Demande, nom: str, valeur: Any) -> str:
    propres = demande.propres
    if nom == "structure":
        return f"Demandent {valeur.nom}"
    if nom == "section":
        return f"{'Section ce jour-là' if 'le' in propres else 'Section à l’entrée'}\u00a0: {valeur}"
    if nom == "le":
        return f"Entrée possible le {date_longue(valeur)}"
    if nom in ("entree_de", "entree_a"):
        return _mots_entree(propres)
    if nom == "demi":
        verbe = "Semaine qui tient dans" if propres.get("demi_mode") == "tient" else "Semaine avec"
        return f"{verbe}\u00a0: {texte_semaine(CRENEAUX.index(code) for code in valeur)}"
    if nom == "critere":
        return f"Critère\u00a0: {valeur.libelle}"
    if nom == "a_verifier":
        return "Des points à vérifier"
    choix = dict(demande.filtres.form.fields[nom].choices)
    texte = str(choix.get(valeur) or choix.get(str(valeur)))
    return f"Besoin {texte.lower()}" if nom == "besoin" else texte.capitalize()


def _mots_entree(propres: dict[str, Any]) -> str:
    debut, fin = propres.get("entree_de"), propres.get("entree_a")
    if debut and fin:
        if debut == fin:
            return f"Entrée\u00a0: {_mois(debut)}"
        de = MOIS[debut.month - 1] if debut.year == fin.year else _mois(debut)
        return f"Entrée\u00a0: {de} à {_mois(fin)}"
    return f"Entrée dès {_mois(debut)}" if debut else f"Entrée jusqu’à {_mois(fin)}"


def _mois(jour: Any) -> str:
    return f"{MOIS[jour.month - 1]}\u00a0{jour.year}"


def colonnes(demande: Demande) -> list[Colonne]:
    """The headings; the present order comes first as the one a second click reverses."""
    trouvees = []
    for titre, classe, tri in _COLONNES:
        ici = bool(tri) and tri == demande.tri
        renverse = f"{'' if demande.inverse else '-'}{tri}" if ici else tri
        adresse = demande.adresse(tri=renverse) if tri in demande.tris else ""
        # Points go down, every other key goes up, unless reversed.
        descend = (tri == "points") != demande.inverse
        sens = ("descending" if descend else "ascending") if ici else ""
        trouvees.append(Colonne(titre, classe, tri, adresse, sens))
    return trouvees


def resume(demande: Demande) -> str:
    """Everything the list was asked, in one sentence."""
    morceaux = ["mes demandes" if demande.vue == MIENNES else "toute la ville"]
    morceaux += [jeton.mots for jeton in jetons(demande)]
    ordre = TRIS[demande.tri] + (" (à rebours)" if demande.inverse else "")
    return f"{' · '.join(morceaux)} · rangée par {ordre}"


def mots_du_rang(demande: Demande) -> str:
    """In which list the ranks of this page are counted."""
    morceaux = []
    if demande.structure:
        morceaux.append(f"les demandes de {demande.structure.nom}")
    if section := demande.propres.get("section"):
        morceaux.append(f"la section {section.nom}")
    if jour := demande.propres.get("le"):
        morceaux.append(f"une entrée possible le {date_longue(jour)}")
    return f"Rang compté dans {', '.join(morceaux)}" if morceaux else "Rang compté dans toute la ville"
