"""A small world to freeze: one structure with two sections, and dossiers with points."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from commissions.models import Passage, Seance
from dossiers.models import Dossier, GrilleCriteres
from structures.models import Agent, Section, Structure, TrancheAge
from tests import factories

GEL = datetime(2027, 5, 5, 16, tzinfo=UTC)
NE_BEBE = date(2027, 1, 10)
NE_GRAND = date(2025, 3, 1)


@dataclass
class Monde:
    """Two crèches: `bebes` and `grands` in the first, `ailleurs` the babies of the second."""

    creche: Structure
    autre: Structure
    bebes: Section
    grands: Section
    ailleurs: Section
    grille: GrilleCriteres
    coordination: Agent
    suite: list[Dossier] = field(default_factory=list)

    def dossier(self, points: int = 100, *, ne: date = NE_BEBE, **champs: Any) -> Dossier:
        """A complete dossier with verified points, wishing the first crèche unless told otherwise."""
        if "enfant" not in champs:
            famille = champs.get("famille") or factories.creer_famille()
            champs["enfant"] = factories.creer_enfant(famille, date_naissance=ne)
        champs.setdefault("voeux", [self.creche])
        par_voeu = champs.pop("par_voeu", {})
        dossier = factories.creer_dossier(**champs)
        factories.creer_cotation(dossier, self.grille, points, par_voeu=par_voeu)
        self.suite.append(dossier)
        return dossier

    def seance(self, **champs: Any) -> Seance:
        champs.setdefault("places", {self.bebes: 3, self.grands: 2, self.ailleurs: 1})
        return factories.creer_seance(**champs)


def monde_a_geler() -> Monde:
    creche = factories.creer_structure(code="calin", nom="Câlin-Doudou")
    autre = factories.creer_structure(code="galipettes", nom="Les Galipettes")
    ages = {"age_min_mois": 2, "age_min_jours": 15, "age_max_mois": 15}
    return Monde(
        creche=creche,
        autre=autre,
        bebes=factories.creer_section(creche, nom="Bébés", tranche=TrancheAge.BEBES, **ages),
        grands=factories.creer_section(
            creche, nom="Grands", tranche=TrancheAge.GRANDS, age_min_mois=15, age_min_jours=0, age_max_mois=40
        ),
        ailleurs=factories.creer_section(autre, nom="Bébés", tranche=TrancheAge.BEBES, **ages),
        grille=factories.creer_grille(),
        coordination=factories.creer_agent("coordination"),
    )


def lignes(seance: Seance, section: Section) -> list[str]:
    """The dossier numbers of one section, in the order of their ranks."""
    passages = Passage.objects.filter(seance=seance, voeux__section=section).order_by("voeux__rang")
    return list(passages.values_list("dossier__numero", flat=True))
