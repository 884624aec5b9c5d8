"""What managers are asked of a séance's answers: whom, by structure, and what this person may see of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from commissions.models import ConfirmationGestionnaire, Decision, EtatConfirmation, Offre, Seance
from commissions.queries.lettres import DU_MAIRE
from dossiers.acces import ferme_par_protection
from guichet.acces import Personne
from structures.models import Profil, Structure

LIMITE = 200
ORDRE = (
    *("decision__passage__seance__tenue_prevue_le", "decision__passage__seance_id"),
    *("structure__nom", "structure"),
    *("decision__sens", "decision__rang_complementaire", "decision__passage"),
)


@dataclass(frozen=True)
class LigneConfirmation:
    """One answer to confirm; `reservee`: a protected dossier, its need and points and nothing more."""

    confirmation: ConfirmationGestionnaire
    reservee: bool
    choix: int
    points: int


@dataclass(frozen=True)
class GroupeConfirmation:
    """The answers of one séance that one structure has to confirm."""

    seance: Seance
    structure: Structure
    lignes: list[LigneConfirmation]

    @property
    def cles(self) -> str:
        return ",".join(str(ligne.confirmation.pk) for ligne in self.lignes)


def structures_a_confirmer(decision: Decision) -> list[int]:
    """The structures of this answer the city does not run; choices and managers are prefetched.

    An admission has none: its offer waits for the manager of its place.
    """
    if decision.sens == "admis":
        return []
    lieux = [voeu.section.structure for voeu in decision.passage.voeux.all()]
    return sorted({lieu.pk for lieu in lieux if lieu.gestionnaire.nature not in DU_MAIRE})


def etats_de(decisions: Iterable[Decision]) -> dict[int, dict[int, str]]:
    """What each structure has said, decision by decision: one query."""
    dits: dict[int, dict[int, str]] = {}
    lus = ConfirmationGestionnaire.objects.filter(decision__in=[d.pk for d in decisions])
    for decision, structure, etat in lus.values_list("decision", "structure", "etat"):
        dits.setdefault(decision, {})[structure] = etat
    return dits


def confirmations_visibles(qui: Personne) -> QuerySet[ConfirmationGestionnaire]:
    """All for the coordination, its structures' for a director; never those of a linked family."""
    if not qui.est(Profil.COORDINATION, Profil.DIRECTION):
        return ConfirmationGestionnaire.objects.none()
    vues = ConfirmationGestionnaire.objects.exclude(
        decision__passage__dossier__famille__in=qui.familles_liees
    )
    return vues if qui.est(Profil.COORDINATION) else vues.filter(structure__in=qui.structures)


def a_confirmer(qui: Personne) -> list[GroupeConfirmation]:
    """What waits for a manager, structure by structure, the first lines only: three queries."""
    attendues = confirmations_visibles(qui).filter(etat=EtatConfirmation.ATTENDUE)
    return _groupes(_lignes(attendues, qui))


def refusees(qui: Personne) -> list[GroupeConfirmation]:
    """What managers did not sign: the coordination's again."""
    return _groupes(_lignes(confirmations_visibles(qui).filter(etat=EtatConfirmation.REFUSEE), qui))


def _lignes(confirmations: QuerySet[ConfirmationGestionnaire], qui: Personne) -> list[LigneConfirmation]:
    lus = (
        confirmations.select_related(
            *("structure", "decision__passage__seance", "decision__passage__dossier__famille"),
            *("decision__passage__dossier__mairie", "repondue_par"),
        )
        .defer("decision__passage__seance__instance", "decision__passage__dossier__faits")
        .defer("decision__passage__lignes", "decision__passage__dossier__famille__faits")
        .prefetch_related("decision__passage__voeux__section")
        .order_by(*ORDRE)
    )
    return [_ligne(un, qui) for un in lus[:LIMITE]]


def _ligne(confirmation: ConfirmationGestionnaire, qui: Personne) -> LigneConfirmation:
    passage = confirmation.decision.passage
    voeux = [v for v in passage.voeux.all() if v.section.structure_id == confirmation.structure_id]
    voeu = min(voeux, key=lambda v: v.choix, default=None)
    reservee = passage.protege or ferme_par_protection(qui, passage.dossier)
    return LigneConfirmation(
        confirmation, reservee, voeu.choix if voeu else 0, voeu.verifie if voeu else passage.verifie
    )


def _groupes(lignes: Sequence[LigneConfirmation]) -> list[GroupeConfirmation]:
    ranges: dict[tuple[int, int], GroupeConfirmation] = {}
    for ligne in lignes:
        confirmation = ligne.confirmation
        seance = confirmation.decision.passage.seance
        cle = (seance.pk, confirmation.structure_id)
        ranges.setdefault(cle, GroupeConfirmation(seance, confirmation.structure, [])).lignes.append(ligne)
    return list(ranges.values())


def compter(qui: Personne, *, seance: Seance | None = None) -> dict[str, int]:
    """How many answers wait for a manager, and how many managers refused; of one séance, or of all."""
    lues = confirmations_visibles(qui)
    if seance is not None:
        lues = lues.filter(decision__passage__seance=seance)
    attente, refus = Q(etat=EtatConfirmation.ATTENDUE), Q(etat=EtatConfirmation.REFUSEE)
    return lues.aggregate(attendues=Count("pk", filter=attente), refusees=Count("pk", filter=refus))


def offres_a_confirmer(qui: Personne) -> int:
    """Offers that wait for the same managers, one by one on their own page."""
    offres = Offre.objects.filter(etat="preparee", avis="").exclude(dossier__famille__in=qui.familles_liees)
    offres = offres.exclude(section__structure__gestionnaire__nature__in=DU_MAIRE)
    return (
        offres if qui.est(Profil.COORDINATION) else offres.filter(section__structure__in=qui.structures)
    ).count()
