"""The proposal of a séance read for its pages: each passage's section, choice and reasons, in one pass."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commissions.models import PassageVoeu, PlaceOfferte, Proposition, Seance
from commissions.queries.candidats import accueils_de, places_de
from commissions.regles.agenda import texte_autre_semaine
from commissions.regles.explication import Refus, mot_court
from commissions.regles.instance import Instance
from commissions.regles.lecture_resultat import (
    Contrat,
    Issue,
    contrats,
    lire_issues,
    places_restantes,
    supplements_de,
)
from structures.regles.creneaux import Limite, PlacesLimite, Supplement
from structures.regles.semaine import NB_CRENEAUX


@dataclass(frozen=True, slots=True)
class VoeuRefuse:
    """A better wish that is not given. `choix` is the family's rank of the structure, None when the contract
    is a present one; `semaine` is 0 for the week preferred."""

    section: int | None
    choix: int | None
    semaine: int
    creneaux: tuple[int, ...]
    refus: Refus


@dataclass(frozen=True, slots=True)
class LigneProposee:
    """What the proposal gives one passage: a section and half-days, what it already has, or nothing."""

    passage: int
    numero: str
    section: int | None
    choix: int | None
    semaine: int
    creneaux: tuple[int, ...]
    titre: str
    entre: bool
    garde_sa_place: bool
    refus: tuple[VoeuRefuse, ...]

    def mot(self, section: int, semaine: Sequence[int]) -> str:
        """What its line of this section says in a few words: « Admis », « mercredi complet · admis choix 2 ».

        `semaine` is the week preferred, by which another one is told.
        """
        if self.entre and self.section == section:
            return f"Admis, {texte_autre_semaine(semaine, self.creneaux)}" if self.semaine else "Admis"
        refuse = self.refus_ici(section)
        suite = f"admis choix {self.choix}" if self.entre else "garde sa place" if self.garde_sa_place else ""
        return " · ".join(filter(None, (mot_court(refuse.refus) if refuse else "", suite)))

    def refus_ici(self, section: int) -> VoeuRefuse | None:
        """The first reason told at this section, the preferred week's."""
        return next((r for r in self.refus if r.section == section), None)


@dataclass(frozen=True)
class PropositionLue:
    """A stored proposal with what it was computed from; `sections` names each accueil of the instance."""

    proposition: Proposition
    instance: Instance
    resultat: dict[str, Any]
    issues: dict[str, Issue]
    sections: dict[str, int]
    lignes: dict[int, LigneProposee]
    passages: dict[str, int]

    @property
    def bilan(self) -> dict[str, Any]:
        return dict(self.resultat["bilan"])

    def restes(self) -> dict[int, tuple[int, ...]]:
        """Places left on each half-day, by section."""
        restes = places_restantes(self.instance, self.issues)
        return {
            self.sections[accueil]: places[:NB_CRENEAUX]
            for accueil, places in restes.items()
            if accueil in self.sections
        }

    def restes_limites(self, places: Iterable[PlaceOfferte]) -> dict[int, tuple[PlacesLimite, ...]]:
        """What is left of the opening, the closing and the beds, of the sections that limit them."""
        rangs = {supplement: k for k, supplement in supplements_de(self.instance).items()}
        if not rangs:
            return {}
        restes = places_restantes(self.instance, self.issues)
        par_section = {self.sections[a]: vecteur for a, vecteur in restes.items() if a in self.sections}

        def rester(section: int, limite: Limite) -> PlacesLimite:
            siens = ((k, rangs.get(Supplement(limite, k))) for k in range(NB_CRENEAUX))
            vecteur = par_section[section]
            return PlacesLimite(limite, tuple(0 if r is None else vecteur[r] for _, r in siens))

        return {
            p.section_id: tuple(rester(p.section_id, lu.limite) for lu in p.limites)
            for p in places
            if p.limites and p.section_id in par_section
        }


def derniere_proposition(seance: Seance) -> Proposition | None:
    """The proposal the commission reads; None as long as nobody asked for one."""
    return seance.propositions.order_by("-faite_le", "-pk").select_related("faite_par", "tache").first()


def lire_proposition(proposition: Proposition, places: list[PlaceOfferte] | None = None) -> PropositionLue:
    """Everything a page says of a proposal: three queries, whatever the length of the list."""
    texte = Seance.objects.values_list("instance", flat=True).get(pk=proposition.seance_id)
    instance, resultat = json.loads(texte), json.loads(proposition.resultat)
    voeux = list(
        PassageVoeu.objects.filter(passage__seance=proposition.seance_id)
        .order_by("passage_id", "choix")
        .values_list("passage_id", "passage__dossier__numero", "section_id", "choix")
    )
    if places is None:
        places = places_de(proposition.seance)
    return _lue(proposition, instance, resultat, voeux, accueils_de(places))


def _lue(
    proposition: Proposition,
    instance: Instance,
    resultat: dict[str, Any],
    voeux: list[tuple[int, str, int, int]],
    accueils: Mapping[int, str],
) -> PropositionLue:
    passages: dict[str, int] = {}
    choix: dict[str, dict[int, int]] = defaultdict(dict)
    for passage, numero, section, rang in voeux:
        passages[numero] = passage
        choix[numero][section] = rang
    sections = _sections(instance, choix)
    for section, accueil in accueils.items():
        sections.setdefault(accueil, section)
    issues = lire_issues(instance, resultat)
    lignes = {
        passages[numero]: _ligne(passages[numero], issue, sections, choix[numero])
        for numero, issue in issues.items()
        if numero in passages
    }
    return PropositionLue(proposition, instance, resultat, issues, sections, lignes, passages)


def _sections(instance: Instance, choix: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    """Accueil of the instance -> section, by the choices frozen beside it, whatever codes changed since."""
    trouvees: dict[str, int] = {}
    for demande in instance["demandes"]:
        siens = choix.get(demande["id"])
        if not siens:
            continue
        demandes = dict.fromkeys(c.accueil for c in contrats(demande) if not c.actuelle)
        trouvees.update(zip(demandes, sorted(siens, key=siens.__getitem__), strict=False))
    return trouvees


def _ligne(
    passage: int, issue: Issue, sections: Mapping[str, int], choix: Mapping[int, int]
) -> LigneProposee:
    contrat = issue.contrat
    section = sections.get(contrat.accueil) if contrat else None
    return LigneProposee(
        passage=passage,
        numero=issue.demande,
        section=section,
        choix=None if contrat is None or contrat.actuelle else choix.get(section or 0),
        semaine=contrat.semaine if contrat else 0,
        creneaux=contrat.demi_journees if contrat else (),
        titre=issue.titre,
        entre=issue.entre,
        garde_sa_place=issue.garde_sa_place,
        refus=tuple(_refuse(r.contrat, r.refus, sections, choix) for r in issue.refus),
    )


def _refuse(
    contrat: Contrat, refus: Refus, sections: Mapping[str, int], choix: Mapping[int, int]
) -> VoeuRefuse:
    section = sections.get(contrat.accueil)
    rang = None if contrat.actuelle else choix.get(section or 0)
    return VoeuRefuse(section, rang, contrat.semaine, contrat.demi_journees, refus)
