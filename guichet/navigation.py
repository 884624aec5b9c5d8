"""The one table of the menu: which entries exist, for whom, and which one is the current page."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from guichet.acces import TOUS_PROFILS, Personne, personne
from structures.models import Profil as P
from structures.models import ServicePartenaire


@dataclass(frozen=True)
class Entree:
    """A menu entry: its route, label, who sees it, and the route prefixes that make it the current one."""

    route: str
    libelle: str
    profils: frozenset[str]
    prefixes: tuple[str, ...]
    services: frozenset[str] = frozenset()


GUICHET = frozenset({P.AGENT, P.COORDINATION})
LISTE = GUICHET | {P.DIRECTION}
COMMISSION = frozenset({P.COORDINATION, P.MEMBRE, P.PRESIDENCE})
LIES = LISTE | COMMISSION | {P.PARTENAIRE}
ADMINISTRATION = frozenset({P.ADMINISTRATION})

ENTREES = (
    Entree("accueil", "Accueil", TOUS_PROFILS, ("accueil", "dossiers:semaine")),
    Entree("dossiers:index", "Dossiers", GUICHET, ("dossiers:",)),
    Entree("dossiers:liste", "Liste partagée", LISTE, ("dossiers:liste",)),
    Entree(
        "dossiers:relais",
        "Familles à contacter",
        frozenset({P.PARTENAIRE}),
        ("dossiers:relais",),
        frozenset({ServicePartenaire.RELAIS}),
    ),
    Entree(
        "dossiers:situations",
        "Situations",
        frozenset({P.COORDINATION, P.PARTENAIRE}),
        ("dossiers:situation",),
    ),
    Entree(
        "dossiers:places",
        "Places",
        frozenset({P.COORDINATION, P.DIRECTION}),
        (
            "dossiers:places",
            "dossiers:presents",
            "dossiers:rentree",
            "dossiers:jours",
            "dossiers:affectation",
            "dossiers:employeur",
            "dossiers:designe",
        ),
    ),
    Entree("commissions:offres", "Offres", LISTE, ("commissions:offre",)),
    Entree("commissions:seances", "Commissions", COMMISSION, ("commissions:",)),
    Entree(
        "commissions:a_preparer",
        "Préparer la commission",
        frozenset({P.DIRECTION}),
        ("commissions:a_preparer", "commissions:a_discuter", "commissions:confirmation"),
    ),
    Entree("dossiers:reponse", "Répondre", frozenset({P.MEMBRE, P.PRESIDENCE}), ("dossiers:reponse",)),
    Entree("dossiers:grilles", "Critères", LISTE | COMMISSION, ("dossiers:grille", "dossiers:critere")),
    Entree("dossiers:reprises", "Reprise", frozenset({P.COORDINATION}), ("dossiers:reprise",)),
    Entree("dossiers:statistiques", "Chiffres", frozenset({P.COORDINATION}), ("dossiers:stat",)),
    Entree("structures:comptes", "Comptes", ADMINISTRATION, ("structures:compte",)),
    Entree("structures:structures", "Structures", ADMINISTRATION, ("structures:",)),
    Entree("structures:reglages", "Réglages", ADMINISTRATION, ("structures:reglage",)),
    Entree(
        "dossiers:liste_passee",
        "Liste à une date",
        frozenset({P.PRESIDENCE, P.DPO}),
        ("dossiers:liste_passee",),
    ),
    Entree("dossiers:journal", "Journal", frozenset({P.DPO}), ("dossiers:journal",)),
    Entree(
        "dossiers:conservation",
        "Conservation",
        frozenset({P.DPO}),
        ("dossiers:conservation", "dossiers:registre", "dossiers:acces_famille"),
    ),
)


def entrees(request: HttpRequest) -> list[dict[str, object]]:
    """The entries this person may open, with the current one marked: the longest matching prefix wins."""
    moi = personne(request)
    resolution = request.resolver_match
    vue = resolution.view_name if resolution else ""
    visibles = [(e, adresse) for e in ENTREES if _ouverte(e, moi) and (adresse := _adresse(e.route))]
    if not moi.profils:
        visibles = [(e, adresse) for e in ENTREES[:1] if (adresse := _adresse(e.route))]
    longueurs = {e: max((len(p) for p in e.prefixes if vue.startswith(p)), default=0) for e, _ in visibles}
    record = max(longueurs.values(), default=0)
    return [
        {"libelle": e.libelle, "adresse": adresse, "courante": bool(record) and longueurs[e] == record}
        for e, adresse in visibles
    ]


def _ouverte(entree: Entree, moi: Personne) -> bool:
    return moi.est(*entree.profils) and (not entree.services or not moi.services.isdisjoint(entree.services))


def adresse_recherche(request: HttpRequest) -> str:
    """Where the search box sends, empty for a profil that may not search."""
    return _adresse("dossiers:recherche") if personne(request).est(*LISTE) else ""


def adresse_liens(request: HttpRequest) -> str:
    """Where one declares a family one knows, empty for who never reads a dossier."""
    return _adresse("dossiers:liens") if personne(request).est(*LIES) else ""


def _adresse(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
