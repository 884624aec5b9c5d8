"""The agenda of a frozen séance: one context for the instant page and for the PDF.

The version without names says nothing a family could be known by: an order number of the séance, an age
in months, a quartier only when enough dossiers of the list share it, totals and never their lines. A
protected dossier is a rank, a need and points in both versions.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from commissions.exports.urgences import urgences_lues
from commissions.models import Passage, PassageVoeu, PlaceOfferte, Seance, VersionOrdreDuJour
from commissions.queries.agenda import ContenuAgenda, contenu_agenda
from commissions.queries.proposition import LigneProposee, derniere_proposition, lire_proposition
from commissions.queries.urgences import urgences_depuis
from commissions.regles.agenda import texte_age_agenda, texte_alternatives, texte_reserves
from dossiers.models import NatureDossier, Solution
from dossiers.queries.situations import place_des_complements
from dossiers.regles.description import SUITE_DEPARTAGE
from guichet import texte
from guichet.pdf import rendre_pdf
from guichet.semaine_svg import dessin_imprime
from structures.queries import identite
from structures.regles.creneaux import PlacesLimite

GABARIT_PDF = "pdf/ordre_du_jour.html"
NATURES = {NatureDossier.MUTATION: "mutation", NatureDossier.COMPLEMENT: "complément de jours"}
SOLUTIONS = {
    Solution.ASSISTANTE_MATERNELLE: "assistante mat.",
    Solution.GARDE_DOMICILE: "garde à domicile",
}


@dataclass(frozen=True, slots=True)
class LigneAgenda:
    """One line: what is empty is not printed. `reservee` is a protected dossier, `deport` a family its reader
    is linked to: its rank alone."""

    rang: int
    semaine: SafeString
    entree: str
    aussi: str
    points: int
    reservee: bool = False
    deport: bool = False
    ordre: str = ""
    age: str = ""
    choix: int | None = None
    quartier: str = ""
    complet_le: str = ""
    solution: str = ""
    a_savoir: str = ""
    enfant: str = ""
    naissance: str = ""
    numero: str = ""
    detail: str = ""
    proposition: str = ""
    entre: bool = False


@dataclass(frozen=True, slots=True)
class SectionAgenda:
    """One section with its places and its ranked lines; `premiere` opens its structure."""

    pk: int
    structure: str
    nature: str
    nom: str
    ages: str
    matins: tuple[int, ...]
    apres_midis: tuple[int, ...]
    places: tuple[int, ...]
    limites: tuple[PlacesLimite, ...]
    reserves: str
    lignes: tuple[LigneAgenda, ...]
    premiere: bool


def contexte_agenda(
    seance: Seance,
    version: VersionOrdreDuJour | str,
    *,
    le: date,
    familles_liees: frozenset[int] = frozenset(),
) -> dict[str, Any]:
    """Everything the two templates print, as of day `le`: a fixed number of queries.

    `familles_liees` are those its reader steps aside from.
    """
    proposition = derniere_proposition(seance)
    contenu = contenu_agenda(seance, le=le)
    nominative = version == VersionOrdreDuJour.NOMINATIVE
    ecartes = {
        voeu.passage_id
        for voeux in contenu.voeux.values()
        for voeu in voeux
        if voeu.passage.dossier.famille_id in familles_liees
    }
    lignes = lire_proposition(proposition, contenu.places).lignes if proposition else {}
    sections = _sections(contenu, seance, ecartes, lignes, nominative=nominative)
    tenue = timezone.localtime(seance.tenue_prevue_le)
    gelee = timezone.localtime(seance.gelee_le) if seance.gelee_le else None
    return {
        "seance": seance,
        "ville": identite().nom,
        "titre": f"Ordre du jour · {texte.date_avec_jour(tenue)}, {texte.heure(tenue)}",
        "version": VersionOrdreDuJour(version).label,
        "nominative": nominative,
        "gelee": f"Liste gelée le {texte.date_heure(gelee)}" if gelee else "",
        "grille": seance.grille.nom if seance.grille else "",
        "effet": texte.date_longue(seance.date_effet),
        "cloture": texte.date_longue(seance.cloture_le),
        "departage": SUITE_DEPARTAGE.get(seance.departage, ""),
        "complements": _complements(contenu, seance),
        "proposition": texte.date_heure(timezone.localtime(proposition.faite_le)) if proposition else "",
        "sections": sections,
        "urgences": urgences_lues(urgences_depuis(seance, familles_liees=familles_liees)),
        "dossiers": len({voeu.passage_id for voeux in contenu.voeux.values() for voeu in voeux}),
        "lignes": sum(len(section.lignes) for section in sections),
    }


def _complements(contenu: ContenuAgenda, seance: Seance) -> str:
    """« avant » or « après », as it was voted the day of the freeze; empty without a complement."""
    natures = (voeu.passage.nature for voeux in contenu.voeux.values() for voeu in voeux)
    jour = timezone.localdate(seance.gelee_le or seance.tenue_prevue_le)
    return {"avant": "avant", "apres": "après"}.get(place_des_complements(natures, jour), "")


def rendre_agenda(
    seance: Seance,
    version: VersionOrdreDuJour | str,
    *,
    le: date,
    avancement: Callable[[int], None] | None = None,
) -> bytes:
    """The agenda as a tagged PDF; `avancement` is told each page laid out."""
    return rendre_pdf(GABARIT_PDF, contexte_agenda(seance, version, le=le), avancement)


def _sections(
    contenu: ContenuAgenda,
    seance: Seance,
    ecartes: Collection[int],
    proposees: Mapping[int, LigneProposee],
    *,
    nominative: bool,
) -> list[SectionAgenda]:
    sections: list[SectionAgenda] = []
    for place in contenu.places:
        structure = place.section.structure
        lignes = tuple(
            LigneAgenda(voeu.rang, SafeString(""), "", "", 0, deport=True)
            if voeu.passage_id in ecartes
            else _ligne(
                voeu,
                place,
                contenu,
                seance.date_effet,
                proposees.get(voeu.passage_id),
                nominative=nominative,
            )
            for voeu in contenu.voeux.get(place.section_id, ())
        )
        sections.append(
            SectionAgenda(
                pk=place.section_id,
                structure=structure.nom,
                nature=structure.gestionnaire.get_nature_display().lower(),
                nom=place.section.nom,
                ages=place.section.ages,
                matins=tuple(place.places[0::2]),
                apres_midis=tuple(place.places[1::2]),
                places=tuple(place.places),
                limites=place.limites,
                reserves=texte_reserves(place.reserves),
                lignes=lignes,
                premiere=not sections or sections[-1].structure != structure.nom,
            )
        )
    return sections


def _ligne(
    voeu: PassageVoeu,
    place: PlaceOfferte,
    contenu: ContenuAgenda,
    jour: date,
    proposee: LigneProposee | None,
    *,
    nominative: bool,
) -> LigneAgenda:
    passage = voeu.passage
    besoin: dict[str, Any] = {
        "rang": voeu.rang,
        "semaine": _semaine(passage),
        "entree": texte.mois_annee(passage.entree_le),
        "aussi": _aussi(passage),
        "points": voeu.verifie,
    }
    if passage.protege:
        return LigneAgenda(**besoin, reservee=True)
    age = texte_age_agenda(passage.naissance, jour)
    ligne: dict[str, Any] = {
        "ordre": passage.numero_ordre,
        "age": f"{age}, à naître" if passage.a_naitre else age,
        "choix": voeu.choix,
        "quartier": _quartier(passage, contenu, nominative=nominative),
        "complet_le": f"{passage.complet_le:%d/%m/%Y}",
        "solution": _solution(passage),
        "a_savoir": _a_savoir(passage, contenu),
        "proposition": proposee.mot(voeu.section_id, passage.demi_journees) if proposee else "",
        "entre": proposee is not None and proposee.entre and proposee.section == voeu.section_id,
    }
    if nominative:
        ligne |= {
            "enfant": passage.identite,
            "naissance": f"{'terme ' if passage.a_naitre else ''}{passage.naissance:%d/%m/%Y}",
            "numero": passage.dossier.numero,
            "detail": _detail(passage.lignes, place.section.structure_id),
        }
    return LigneAgenda(**besoin, **ligne)


def _semaine(passage: Passage) -> SafeString:
    """The week asked; weeks A and B one over the other, each under its letter."""
    if "a" not in passage.rythme:
        return dessin_imprime(tuple(passage.demi_journees))
    dessins = ((lettre.upper(), dessin_imprime(tuple(passage.rythme[lettre]))) for lettre in "ab")
    return format_html_join("", '<div class="ab"><b>{}</b>{}</div>', dessins)


def _aussi(passage: Passage) -> str:
    alternatives = texte_alternatives(passage.demi_journees, passage.alternatives)
    return " ; ".join(filter(None, (passage.rythme.get("variable", ""), alternatives)))


def _quartier(passage: Passage, contenu: ContenuAgenda, *, nominative: bool) -> str:
    if passage.quartier is None or not (nominative or passage.quartier_id in contenu.quartiers):
        return ""
    return passage.quartier.nom


def _solution(passage: Passage) -> str:
    if not passage.solution:
        return ""
    return SOLUTIONS.get(Solution(passage.solution), passage.get_solution_display().lower())


def _a_savoir(passage: Passage, contenu: ContenuAgenda) -> str:
    """Twins by the order numbers of the others in the list, then the nature of the request."""
    mots = []
    autres = [p.numero_ordre for p in contenu.groupes.get(passage.groupe, ()) if p.pk != passage.pk]
    if autres:
        mots.append("jumeaux avec " + ", ".join(sorted(autres)))
    elif passage.jumeaux:
        mots.append("jumeaux")
    if passage.nature in NATURES:
        mots.append(NATURES[NatureDossier(passage.nature)])
    return " ; ".join(mots)


def _detail(lignes: Sequence[dict[str, Any]], structure: int) -> str:
    """The verified lines that count at this structure: « résidence 100 · fratrie 20 »."""
    return " · ".join(
        f"{ligne.get('libelle') or ligne['critere']} {ligne['points']}"
        for ligne in lignes
        if ligne.get("verifie") and ligne.get("voeu") in (None, "", str(structure), structure)
    )
