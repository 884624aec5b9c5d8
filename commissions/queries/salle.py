"""What the session's screens show: one section, its places as decided so far, its ranked lines.

Nobody's name is read here: every screen of the room is the version without names.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Q

from commissions.models import Decision, Passage, PassageVoeu, PlaceOfferte, Projection, Seance, SensDecision
from commissions.queries.avis import avis_de, reponses_proposees
from commissions.queries.candidats import places_de
from commissions.queries.decisions import decisions_de, dernier_geste
from commissions.queries.supplements import en_limites, supplements_libres
from commissions.regles.avis import ADMIS, Avis, RefusLu
from commissions.regles.mots_seance import Mot, mot_avis, mot_decision, mot_protege, phrase
from structures.regles.creneaux import PlacesLimite


@dataclass(frozen=True)
class LigneSalle:
    """One ranked line. `deport` shows its rank alone; `reservee` its rank, need and points."""

    voeu: PassageVoeu
    mot: Mot
    decision: Decision | None = None
    avis: Avis | None = None
    refus: tuple[RefusLu, ...] = ()
    motif: str = ""
    deport: bool = False
    reservee: bool = False

    @property
    def conforme_a_valider(self) -> bool:
        """Not decided, not marked, with an avis whose section is this one: what a block takes."""
        return (
            self.decision is None
            and not (self.motif or self.deport)
            and self.avis is not None
            and self.avis.section == self.voeu.section_id
        )

    @property
    def version(self) -> int:
        """What the page says it saw: 0 without a decision."""
        return self.decision.version if self.decision else 0

    @property
    def phrase(self) -> str:
        return phrase(self.avis, self.voeu.section_id, self.refus)


@dataclass(frozen=True)
class AutreChoix:
    """Another choice of the child shown: where, at which rank, and what is proposed or decided there."""

    voeu: PassageVoeu
    mot: Mot


@dataclass(frozen=True)
class Salle:
    """The screen of one section."""

    seance: Seance
    places: list[PlaceOfferte]
    place: PlaceOfferte
    numero: int
    libres: tuple[int, ...]
    limites: tuple[PlacesLimite, ...]
    lignes: list[LigneSalle]
    choisie: LigneSalle | None
    autres: list[AutreChoix] = field(default_factory=list)
    fratrie: list[Passage] = field(default_factory=list)
    derniere: list[Decision] = field(default_factory=list)
    a_decider: int = 0

    @property
    def bloc(self) -> list[LigneSalle]:
        return [ligne for ligne in self.lignes if ligne.conforme_a_valider]

    @property
    def a_discuter(self) -> int:
        return sum(1 for ligne in self.lignes if ligne.motif and ligne.decision is None)

    @property
    def precedente(self) -> PlaceOfferte | None:
        return self.places[self.numero - 2] if self.numero > 1 else None

    @property
    def suivante(self) -> PlaceOfferte | None:
        return self.places[self.numero] if self.numero < len(self.places) else None


def salle(
    seance: Seance,
    *,
    section_id: int | None = None,
    voeu_id: int | None = None,
    familles_liees: Collection[int] = frozenset(),
) -> Salle | None:
    """The section asked, or the one projected, or the first; None when the séance has no section."""
    places = places_de(seance)
    if not places:
        return None
    montree = Projection.objects.filter(seance=seance).first()
    if section_id is None and montree:
        section_id = montree.section_id
    if voeu_id is None and montree and montree.section_id == section_id:
        voeu_id = montree.voeu_id
    numero = next((n for n, p in enumerate(places, 1) if p.section_id == section_id), 1)
    place = places[numero - 1]
    lignes = lignes_de(seance, place, familles_liees)
    choisie = next((ligne for ligne in lignes if ligne.voeu.pk == voeu_id), None) or next(
        (ligne for ligne in lignes if ligne.decision is None and not ligne.deport), None
    )
    montrable = choisie is not None and not (choisie.deport or choisie.reservee)
    return Salle(
        seance,
        places,
        place,
        numero,
        places_libres(seance, place),
        en_limites(supplements_libres(seance, place)),
        lignes,
        choisie,
        _autres(choisie) if choisie and montrable else [],
        _fratrie(choisie.voeu.passage, familles_liees) if choisie and montrable else [],
        _derniere(seance),
        seance.passages.filter(decision__isnull=True).count(),
    )


def lignes_de(seance: Seance, place: PlaceOfferte, familles_liees: Collection[int]) -> list[LigneSalle]:
    """The ranked lines of one section: one query, besides the proposal kept in memory."""
    lus = (
        PassageVoeu.objects.filter(passage__seance=seance, section=place.section_id)
        .select_related("passage__decision__prise_par", "passage__dossier__famille", "a_discuter")
        .defer("passage__dossier__faits", "passage__dossier__famille__faits", "passage__lignes")
        .order_by("rang")
    )
    avis, reponses = avis_de(seance), reponses_proposees(seance)
    return [_ligne(voeu, avis, reponses, familles_liees) for voeu in lus]


def _ligne(voeu: PassageVoeu, avis: dict, reponses: dict, familles_liees: Collection[int]) -> LigneSalle:  # type: ignore[type-arg]
    passage = voeu.passage
    decision: Decision | None = getattr(passage, "decision", None)
    if passage.dossier.famille_id in familles_liees:
        return LigneSalle(voeu, mot_protege(decide=decision is not None), decision, deport=True)
    sien = avis.get(passage.pk)
    refus = reponses[passage.pk].refus if passage.pk in reponses else ()
    reservee = passage.protege or passage.dossier.famille.protegee
    marque = getattr(voeu, "a_discuter", None)
    mot = mot_de(voeu, decision, sien, refus, reservee=reservee)
    motif = marque.get_motif_display() if marque else ""
    return LigneSalle(voeu, mot, decision, sien, refus, motif, reservee=reservee)


def mot_de(
    voeu: PassageVoeu,
    decision: Decision | None,
    avis: Avis | None,
    refus: tuple[RefusLu, ...],
    *,
    reservee: bool = False,
) -> Mot:
    """The pill of a line, which for a protected dossier never says another structure."""
    if decision is None:
        return mot_avis(avis, voeu.section_id, () if reservee and avis and avis.sens == ADMIS else refus)
    ici = decision.section_id == voeu.section_id
    if reservee and not ici:
        return mot_protege(decide=True)
    return mot_decision(decision.sens, ici=ici, choix=decision.choix, rang=decision.rang_complementaire)


def places_libres(seance: Seance, place: PlaceOfferte) -> tuple[int, ...]:
    """What is left by half-day once the decisions taken are counted, with what admitted transfers leave."""
    admises = decisions_de(seance).filter(sens=SensDecision.ADMIS)
    lues = admises.filter(Q(section=place.section_id) | Q(passage__section_actuelle=place.section_id))
    pris: Counter[int] = Counter()
    for section, semaine, actuelle, tenues in lues.values_list(
        "section_id", "demi_journees", "passage__section_actuelle_id", "passage__demi_journees_actuelles"
    ):
        if section == place.section_id:
            pris.update(semaine)
        if actuelle == place.section_id:
            pris.subtract(tenues)
    return tuple(n - pris[k] for k, n in enumerate(place.places))


def _autres(ligne: LigneSalle) -> list[AutreChoix]:
    autres = ligne.voeu.passage.voeux.exclude(pk=ligne.voeu.pk).select_related("section__structure")
    return [
        AutreChoix(voeu, mot_de(voeu, ligne.decision, ligne.avis, ligne.refus))
        for voeu in autres.order_by("choix")
    ]


def _fratrie(passage: Passage, familles_liees: Collection[int]) -> list[Passage]:
    """The other children of the same group in this séance, protected ones apart."""
    if not passage.groupe:
        return []
    autres = Passage.objects.filter(seance=passage.seance_id, groupe=passage.groupe).exclude(pk=passage.pk)
    autres = autres.exclude(protege=True).exclude(dossier__famille__protegee=True)
    return list(
        autres.exclude(dossier__famille__in=familles_liees).select_related("decision__section__structure")
    )


def _derniere(seance: Seance) -> list[Decision]:
    """The decisions of the last gesture, to say what an undo undoes."""
    geste = dernier_geste(seance)
    if not geste:
        return []
    return list(decisions_de(seance).filter(geste=geste).select_related("passage__dossier__famille"))


def restant_par_section(seance: Seance) -> dict[int, int]:
    """How many lines of each section are not decided."""
    lues = PassageVoeu.objects.filter(passage__seance=seance, passage__decision__isnull=True)
    return dict(lues.order_by().values_list("section_id").annotate(n=Count("pk")))
