"""What the page of a dry run shows: who gains, who loses, which siblings split; nobody protected."""

from collections.abc import Callable
from dataclasses import dataclass

from commissions.queries.agenda import ContenuAgenda
from commissions.queries.pages_proposition import Lecteur, passages_de
from commissions.queries.proposition import PropositionLue
from commissions.regles.essai import Difference, Ecart
from commissions.regles.lecture_resultat import Contrat
from structures.regles.semaine import jours_en_mots


@dataclass(frozen=True, slots=True)
class LigneEssai:
    ordre: str
    points: int
    avant: str
    apres: str


@dataclass(frozen=True)
class PageEssai:
    """`caches` are the dossiers whose line is not shown, counted in the totals."""

    gagnent: list[LigneEssai]
    perdent: list[LigneEssai]
    separees: list[str]
    nombre_gagnent: int
    nombre_perdent: int
    nombre_separees: int

    @property
    def caches(self) -> int:
        montres = len(self.gagnent) + len(self.perdent)
        return self.nombre_gagnent + self.nombre_perdent - montres


def lignes_essai(
    trouvee: Difference, lue: PropositionLue, contenu: ContenuAgenda, lecteur: Lecteur
) -> PageEssai:
    """The difference in the words of the agenda: order numbers, structures, days."""
    passages = passages_de(contenu)
    noms = {p.section_id: f"{p.section.structure.nom}, {p.section.nom}" for p in contenu.places}

    def lieu(contrat: Contrat | None) -> str:
        if contrat is None:
            return "sans place"
        nom = noms.get(lue.sections.get(contrat.accueil, 0), contrat.accueil)
        suite = " (sa place actuelle)" if contrat.actuelle else ""
        return f"{nom}, {jours_en_mots(contrat.demi_journees)}{suite}"

    def lignes(ecarts: list[Ecart], lieu: Callable[[Contrat | None], str]) -> list[LigneEssai]:
        trouves = []
        for ecart in ecarts:
            passage = passages.get(lue.passages.get(ecart.demande, 0))
            if passage is not None and lecteur.montre(passage):
                trouves.append(
                    LigneEssai(passage.numero_ordre, passage.verifie, lieu(ecart.avant), lieu(ecart.apres))
                )
        return trouves

    separees = []
    for membres in trouvee.separees:
        siens = [p for m in membres if (p := passages.get(lue.passages.get(m, 0))) and lecteur.montre(p)]
        if len(siens) == len(membres):
            separees.append(", ".join(p.numero_ordre for p in siens))
    return PageEssai(
        lignes(trouvee.gagnent, lieu),
        lignes(trouvee.perdent, lieu),
        separees,
        len(trouvee.gagnent),
        len(trouvee.perdent),
        len(trouvee.separees),
    )
