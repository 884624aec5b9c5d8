"""What awaits a director, and what moved on their list since they last said « J’ai vu »."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, Subquery

from dossiers.models import ActionJournal, Dossier, EtatDossier, Journal, LigneVoeu, Repere, Voeu
from dossiers.queries.urgences import LigneUrgence, lignes, urgences_visibles
from guichet.acces import Personne
from structures.models import Capacite, MotifCapacite, Section

LIGNES = 6
LUES = 400
SANS_REPERE = timedelta(days=7)
SANS_NOUVELLE = timedelta(days=60)
FIN_PROCHE = timedelta(days=60)


@dataclass(frozen=True)
class Mouvement:
    """One dossier of the list that moved."""

    numero: str
    enfant: str
    le: datetime
    mots: str


@dataclass(frozen=True)
class Groupe:
    titre: str
    total: int
    lignes: Sequence[Mouvement]


@dataclass(frozen=True)
class Mouvements:
    """What moved since `depuis`; `retraits` families took the structure off their choices: a count only."""

    depuis: datetime
    premiere_fois: bool
    groupes: Sequence[Groupe]
    retraits: int

    @property
    def vide(self) -> bool:
        return not self.groupes and not self.retraits


def mouvements(qui: Personne, *, maintenant: datetime) -> Mouvements:
    """Three queries. A protected family never moves here, not even as one more in a count."""
    repere = Repere.objects.filter(agent=qui.agent).first()
    depuis = repere.vu_le if repere else maintenant - SANS_REPERE
    siens = Voeu.objects.filter(dossier=OuterRef("dossier"), structure__in=qui.structures)
    lus = (
        Journal.objects.filter(
            Exists(siens),
            le__gt=depuis,
            action__in=(ActionJournal.DEPOT, ActionJournal.ETAT, ActionJournal.MODIFICATION),
            dossier__famille__protegee=False,
        )
        .exclude(dossier__famille__in=qui.familles_liees)
        .order_by("-le", "-pk")
        .values_list(
            *("action", "le", "details", "dossier__numero", "dossier__enfant__prenom", "dossier__enfant__nom")
        )[:LUES]
    )
    groupes: dict[str, dict[str, Mouvement]] = {titre: {} for titre in _TITRES}
    for action, le, details, numero, prenom, nom in lus:
        if trouve := _ranger(action, details):
            titre, mots = trouve
            enfant = f"{prenom or 'Enfant à naître'} {nom}"
            groupes[titre].setdefault(numero, Mouvement(numero, enfant, le, mots))
    return Mouvements(
        depuis,
        repere is None,
        [Groupe(t, len(g), list(g.values())[:LIGNES]) for t, g in groupes.items() if g],
        _retraits(qui, depuis),
    )


NOUVEAUX, COMPLETS = "Nouveaux sur votre liste", "Devenus complets"
CHANGES, SORTIS = "Ont changé de besoin ou de choix", "Ont quitté la liste"
_TITRES = (NOUVEAUX, COMPLETS, CHANGES, SORTIS)
_SORTIES = {"clos": "demande retirée ou fermée", "admis": "admis", "suspendu": "en pause"}
_PARTIES = {"besoin": "besoin", "choix": "choix"}


def _ranger(action: str, details: dict[str, Any]) -> tuple[str, str] | None:
    """Which group a line of the journal belongs to, and what it says; why a dossier left is not told."""
    if action == ActionJournal.DEPOT:
        return NOUVEAUX, "déposé"
    if action == ActionJournal.MODIFICATION:
        parties = [mot for partie, mot in _PARTIES.items() if partie in details.get("parties", ())]
        return (CHANGES, " et ".join(parties)) if parties else None
    if details.get("vers") in _SORTIES:
        return SORTIS, _SORTIES[details["vers"]]
    if details.get("vers") == EtatDossier.ACTIF and details.get("de") == EtatDossier.INCOMPLET:
        return COMPLETS, "complet"
    return None


def _retraits(qui: Personne, depuis: datetime) -> int:
    """Pending dossiers that no longer choose these structures: read from the history of the choices."""
    evenements = apps.get_model("dossiers", "VoeuEvent").objects
    encore = Voeu.objects.filter(dossier=OuterRef("pk"), structure__in=qui.structures)
    retires = evenements.filter(pgh_label="delete", pgh_created_at__gt=depuis, structure__in=qui.structures)
    return (
        Dossier.objects.en_attente()
        .filter(~Exists(encore), pk__in=retires.values("dossier_id"), famille__protegee=False)
        .exclude(famille__in=qui.familles_liees)
        .count()
    )


@dataclass(frozen=True)
class SectionADeclarer:
    """A section without places today, or whose places end on `fin`."""

    section: Section
    fin: date | None


@dataclass(frozen=True)
class Attentes:
    """What waits for a director."""

    sections: Sequence[SectionADeclarer]
    contacts: Sequence[LigneVoeu]
    contacts_total: int
    urgences: Sequence[LigneUrgence]

    @property
    def vide(self) -> bool:
        return not (self.sections or self.contacts or self.urgences)


def attentes(qui: Personne, *, maintenant: datetime) -> Attentes:
    """Places to declare, families to call, urgent requests under way: four queries."""
    sans_nouvelle = Q(ligne__dossier__dernier_contact_le__isnull=True) | Q(
        ligne__dossier__dernier_contact_le__lt=qui.jour - SANS_NOUVELLE
    )
    a_joindre = LigneVoeu.objects.filter(
        sans_nouvelle,
        structure__in=qui.structures,
        rang=1,
        ligne__etat=EtatDossier.ACTIF,
        ligne__protegee=False,
    ).exclude(ligne__dossier__famille__in=qui.familles_liees)
    recentes = Q(repondue_le__isnull=True) | Q(repondue_le__gte=maintenant - timedelta(days=14))
    demandees = urgences_visibles(qui).filter(recentes, structure__in=qui.structures)[:LIGNES]
    return Attentes(
        a_declarer(qui.structures, le=qui.jour),
        list(a_joindre.select_related("ligne__dossier__enfant", "structure").order_by("cle")[:LIGNES]),
        a_joindre.count(),
        lignes(qui, demandees, maintenant),
    )


def a_declarer(structures: frozenset[int], *, le: date) -> list[SectionADeclarer]:
    """Sections whose ordinary places are missing today, or end within two months: one query."""
    ouvertures = Capacite.objects.filter(
        section=OuterRef("pk"), motif=MotifCapacite.OUVERTURE, periode__contains=le
    )
    sections = (
        Section.objects.filter(structure__in=structures, structure__ouverte=True)
        .select_related("structure")
        .annotate(declaree=Exists(ouvertures), fin=Subquery(ouvertures.values("fin")[:1]))
        .order_by("structure__nom", "age_min_mois", "pk")
    )
    return [
        SectionADeclarer(section, section.fin)
        for section in sections
        if not section.declaree or (section.fin is not None and section.fin <= le + FIN_PROCHE)
    ]
