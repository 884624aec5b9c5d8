"""What the pages of a proposal show: sections and their lines, one child wish by wish.

A protected dossier is a rank, a need and points; a family its reader is linked to is a rank alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from commissions.models import Passage, PassageVoeu, PlaceOfferte, Seance
from commissions.queries.agenda import ContenuAgenda
from commissions.queries.proposition import LigneProposee, PropositionLue, VoeuRefuse
from commissions.regles.agenda import texte_autre_semaine
from commissions.regles.explication import raison
from structures.regles.creneaux import PlacesLimite
from structures.regles.semaine import jours_en_mots


@dataclass(frozen=True, slots=True)
class LignePage:
    """One ranked line of a section; what is empty is not shown."""

    rang: int
    points: int = 0
    semaine: tuple[int, ...] = ()
    reservee: bool = False
    deport: bool = False
    passage: int | None = None
    ordre: str = ""
    enfant: str = ""
    choix: int | None = None
    mot: str = ""
    raison: str = ""
    entre: bool = False


@dataclass(frozen=True)
class SectionPage:
    """One section: its places before and after the proposal, its lines."""

    pk: int
    structure: str
    nom: str
    ages: str
    offertes: tuple[int, ...]
    restes: tuple[int, ...]
    lignes: list[LignePage]
    limites: tuple[PlacesLimite, ...] = ()
    restes_limites: tuple[PlacesLimite, ...] = ()

    @property
    def titre(self) -> str:
        return f"{self.structure} · {self.nom}"

    @property
    def entrants(self) -> int:
        return sum(ligne.entre for ligne in self.lignes)


@dataclass(frozen=True, slots=True)
class SectionLue:
    """The section read among those of the séance, with its neighbours for « précédente » and « suivante »."""

    section: SectionPage
    precedente: SectionPage | None
    suivante: SectionPage | None


@dataclass(frozen=True)
class Lecteur:
    """Who reads: families set aside, and whether names are shown."""

    familles_liees: frozenset[int] = frozenset()
    nominative: bool = False

    @property
    def suite(self) -> str:
        """What keeps the version read in an address."""
        return "?version=nominative" if self.nominative else ""

    def montre(self, passage: Passage) -> bool:
        return not passage.protege and passage.dossier.famille_id not in self.familles_liees

    def lisibles(self, seance: Seance) -> QuerySet[Passage]:
        """The lines whose page may be opened, as protected today."""
        siens = seance.passages.filter(protege=False, dossier__famille__protegee=False)
        return siens.exclude(dossier__famille__in=self.familles_liees)

    def nomme(self, passage: Passage) -> str:
        return f"{passage.numero_ordre}, {passage.identite}" if self.nominative else passage.numero_ordre


def passages_de(contenu: ContenuAgenda) -> dict[int, Passage]:
    """The passages of an agenda, each once, as protected today."""
    return {voeu.passage_id: voeu.passage for voeux in contenu.voeux.values() for voeu in voeux}


def sections_proposees(lue: PropositionLue, contenu: ContenuAgenda, lecteur: Lecteur) -> list[SectionPage]:
    """Section by section, who enters and why the others do not."""
    restes, restes_limites = lue.restes(), lue.restes_limites(contenu.places)
    return [
        SectionPage(
            pk=place.section_id,
            structure=place.section.structure.nom,
            nom=place.section.nom,
            ages=place.section.ages,
            offertes=tuple(place.places),
            restes=restes.get(place.section_id, tuple(place.places)),
            lignes=[
                _ligne(voeu, lue.lignes.get(voeu.passage_id), lecteur)
                for voeu in contenu.voeux.get(place.section_id, ())
            ],
            limites=place.limites,
            restes_limites=restes_limites.get(place.section_id, ()),
        )
        for place in contenu.places
    ]


def section_lue(sections: Sequence[SectionPage], pk: int | None) -> SectionLue | None:
    """The section of this number with those around it; None when the séance offers no such section."""
    rang = next((n for n, section in enumerate(sections) if section.pk == pk), None)
    if rang is None:
        return None
    return SectionLue(
        sections[rang],
        sections[rang - 1] if rang else None,
        sections[rang + 1] if rang + 1 < len(sections) else None,
    )


def _ligne(voeu: PassageVoeu, proposee: LigneProposee | None, lecteur: Lecteur) -> LignePage:
    passage = voeu.passage
    if passage.dossier.famille_id in lecteur.familles_liees:
        return LignePage(voeu.rang, deport=True)
    semaine = tuple(passage.demi_journees)
    if passage.protege or proposee is None:
        return LignePage(voeu.rang, voeu.verifie, semaine, reservee=passage.protege)
    return LignePage(
        rang=voeu.rang,
        points=voeu.verifie,
        semaine=semaine,
        passage=voeu.passage_id,
        ordre=passage.numero_ordre,
        enfant=passage.identite if lecteur.nominative else "",
        choix=voeu.choix,
        mot=proposee.mot(voeu.section_id, semaine),
        raison=_raison_ici(proposee, voeu.section_id),
        entre=proposee.entre and proposee.section == voeu.section_id,
    )


def _raison_ici(proposee: LigneProposee, section: int) -> str:
    if proposee.entre and proposee.section == section:
        return f"Une place est proposée {jours_en_mots(proposee.creneaux)}."
    refuse = proposee.refus_ici(section)
    if refuse is not None:
        return raison(refuse.refus)
    return f"Une place préférée est proposée, choix {proposee.choix}." if proposee.entre else ""


@dataclass(frozen=True, slots=True)
class VoeuPage:
    """One contract of a child's page: where, which week, what was answered."""

    choix: int | None
    lieu: str
    creneaux: tuple[int, ...]
    semaine: str
    points: int
    etat: str
    phrase: str
    famille: str = ""


@dataclass(frozen=True)
class PageEnfant:
    """« Pourquoi » : the child's contracts in the family's order, and its siblings of the list."""

    passage: Passage
    proposee: LigneProposee
    voeux: list[VoeuPage]
    lieu: str
    fratrie: list[tuple[str, str]] = field(default_factory=list)


def page_enfant(
    passage: Passage, lue: PropositionLue, places: Collection[PlaceOfferte], fratrie: Collection[Passage]
) -> PageEnfant:
    """Every contract of a passage with its answer; those after the one given were not needed."""
    noms = {p.section_id: f"{p.section.structure.nom}, {p.section.nom}" for p in places}
    proposee = lue.lignes[passage.pk]
    lieu = noms.get(proposee.section or 0, "")
    voeux = [_refuse_page(r, noms, passage) for r in proposee.refus]
    if proposee.section is not None:
        mot = "Garde sa place actuelle" if proposee.garde_sa_place else "Proposé"
        voeux.append(
            VoeuPage(
                proposee.choix,
                lieu,
                proposee.creneaux,
                _semaine(passage, proposee.semaine, proposee.creneaux),
                _points(lue, proposee),
                mot,
                f"Une place {jours_en_mots(proposee.creneaux)}.",
            )
        )
    freres = [(autre.numero_ordre, _issue(lue.lignes.get(autre.pk), noms)) for autre in fratrie]
    return PageEnfant(passage, proposee, voeux, lieu, freres)


def fratrie_de(passage: Passage, lecteur: Lecteur) -> list[Passage]:
    """The others of its family in the list; without names, the twins alone, whom the agenda tells too."""
    autres = Passage.objects.filter(seance=passage.seance_id).exclude(pk=passage.pk)
    if lecteur.nominative:
        return list(autres.filter(dossier__famille=passage.dossier.famille_id))
    return list(autres.filter(groupe=passage.groupe)) if passage.groupe else []


def _points(lue: PropositionLue, proposee: LigneProposee) -> int:
    contrat = lue.issues[proposee.numero].contrat
    return contrat.points if contrat else 0


def _refuse_page(refuse: VoeuRefuse, noms: Mapping[int, str], passage: Passage) -> VoeuPage:
    return VoeuPage(
        refuse.choix,
        noms.get(refuse.section or 0, ""),
        refuse.creneaux,
        _semaine(passage, refuse.semaine, refuse.creneaux),
        refuse.refus.points,
        "Pas de place",
        raison(refuse.refus),
        raison(refuse.refus, famille=True),
    )


def _semaine(passage: Passage, numero: int, creneaux: tuple[int, ...]) -> str:
    return texte_autre_semaine(passage.demi_journees, creneaux) if numero else ""


def _issue(proposee: LigneProposee | None, noms: Mapping[int, str]) -> str:
    if proposee is None or proposee.section is None:
        return "sans place"
    lieu = noms.get(proposee.section, "")
    return f"garde sa place, {lieu}" if proposee.garde_sa_place else f"{lieu}, choix {proposee.choix}"
