"""Shared situations as each person may read them: their page, their lists, what awaits whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from dossiers.acces import CERCLE, Regard, conduit_situation, regard, situations_visibles
from dossiers.models import (
    Besoin,
    ChangementSituation,
    Dossier,
    EtatDossier,
    Lien,
    MembreCercle,
    SituationPartagee,
    TacheSituation,
)
from dossiers.queries.fiche import besoin_principal, structures_choisies
from guichet.acces import Personne
from structures.models import Agent, Habilitation, Profil
from structures.queries import reglage

LIGNES = 6
# What a partner reads of the dossier's state: whether it waits, nothing of where.
ETATS_DITS = {
    EtatDossier.INCOMPLET: "incomplet : il lui manque une pièce",
    EtatDossier.ACTIF: "complet, en attente",
    EtatDossier.PROPOSE: "une place est proposée",
    EtatDossier.ADMIS: "admis",
    EtatDossier.SUSPENDU: "suspendu à la demande de la famille",
}


@dataclass(frozen=True)
class LigneSituation:
    """A situation in a list: the child is named where the reader may read the name."""

    situation: SituationPartagee
    enfant: str
    numero: str
    en_retard: bool


@dataclass(frozen=True)
class VueSituation:
    """The page of one situation, as this person may read it."""

    situation: SituationPartagee
    enfant: str
    numero: str
    fiche: bool
    conduit: bool
    etat: str
    besoin: Besoin | None
    cercle: Sequence[MembreCercle]
    taches: Sequence[TacheSituation]
    changements: Sequence[ChangementSituation]
    en_retard: bool


def situation_visible(qui: Personne, pk: int) -> SituationPartagee | None:
    lues = situations_visibles(qui).select_related(
        *("dossier__enfant", "dossier__famille", "dossier__mairie"),
        *("demandeur", "ouverte_par", "repondue_par", "close_par"),
    )
    return lues.filter(pk=pk).first()


def vue_situation(qui: Personne, situation: SituationPartagee) -> VueSituation:
    """Everything the page shows, in a constant number of queries."""
    dossier = situation.dossier
    vu = _regard(qui, dossier, structures_choisies(dossier))
    cercle = list(situation.cercle.filter(retire_le=None).select_related("agent"))
    nomme = identite_dite(vu, situation, {m.agent_id for m in cercle}, qui)
    return VueSituation(
        situation,
        str(dossier.enfant) if nomme else "",
        dossier.numero if numero_dit(vu, situation, qui) else "",
        fiche=not vu.protege and vu.choix,
        conduit=conduit_situation(qui, dossier),
        etat=ETATS_DITS.get(EtatDossier(dossier.etat), "clos"),
        besoin=besoin_principal(list(dossier.besoins.all())),
        cercle=cercle,
        taches=list(situation.taches.select_related("responsable", "faite_par")),
        changements=list(situation.changements.select_related("par")),
        en_retard=_en_retard(situation, qui.jour),
    )


def _regard(qui: Personne, dossier: Dossier, choisies: Collection[int]) -> Regard:
    return regard(qui, dossier, choisies, partage_identites=reglage("partage_identites", le=qui.jour))


def identite_dite(vu: Regard, situation: SituationPartagee, cercle: Collection[int], qui: Personne) -> bool:
    """The child's name: to whom the dossier shows it, and to a partner of the circle, protection apart."""
    partenaire = qui.est(Profil.PARTENAIRE) and qui.agent.pk in cercle
    return vu.identite or (partenaire and not situation.dossier.protege)


def numero_dit(vu: Regard, situation: SituationPartagee, qui: Personne) -> bool:
    """The number: to whom the dossier shows more than its need, and to the partner who brought it."""
    if vu.choix or situation.demandeur_id == qui.agent.pk:
        return True
    return qui.est(Profil.PARTENAIRE) and not situation.dossier.protege


def _en_retard(situation: SituationPartagee, jour: date) -> bool:
    return situation.ouverte and not situation.repondue_le and situation.reponse_attendue_le < jour


def situations_du_dossier(qui: Personne, dossier: Dossier) -> list[SituationPartagee]:
    """The situations of one dossier this person may know of, the open ones first."""
    siennes = situations_visibles(qui).filter(dossier=dossier)
    return sorted(siennes, key=lambda s: (not s.ouverte, s.reponse_attendue_le, s.pk))


def situations_dites(qui: Personne, dossier: Dossier) -> list[int] | None:
    """The ids of those the history may tell of; None, all of them, for whoever conducts them."""
    if conduit_situation(qui, dossier):
        return None
    return list(situations_visibles(qui).filter(dossier=dossier).values_list("pk", flat=True))


def lignes_situations(
    qui: Personne, *, closes: bool = False, limite: int | None = None
) -> list[LigneSituation]:
    """The situations this person follows, the most urgent first: three queries, whatever their number."""
    lues = situations_visibles(qui).filter(close_le__isnull=not closes)
    return _lignes(qui, lues.order_by("repondue_le", "reponse_attendue_le", "pk"), limite)


def sans_reponse(qui: Personne, *, limite: int = LIGNES) -> tuple[list[LigneSituation], int]:
    """What waits for an answer, and how many in all."""
    lues = situations_visibles(qui).filter(close_le=None, repondue_le=None)
    return _lignes(qui, lues.order_by("reponse_attendue_le", "pk"), limite), lues.count()


def _lignes(
    qui: Personne, situations: QuerySet[SituationPartagee], limite: int | None
) -> list[LigneSituation]:
    lues = situations.select_related("dossier__enfant", "dossier__famille").prefetch_related(
        "dossier__voeux", "cercle"
    )
    partage = reglage("partage_identites", le=qui.jour)
    lignes = []
    for situation in lues[:limite]:
        dossier = situation.dossier
        choisies = [v.structure_id for v in dossier.voeux.all()]
        vu = regard(qui, dossier, choisies, partage_identites=partage)
        cercle = {m.agent_id for m in situation.cercle.all() if m.retire_le is None}
        nomme, numerote = identite_dite(vu, situation, cercle, qui), numero_dit(vu, situation, qui)
        lignes.append(
            LigneSituation(
                situation,
                str(dossier.enfant) if nomme else "",
                dossier.numero if numerote else "",
                _en_retard(situation, qui.jour),
            )
        )
    return lignes


def taches_de(qui: Personne, *, limite: int = LIGNES) -> list[TacheSituation]:
    """What this person has to do, the soonest first; nothing of a situation it no longer sees."""
    siennes = TacheSituation.objects.filter(
        responsable=qui.agent,
        faite_le=None,
        situation__close_le=None,
        situation__in=situations_visibles(qui),
    )
    return list(siennes.select_related("situation")[:limite])


def responsables_possibles(qui: Personne, situation: SituationPartagee) -> QuerySet[Agent]:
    """Who may be given a task: the circle, the coordination, the dossier's counter; nobody linked.

    The names of a protected dossier's counter would tell which it is: they are offered to that counter only.
    """
    jour, dossier = qui.jour, situation.dossier
    en_cours = Habilitation.objects.filter(Q(fin__isnull=True) | Q(fin__gte=jour), debut__lte=jour)
    du_guichet = Q(mairie=dossier.mairie_id) if regard(qui, dossier, ()).choix or not dossier.protege else Q()
    chez_soi = en_cours.filter(Q(profil=Profil.COORDINATION) | du_guichet)
    membres = situation.cercle.filter(retire_le=None).values("agent")
    agents = Agent.objects.filter(Q(pk__in=membres) | Q(pk__in=chez_soi.values("agent")), is_active=True)
    return _sans_lies(agents, situation)


def membres_possibles(situation: SituationPartagee, jour: date) -> QuerySet[Agent]:
    """Who may enter the circle: partners, directors, agents; not who is in it, nor linked to the family."""
    en_cours = Habilitation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=jour), debut__lte=jour, profil__in=CERCLE
    )
    deja = situation.cercle.filter(retire_le=None).values("agent")
    agents = Agent.objects.filter(pk__in=en_cours.values("agent"), is_active=True).exclude(pk__in=deja)
    return _sans_lies(agents, situation)


def _sans_lies(agents: QuerySet[Agent], situation: SituationPartagee) -> QuerySet[Agent]:
    lies = Lien.objects.filter(famille=situation.dossier.famille_id, leve_le=None)
    return agents.exclude(pk__in=lies.values("agent")).order_by("nom", "prenom", "pk")
