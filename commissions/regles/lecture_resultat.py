"""A result of the engine read against its instance: who gets which contract, why not a better one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commissions.regles.explication import Refus, Seuil
from commissions.regles.instance import DECALAGE, Instance
from dossiers.regles.rang import APRES, AVANT
from structures.regles.creneaux import Supplement, lire_identifiant
from structures.regles.semaine import NB_CRENEAUX


@dataclass(frozen=True, slots=True)
class Contrat:
    """One wish: `semaine` is 0 for the week preferred, n for the nth acceptable one; `voeu` counts from 1."""

    voeu: int
    accueil: str
    creneaux: tuple[int, ...]
    points: int
    semaine: int
    actuelle: bool = False

    @property
    def demi_journees(self) -> tuple[int, ...]:
        """Les demi-journées du contrat, sans l’ouverture, la fermeture ni les lits."""
        return tuple(k for k in self.creneaux if k < NB_CRENEAUX)


@dataclass(frozen=True, slots=True)
class Refuse:
    """A wish that is not given, and its reason."""

    contrat: Contrat
    refus: Refus


@dataclass(frozen=True, slots=True)
class Issue:
    """What becomes of one demande: its contract or nothing, and every better wish refused."""

    demande: str
    contrat: Contrat | None
    titre: str
    refus: tuple[Refuse, ...]

    @property
    def garde_sa_place(self) -> bool:
        """True for a present child that keeps what it has, no better contract being given."""
        return self.contrat is not None and self.contrat.actuelle

    @property
    def entre(self) -> bool:
        """True when a place of the séance is given."""
        return self.contrat is not None and not self.contrat.actuelle


def points_reels(points: int) -> tuple[int, str]:
    """Les points d’une demande sans le décalage des compléments, et où ils passent : avant, après ou non."""
    if points > DECALAGE // 2:
        return points - DECALAGE, AVANT
    if points < -DECALAGE // 2:
        return points + DECALAGE, APRES
    return points, ""


def contrats(demande: Mapping[str, Any]) -> list[Contrat]:
    """Les vœux d’une demande, chaque semaine d’un même accueil numérotée dans l’ordre de la famille."""
    lus: list[Contrat] = []
    semaines: dict[str, int] = defaultdict(int)
    for numero, voeu in enumerate(demande["voeux"], 1):
        actuelle = bool(voeu.get("place_actuelle"))
        lus.append(
            Contrat(
                numero,
                voeu["accueil"],
                tuple(voeu["creneaux"]),
                points_reels(voeu["points"])[0],
                0 if actuelle else semaines[voeu["accueil"]],
                actuelle,
            )
        )
        semaines[voeu["accueil"]] += 1
    return lus


def lire_issues(instance: Instance, resultat: Mapping[str, Any]) -> dict[str, Issue]:
    """Ce que devient chaque demande de l’instance d’après ce résultat."""
    demandes = {d["id"]: d for d in instance["demandes"]}
    admis = _Admis(demandes, resultat)
    noms = supplements_de(instance)
    issues = {}
    for ligne in resultat["affectations"]:
        demande = demandes[ligne["demande"]]
        siens = contrats(demande)
        issues[demande["id"]] = Issue(
            demande["id"],
            siens[ligne["voeu"] - 1],
            ligne.get("titre_reserve") or "",
            _refus(demande, siens, ligne.get("voeux", ()), admis, noms),
        )
    for ligne in resultat["refus"]:
        demande = demandes[ligne["demande"]]
        siens = contrats(demande)
        issues[demande["id"]] = Issue(
            demande["id"], None, "", _refus(demande, siens, ligne["voeux"], admis, noms)
        )
    return issues


def supplements_de(instance: Instance) -> dict[int, Supplement]:
    """Les créneaux de l’instance qui ne sont pas des demi-journées, par leur rang."""
    lus = {k: lire_identifiant(nom) for k, nom in enumerate(instance["creneaux"])}
    return {k: lu for k, lu in lus.items() if lu is not None}


def places_restantes(instance: Instance, issues: Mapping[str, Issue]) -> dict[str, tuple[int, ...]]:
    """Les places que la proposition laisse vides, demi-journée par demi-journée, dans chaque accueil."""
    restes = {a["id"]: list(a["capacite"]) for a in instance["accueils"]}
    for issue in issues.values():
        if issue.contrat is not None:
            for creneau in issue.contrat.creneaux:
                restes[issue.contrat.accueil][creneau] -= 1
    return {accueil: tuple(places) for accueil, places in restes.items()}


def cle_priorite(demande: Mapping[str, Any], contrat: Contrat) -> tuple[Any, ...]:
    """Sa priorité pour ce contrat : points, ancienneté, tirage, numéro ; la plus petite clé passe avant."""
    tirage = demande.get("tirage")
    return (
        -demande["voeux"][contrat.voeu - 1]["points"],
        demande["anteriorite"],
        tirage is None,
        tirage or 0,
        demande["id"],
    )


class _Admis:
    """Who entered each accueil in open competition: neither present before, nor under a guarantee."""

    def __init__(self, demandes: Mapping[str, Any], resultat: Mapping[str, Any]) -> None:
        self._par_accueil: dict[str, list[tuple[tuple[Any, ...], frozenset[int]]]] = defaultdict(list)
        for ligne in resultat["affectations"]:
            demande = demandes[ligne["demande"]]
            contrat = contrats(demande)[ligne["voeu"] - 1]
            if not contrat.actuelle and not ligne.get("titre_reserve"):
                self._par_accueil[contrat.accueil].append(
                    (cle_priorite(demande, contrat), frozenset(contrat.creneaux))
                )

    def avant(self, accueil: str, creneaux: Iterable[int], cle: tuple[Any, ...]) -> int:
        """How many of them, better placed, hold one of these half-days."""
        voulus = frozenset(creneaux)
        return sum(
            autre < cle and not voulus.isdisjoint(siens) for autre, siens in self._par_accueil[accueil]
        )


def _refus(
    demande: Mapping[str, Any],
    siens: list[Contrat],
    lignes: Iterable[Mapping[str, Any]],
    admis: _Admis,
    noms: Mapping[int, Supplement],
) -> tuple[Refuse, ...]:
    return tuple(_refuse(demande, siens[ligne["voeu"] - 1], ligne, admis, noms) for ligne in lignes)


def _refuse(
    demande: Mapping[str, Any],
    contrat: Contrat,
    ligne: Mapping[str, Any],
    admis: _Admis,
    noms: Mapping[int, Supplement],
) -> Refuse:
    complets = tuple(ligne.get("creneaux_complets") or ())
    dernier = ligne.get("dernier_admis")
    seuil = None
    if dernier is not None:
        points, a_part = points_reels(dernier["points"])
        seuil = Seuil(points, dernier["anteriorite"], a_part)
    points, a_part = points_reels(demande["voeux"][contrat.voeu - 1]["points"])
    return Refuse(
        contrat,
        Refus(
            motif=ligne["motif"],
            points=points,
            anteriorite=demande["anteriorite"],
            complets=tuple(k for k in complets if k not in noms),
            seuil=seuil,
            occupe_par=ligne.get("occupe_par") or "",
            a_part=a_part,
            admis=admis.avant(contrat.accueil, complets, cle_priorite(demande, contrat)) if seuil else 0,
            supplements=tuple(noms[k] for k in complets if k in noms),
        ),
    )
