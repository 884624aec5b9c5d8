"""The séances of the demonstration: one held some weeks ago, with its admissions; one in preparation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commissions.models import (
    Decision,
    MotifDecision,
    Passage,
    PassageVoeu,
    PlaceOfferte,
    Presence,
    Seance,
    SensDecision,
)
from commissions.services.decisions import tenir_seance_passee
from commissions.services.demonstration_reponses import repondre_aux_familles
from commissions.services.gel import geler_seance
from commissions.services.preparation import monter
from commissions.services.proces_verbal import empreinte_du_projet, valider_proces_verbal
from commissions.services.proposition import proposer
from dossiers.queries.creneaux import limites_libres
from dossiers.queries.places import places_du_jour
from structures.models import Agent, Section
from structures.regles.ages import ajouter_mois

PARIS = ZoneInfo("Europe/Paris")
COMPLEMENTAIRES, AJOURNES = 12, 4
# Places put to a séance, by age: most leave for school, so most open among the youngest.
PASSES = {"bebes": 1, "moyens": 1, "grands": 1, "mixte": 1}
OUVERTES = {"bebes": 3, "moyens": 2, "grands": 1, "mixte": 2}


@dataclass(frozen=True)
class Calendrier:
    """A séance's four days, each following from the day its places open."""

    effet: date

    @property
    def tenue(self) -> datetime:
        """The Wednesday about seven weeks before, at 14 h."""
        jour = self.effet - timedelta(days=49)
        return datetime.combine(jour - timedelta(days=(jour.weekday() - 2) % 7), time(14), tzinfo=PARIS)

    @property
    def gel(self) -> datetime:
        return self.tenue - timedelta(days=7, hours=-4)

    @property
    def cloture(self) -> date:
        return self.gel.date() - timedelta(days=7)


def creer_seances(comptes: dict[str, Agent], *, jour: date) -> tuple[Seance, Seance]:
    """The past séance, frozen, held and followed by its admissions; then the one being prepared."""
    mois = jour.replace(day=1)
    passee = _creer(Calendrier(mois), comptes, quotas=PASSES)
    _tenir(passee, comptes["coordination"], Calendrier(mois))
    _valider(passee, comptes["presidence"], Calendrier(mois))
    repondre_aux_familles(passee, comptes["coordination"], tenue=Calendrier(mois).tenue, jour=jour)
    suivante = Calendrier(ajouter_mois(mois, 4 if jour.day < 24 else 5))
    prevue = _creer(suivante, comptes, quotas=OUVERTES)
    _limiter(prevue)
    return passee, prevue


def _limiter(seance: Seance) -> None:
    """The openings, the closings and the beds of the sections that limit them."""
    places = list(seance.places.select_related("section__structure"))
    libres = limites_libres([place.section for place in places], seance.date_effet)
    limitees = [place for place in places if place.section_id in libres]
    for place in limitees:
        place.supplements = monter(libres[place.section_id], ())
    PlaceOfferte.objects.bulk_update(limitees, ["supplements"])


def _creer(calendrier: Calendrier, comptes: dict[str, Agent], *, quotas: dict[str, int]) -> Seance:
    """A planned séance of every section that has free places, at most `quotas` of its age per half-day."""
    seance = Seance.objects.create(
        intitule=f"Commission du {calendrier.tenue:%d/%m/%Y}",
        tenue_prevue_le=calendrier.tenue,
        lieu="Hôtel de ville, salle Aristide-Briand",
        date_effet=calendrier.effet,
        cloture_le=calendrier.cloture,
    )
    qualites = {
        "presidence": Presence.Qualite.PRESIDENCE,
        "membre": Presence.Qualite.CAF,
        "coordination": Presence.Qualite.SERVICE,
        "direction": Presence.Qualite.DIRECTION,
        "direction2": Presence.Qualite.DIRECTION,
    }
    Presence.objects.bulk_create(
        Presence(seance=seance, agent=comptes[identifiant], qualite=qualite)
        for identifiant, qualite in qualites.items()
    )
    sections = list(Section.objects.select_related("structure"))
    PlaceOfferte.objects.bulk_create(
        PlaceOfferte(seance=seance, section=p.section, places=places, reserves=_reserves(places))
        for p in places_du_jour(sections, calendrier.effet)
        if any(places := [min(quotas[p.section.tranche], n) for n in p.libres])
    )
    return seance


def _reserves(places: list[int]) -> list[dict[str, object]]:
    """One guaranteed insertion place where several open."""
    return [{"titre": "insertion", "places": 1}] if max(places) >= 2 else []


def _tenir(seance: Seance, par: Agent, calendrier: Calendrier) -> None:
    geler_seance(seance, par=par, maintenant=calendrier.gel, graine=1)
    proposer(Seance.objects.get(pk=seance.pk), par=par, maintenant=calendrier.gel + timedelta(hours=1))
    passages = (
        Passage.objects.filter(seance=seance)
        .select_related("dossier")
        .order_by("-verifie", "complet_le", "dossier__numero")
    )
    decisions = decider(passages, PlaceOfferte.objects.filter(seance=seance))
    tenir_seance_passee(seance, decisions, par=par, maintenant=calendrier.tenue + timedelta(hours=3))


def _valider(seance: Seance, presidence: Agent, calendrier: Calendrier) -> None:
    """Everyone was there; the presidence validated the minutes two days later."""
    seance.presences.update(present=True)
    seance = Seance.objects.get(pk=seance.pk)
    lendemain = calendrier.tenue + timedelta(days=2)
    valider_proces_verbal(seance, lu=empreinte_du_projet(seance), par=presidence, maintenant=lendemain)


def decider(passages: Iterable[Passage], places: Iterable[PlaceOfferte]) -> list[Decision]:
    """Each child in turn takes its best choice that still has every half-day; nothing is written."""
    libres = {p.section_id: list(p.places) for p in places}
    voeux: dict[int, list[PassageVoeu]] = defaultdict(list)
    passages = list(passages)
    for voeu in PassageVoeu.objects.filter(passage__in=passages).order_by("choix"):
        voeux[voeu.passage_id].append(voeu)
    decisions, refuses = [], 0
    for passage in passages:
        semaine = passage.demi_journees
        pris = next((v for v in voeux[passage.pk] if all(libres[v.section_id][k] > 0 for k in semaine)), None)
        if pris:
            for k in semaine:
                libres[pris.section_id][k] -= 1
            decisions.append(
                Decision(
                    passage=passage,
                    sens=SensDecision.ADMIS,
                    section_id=pris.section_id,
                    choix=pris.choix,
                    demi_journees=semaine,
                )
            )
        else:
            refuses += 1
            decisions.append(_refus(passage, refuses))
    return decisions


def _refus(passage: Passage, rang: int) -> Decision:
    if rang <= COMPLEMENTAIRES:
        sens, motif, complementaire = SensDecision.LISTE_COMPLEMENTAIRE, MotifDecision.RANG, rang
    elif rang <= COMPLEMENTAIRES + AJOURNES:
        sens, motif, complementaire = SensDecision.AJOURNE, MotifDecision.DOSSIER_A_JOUR, None
    else:
        motif = MotifDecision.PLACES_JOURS if len(passage.demi_journees) == 10 else MotifDecision.RANG
        sens, complementaire = SensDecision.NON_RETENU, None
    return Decision(passage=passage, sens=sens, motif=motif, rang_complementaire=complementaire)
