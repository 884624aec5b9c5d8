"""« Places perdues » of a structure: its empty half-days, and whom to ask about another week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.acces import ouverts
from dossiers.models import Besoin, Contact, Dossier, EtatDossier, IssueContact, TypeBesoin
from dossiers.queries.places import PlacesSection, places_du_jour
from dossiers.regles.places_perdues import DemandeSouple, Remplissage, remplissages
from guichet.acces import Personne
from structures.models import Structure
from structures.regles.ages import section_a_date

DEJA_DEMANDE = timedelta(days=30)
LUS = 400


@dataclass(frozen=True)
class FamilleSouple:
    """`demandee_le` the last time it was asked."""

    dossier: Dossier
    voulue: Sequence[int]
    remplissage: Remplissage
    demandee_le: date | None


@dataclass(frozen=True)
class SectionPerdue:
    places: PlacesSection
    familles: Sequence[FamilleSouple]

    @property
    def a_demander(self) -> int:
        return sum(famille.demandee_le is None for famille in self.familles)


def places_perdues(
    qui: Personne, structure: Structure, *, jour: date, aujourd_hui: date
) -> list[SectionPerdue]:
    """Its sections with free half-days on `jour`, the families by how much they fill: constant queries.

    Waiting for the structure, entry ± tolerance containing `jour`, of the section's age. The families this
    person declared a link with are not there, nor the protected ones: this page would tell their choices.
    """
    sections = list(structure.sections.order_by("age_min_mois", "age_min_jours", "pk"))
    for section in sections:
        section.structure = structure
    lues = places_du_jour(sections, jour)
    besoins = {b.dossier_id: b for b in _besoins(qui, structure, jour)}
    bandes = [s.bande for s in sections]
    demandes = [
        DemandeSouple(pk, bande.section, _semaine(b), tuple(tuple(sorted(autre)) for autre in b.alternatives))
        for pk, b in besoins.items()
        if (bande := section_a_date(bandes, b.dossier.enfant.ne_ou_prevu_le, jour))
    ]
    libres = {p.section.pk: p.libres for p in lues}
    demandees = _demandees(structure, besoins, aujourd_hui)
    trouves = remplissages(libres, demandes)
    return [
        SectionPerdue(
            p,
            [
                _famille(besoins[r.dossier], r, demandees.get(r.dossier))
                for r in trouves
                if r.section == p.section.pk
            ],
        )
        for p in lues
        if any(p.libres)
    ]


def _besoins(qui: Personne, structure: Structure, jour: date) -> list[Besoin]:
    """The regular needs with other weeks, oldest complete dossier first."""
    lus = (
        Besoin.objects.filter(
            ouverts(qui, protegee="dossier__famille__protegee", dossier="dossier__"),
            type=TypeBesoin.REGULIER,
            dossier__etat=EtatDossier.ACTIF,
            dossier__voeux__structure=structure,
            entree_le__range=(jour - timedelta(days=366), jour + timedelta(days=366)),
        )
        .exclude(alternatives=[])
        .exclude(dossier__famille__in=qui.familles_liees)
        .select_related("dossier__enfant", "dossier__famille")
        .order_by("dossier__complet_le", "dossier__numero")[:LUS]
    )
    return [b for b in lus if abs((b.entree_le - jour).days) <= b.tolerance_jours]


def _semaine(besoin: Besoin) -> tuple[int, ...]:
    return tuple(sorted({*besoin.demi_journees, *besoin.demi_journees_b}))


def _demandees(structure: Structure, dossiers: dict[int, Besoin], aujourd_hui: date) -> dict[int, date]:
    """The day each was last asked for this structure, lately enough not to be asked again."""
    recents = Contact.objects.filter(
        dossier__in=list(dossiers),
        structure=structure,
        issue=IssueContact.A_JOINDRE,
        rappel_le__gte=aujourd_hui - DEJA_DEMANDE,
    )
    return {dossier: le for dossier, le in recents.order_by("le").values_list("dossier", "rappel_le") if le}


def _famille(besoin: Besoin, trouve: Remplissage, demandee_le: date | None) -> FamilleSouple:
    return FamilleSouple(besoin.dossier, _semaine(besoin), trouve, demandee_le)
