"""The offers a page shows, and which gestures each one still allows."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from commissions.models import Decision, EtatOffre, Lettre, LotLettres, Offre, Seance
from commissions.queries.confirmations import compter
from commissions.queries.lettres import DU_MAIRE
from commissions.regles.offre import REPROPOSABLES
from dossiers.acces import ferme_par_protection
from guichet.acces import Personne
from structures.models import Profil

LIENS = (
    *("section__structure__gestionnaire", "dossier__enfant", "dossier__famille", "dossier__mairie"),
    *("decision__passage", "admission", "seance"),
)


@dataclass
class LigneOffre:
    """An offer as a list shows it: `nom` is empty when this person may not read it."""

    offre: Offre
    nom: str
    ouvrable: bool


@dataclass
class Reponses:
    """What became of a séance's decisions."""

    lignes: list[LigneOffre]
    comptes: dict[str, int]
    lot: LotLettres | None
    lettres: list[Lettre]
    retenues: list[Lettre]
    sans_offre: int
    avis_attendus: list[Offre] = field(default_factory=list)
    # Answers that wait for their manager, or that it refused; `sans_lettre`: those no letter has left for.
    confirmations: dict[str, int] = field(default_factory=dict)
    sans_lettre: int = 0


def avec_liens(offres: QuerySet[Offre]) -> QuerySet[Offre]:
    return offres.select_related(*LIENS).defer(
        "dossier__faits", "dossier__famille__faits", "seance__instance"
    )


def reponses_de(seance: Seance, qui: Personne) -> Reponses:
    """The page of a séance's answers: a fixed number of queries."""
    offres = list(avec_liens(seance.offres.order_by("section__structure__nom", "section_id", "pk")))
    lot = seance.lots.order_by("-demande_le").first()
    lettres = list(
        lot.lettres.select_related("dossier__enfant", "dossier__famille", "dossier__mairie").defer("corps")
        if lot
        else []
    )
    admis = seance.passages.filter(decision__sens="admis")
    return Reponses(
        [ligne_offre(offre, qui) for offre in offres],
        dict(Counter(offre.etat for offre in offres)),
        lot,
        [lettre for lettre in lettres if _lisible(lettre, qui)],
        [lettre for lettre in lettres if lettre.retenue],
        admis.aggregate(n=Count("pk", filter=Q(decision__offres__isnull=True)))["n"],
        [o for o in offres if o.etat == EtatOffre.PREPAREE and not o.avis and attend_avis(o)],
        compter(qui, seance=seance),
        sans_lettre(seance),
    )


def sans_lettre(seance: Seance) -> int:
    """Decisions still to be answered: an offer not sent yet, or any other avis without a letter parties."""
    parties = Lettre.objects.filter(decision=OuterRef("pk"), remise_le__isnull=False)
    decisions = Decision.objects.filter(passage__seance=seance).filter(~Exists(parties))
    prete = Q(sens="admis", offres__etat=EtatOffre.PREPAREE)
    return decisions.filter(~Q(sens="admis") | prete).distinct().count()


def _lisible(lettre: Lettre, qui: Personne) -> bool:
    lie = lettre.dossier.famille_id in qui.familles_liees
    return not lie and not ferme_par_protection(qui, lettre.dossier)


def ligne_offre(offre: Offre, qui: Personne) -> LigneOffre:
    lie = offre.dossier.famille_id in qui.familles_liees
    masque = lie or ferme_par_protection(qui, offre.dossier)
    return LigneOffre(offre, "" if masque else str(offre.dossier.enfant), not masque)


def attend_avis(offre: Offre) -> bool:
    """Its manager is not the city: the offer waits for its answer."""
    return offre.section.structure.gestionnaire.nature not in DU_MAIRE


def gestes_de(offre: Offre, qui: Personne) -> frozenset[str]:
    """What this person may do of this offer now; the services check again."""
    gestes: set[str] = set()
    guichet, coordination = qui.est(Profil.AGENT, Profil.COORDINATION), qui.est(Profil.COORDINATION)
    dirige = offre.section.structure_id in qui.structures or coordination
    if offre.etat == EtatOffre.PREPAREE:
        attend = attend_avis(offre)
        gestes |= {"avis"} if attend and not offre.avis and dirige else set()
        gestes |= {"envoyer"} if coordination and (not attend or offre.avis) else set()
        gestes |= {"annuler"} if coordination else set()
    elif offre.etat == EtatOffre.ENVOYEE:
        gestes |= {"accepter", "decliner", "reporter"} if guichet else set()
        gestes |= {"prevenir"} if guichet and offre.contact_le is None else set()
        gestes |= {"annuler"} if coordination else set()
    elif offre.etat == EtatOffre.ACCEPTEE and not offre.entree:
        gestes |= {"perdre"} if coordination else set()
        gestes |= {"entree"} if dirige and offre.admission_id else set()
        gestes |= {"entrer"} if guichet and not offre.admission_id else set()
        gestes |= {"reporter"} if guichet and offre.entree_prevue_le is None else set()
    elif offre.etat in REPROPOSABLES and not offre.en_urgence and offre.dossier.etat == "actif":
        gestes |= {"reproposer"} if coordination else set()
    if offre.entree_prevue_le is not None or offre.en_urgence:
        gestes.discard("reporter")
    return frozenset(gestes)


def offres_en_cours(offres: QuerySet[Offre]) -> QuerySet[Offre]:
    """What waits for somebody: an answer, a contact, an entry; the nearest deadline first."""
    attendent = Q(etat__in=[EtatOffre.PREPAREE, EtatOffre.ENVOYEE]) | Q(etat=EtatOffre.ACCEPTEE, entree="")
    return avec_liens(offres.filter(attendent)).order_by("limite_le", "entree_le", "pk")
