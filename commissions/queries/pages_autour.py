"""Around a proposal: the places nobody completes, and what the manual habit would have given."""

from collections.abc import Callable
from dataclasses import dataclass

from commissions.queries.agenda import ContenuAgenda
from commissions.queries.pages_proposition import Lecteur, passages_de
from commissions.queries.proposition import PropositionLue
from commissions.regles.habitude import Attribution, leses, premier_choix_d_abord
from commissions.regles.lecture_resultat import Contrat
from commissions.regles.places_vides import Vide, places_vides, temps_partiels

# Beyond, comparing with the habit is no work for a page.
LIMITE_HABITUDE = 5000


@dataclass(frozen=True)
class PageVides:
    """What stays empty, and who would fill a place between two."""

    vides: list[tuple[str, Vide]]
    paires: list[tuple[str, str, str, tuple[tuple[int, ...], tuple[int, ...]]]]

    @property
    def total(self) -> int:
        return sum(vide.total for _, vide in self.vides)


def page_vides(lue: PropositionLue, contenu: ContenuAgenda, lecteur: Lecteur) -> PageVides:
    """Half-days left, with their reason, and pairs of part-timers; pairs of a hidden family are left out."""
    nom = _nommeur(lue, contenu)
    passages = passages_de(contenu)
    vides = [(nom(v.accueil), v) for v in places_vides(lue.instance, lue.issues)]
    paires = []
    for paire in temps_partiels(lue.instance, lue.issues):
        deux = [passages.get(lue.passages.get(n, 0)) for n in (paire.une, paire.autre)]
        montres = [p for p in deux if p is not None and lecteur.montre(p)]
        if len(montres) == 2:
            un, autre = montres
            paires.append((nom(paire.accueil), lecteur.nomme(un), lecteur.nomme(autre), paire.semaines))
    return PageVides(vides, paires)


def _nommeur(lue: PropositionLue, contenu: ContenuAgenda) -> Callable[[str], str]:
    noms = {p.section_id: f"{p.section.structure.nom}, {p.section.nom}" for p in contenu.places}
    return lambda accueil: noms.get(lue.sections.get(accueil, 0), accueil)


@dataclass(frozen=True, slots=True)
class LesePage:
    """One child the habit would wrong: what it would have had, and who would hold it instead."""

    ordre: str
    points: int
    lieu: str
    choix: int | None
    apres: tuple[str, ...]
    proposition: str


@dataclass(frozen=True)
class PageHabitude:
    """The two side by side: children placed by rank of choice, and those the habit would wrong."""

    par_rang: list[tuple[str, int, int]]
    places: tuple[int, int]
    leses: list[LesePage]
    nombre_leses: int


def page_habitude(lue: PropositionLue, contenu: ContenuAgenda, lecteur: Lecteur) -> PageHabitude | None:
    """None when the list is too long to be compared in a page."""
    if len(lue.issues) > LIMITE_HABITUDE:
        return None
    habitude = premier_choix_d_abord(lue.instance)
    trouves = leses(lue.instance, habitude)
    passages, nom = passages_de(contenu), _nommeur(lue, contenu)
    lignes = []
    for lese in trouves:
        passage = passages.get(lue.passages.get(lese.demande, 0))
        if passage is None or not lecteur.montre(passage):
            continue
        autres = [passages.get(lue.passages.get(n, 0)) for n in lese.apres]
        proposee = lue.lignes[passage.pk]
        lignes.append(
            LesePage(
                lecteur.nomme(passage),
                lese.contrat.points,
                nom(lese.contrat.accueil),
                _rang(contenu, passage.pk, lue.sections.get(lese.contrat.accueil)),
                tuple(p.numero_ordre for p in autres if p is not None and lecteur.montre(p)),
                f"choix {proposee.choix}" if proposee.entre else "sans place",
            )
        )
    rangs = _par_rang(lue, contenu, habitude)
    places = (sum(n for _, n, _ in rangs), sum(n for _, _, n in rangs))
    return PageHabitude(rangs, places, lignes, len(trouves))


def _rang(contenu: ContenuAgenda, passage: int, section: int | None) -> int | None:
    voeux = contenu.voeux.get(section or 0, ())
    return next((v.choix for v in voeux if v.passage_id == passage), None)


def _par_rang(
    lue: PropositionLue, contenu: ContenuAgenda, habitude: Attribution
) -> list[tuple[str, int, int]]:
    """(« Choix 1 », children by the proposal, children by the habit)."""
    choix = {(v.passage_id, v.section_id): v.choix for vs in contenu.voeux.values() for v in vs}

    def rang(numero: str, contrat: Contrat | None) -> int | None:
        if contrat is None or contrat.actuelle:
            return None
        return choix.get((lue.passages.get(numero, 0), lue.sections.get(contrat.accueil, 0)))

    proposes = [rang(numero, issue.contrat) for numero, issue in lue.issues.items()]
    habituels = [rang(numero, contrat) for numero, contrat in habitude.items()]
    connus = sorted({r for r in (*proposes, *habituels) if r is not None})
    return [(f"Choix {r}", proposes.count(r), habituels.count(r)) for r in connus]
