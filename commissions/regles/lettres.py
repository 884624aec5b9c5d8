"""Letter models: the closed list of their fields, and what a text must say before it may be used. Pure."""

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from guichet.erreurs import ErreurMetier

OFFRE, COMPLEMENTAIRE, REFUS, AJOURNEMENT, DISCRETE = (
    *("offre", "complementaire", "refus", "ajournement", "discrete"),
)
# The sense of a decision calls for one model.
NATURE_DE = MappingProxyType(
    {
        "admis": OFFRE,
        "liste_complementaire": COMPLEMENTAIRE,
        "ajourne": AJOURNEMENT,
        "non_retenu": REFUS,
    }
)
# Kept apart from the text, so that it may go when the retention ends.
IDENTITE = frozenset({"enfant"})
CHAMPS: Mapping[str, str] = MappingProxyType(
    {
        "enfant": "prénom et nom de l’enfant",
        "numero": "numéro du dossier",
        "ville": "nom de la ville",
        "seance": "jour de la commission",
        "mairie": "mairie de la famille",
        "structure": "structure et section de la place",
        "adresse_structure": "adresse et téléphone de la structure",
        "jours": "demi-journées de la place, ou demandées",
        "entree": "premier jour d’adaptation",
        "contrat": "premier jour du contrat",
        "adaptation": "durée de l’adaptation",
        "limite": "dernier moment pour répondre",
        "rang": "rang sur la liste complémentaire",
        "motif": "motif de la décision",
        "points": "points de la famille, ligne par ligne",
        "voeux": "choix par choix\u00a0: places, points du dernier admis, demi-journées complètes",
        "departage": "règle à égalité de points",
        "refus_max": "nombre d’offres conformes que l’on peut décliner",
        "silence": "ce que vaut une offre laissée sans réponse",
        "renouvellement": "nombre de mois de validité de la demande",
        "relais": "relais petite enfance et autres modes d’accueil",
        "auteur": "auteur de la décision, sa qualité, sa délégation",
        "signature": "nom et qualité de l’auteur, où il signe",
        "mention": "traitement algorithmique, articles L. 311-3-1 et R. 311-3-1-1",
        "recours": "voies et délais de recours",
    }
)
_PARTOUT = ("auteur", "mention", "recours")
OBLIGATOIRES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        OFFRE: ("structure", "jours", "entree", "limite", "adaptation", "silence", "relais", *_PARTOUT),
        COMPLEMENTAIRE: ("rang", "voeux", "points", "renouvellement", "relais", *_PARTOUT),
        REFUS: ("voeux", "points", "departage", "renouvellement", "relais", *_PARTOUT),
        AJOURNEMENT: ("motif", "renouvellement", "relais", *_PARTOUT),
        DISCRETE: ("numero", *_PARTOUT),
    }
)
# A protected family's letter says nothing of the child, its mairie nor its choices.
TUS = frozenset({"enfant", "mairie", "structure", "adresse_structure", "voeux", "points", "jours"})
_CHAMP = re.compile(r"\{([^{}]*)\}")


def controler_modele(nature: str, objet: str, corps: str) -> None:
    """Un modèle n’emploie que les champs de la liste, et dit tout ce que la loi et la famille attendent.

    Raises ErreurMetier `champ_inconnu`, `champ_tu`, `accolade`, `champ_manquant`, on the field at fault.
    """
    for champ, texte in (("objet", objet), ("corps", corps)):
        cites = _CHAMP.findall(texte)
        if inconnus := sorted({nom for nom in cites if nom not in CHAMPS}):
            message = f"Ce champ n’existe pas\u00a0: {{{inconnus[0]}}}. Choisissez-le dans la liste."
            raise ErreurMetier("champ_inconnu", message, champ=champ)
        if nature == DISCRETE and (tus := sorted(TUS & set(cites))):
            message = f"Une lettre discrète ne dit pas {{{tus[0]}}}."
            raise ErreurMetier("champ_tu", message, champ=champ)
        if re.search(r"[{}]", _CHAMP.sub("", texte)):
            raise ErreurMetier("accolade", "Une accolade est seule dans ce texte.", champ=champ)
    presents = set(_CHAMP.findall(corps))
    if manquants := [nom for nom in OBLIGATOIRES[nature] if nom not in presents]:
        message = f"Ce texte doit dire\u00a0: {CHAMPS[manquants[0]]}. Ajoutez {{{manquants[0]}}}."
        raise ErreurMetier("champ_manquant", message, champ="corps")


def remplir(texte: str, valeurs: Mapping[str, str]) -> str:
    """Le texte avec ses valeurs ; un champ absent de `valeurs` y reste tel quel."""
    return _CHAMP.sub(lambda m: valeurs.get(m[1], m[0]), texte)


def empreinte(objet: str, destinataire: str, corps: str) -> str:
    """La signature d’une lettre telle qu’elle part : objet, destinataire, texte entier."""
    return hashlib.sha256("\n".join((objet, destinataire, corps)).encode()).hexdigest()


def blocs(corps: str) -> list[tuple[str, list[str]]]:
    """Le texte en ("h", titre), ("p", lignes) et ("ul", puces) : « ## » ouvre un titre, « - » une puce."""
    lus: list[tuple[str, list[str]]] = []
    for ligne in corps.split("\n"):
        if ligne.startswith("## "):
            lus.append(("h", [ligne.removeprefix("## ")]))
            continue
        sorte = "ul" if ligne.startswith("- ") else "p"
        if not ligne.strip():
            lus.append(("", []))
        elif lus and lus[-1][0] == sorte:
            lus[-1][1].append(ligne.removeprefix("- "))
        else:
            lus.append((sorte, [ligne.removeprefix("- ")]))
    return [(sorte, lignes) for sorte, lignes in lus if lignes]


def sans_titres(corps: str) -> str:
    """Le même texte pour un courriel, où un titre est une simple ligne."""
    return re.sub(r"^## ", "", corps, flags=re.MULTILINE)


def typographie(texte: str) -> str:
    """Les espaces insécables d’un texte tapé au clavier."""
    texte = re.sub(r" (?=[:\u00bb])", "\u00a0", texte)
    texte = re.sub(r"(?<=\u00ab) ", "\u00a0", texte)
    return re.sub(r" (?=[;?!])", "\u202f", texte)
