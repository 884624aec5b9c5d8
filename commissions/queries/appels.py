"""The call sheet: each freed place of a séance, and who on the complementary list fits it now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from commissions.models import Decision, EtatOffre, Offre, Passage, PassageVoeu, PlaceOfferte, Seance
from commissions.queries.offres import LIENS
from commissions.queries.supplements import supplements_appel, supplements_du_passage
from commissions.regles import offre as regles
from commissions.regles.feuille_appel import places_libres
from dossiers.acces import ferme_par_protection
from dossiers.models import CanalContact, Contact, Responsable
from guichet.acces import Personne

PAR_PLACE = 8


@dataclass(frozen=True)
class Appelable:
    """One family that fits: its numbers and last contact, none for whoever may not read them."""

    decision: Decision
    rang: int
    choix: int
    points: int
    semaine: tuple[int, ...]
    nom: str
    telephones: Sequence[tuple[str, str]]
    dernier: Contact | None
    protege: bool


@dataclass(frozen=True)
class PlaceLiberee:
    """A declined, expired, withdrawn or unused place, with what of its half-days is still free."""

    offre: Offre
    libres: tuple[int, ...]
    entree_le: date
    appelables: Sequence[Appelable]


def feuille_d_appel(seance: Seance, qui: Personne, *, jour: date) -> list[PlaceLiberee]:
    """Freed places not given since, the oldest first; a fixed number of queries.

    The families this person declared a link with are not there; a protected one is a line its counter calls.
    """
    rendues = list(
        Offre.objects.filter(liberee(), seance=seance).select_related(*LIENS).order_by("repondue_le", "pk")
    )
    ouvertes = list(PlaceOfferte.objects.filter(seance=seance))
    libres, creneaux = _libres(seance, ouvertes), _Creneaux(seance, ouvertes)
    attentes = _attentes(seance, qui)
    places, vues = [], set()
    for offre in rendues:
        vecteur = libres.get(offre.section_id, [0] * 10)
        restent = tuple(k for k in offre.demi_journees if vecteur[k] > 0)
        if not restent or (offre.section_id, restent) in vues:
            continue
        vues.add((offre.section_id, restent))
        # The date asked is compared with that of the place, even once it is past: who waits still would come.
        appelables = _qui_tient(attentes, offre.section_id, vecteur, offre.entree_le, qui, creneaux)
        places.append(PlaceLiberee(offre, restent, max(offre.entree_le, jour), appelables))
    return places


def liberee() -> Q:
    """Offers whose place came back to the séance."""
    return (
        Q(etat__in=regles.LIBEREES) | Q(entree="absent") | Q(etat=EtatOffre.ANNULEE, envoyee_le__isnull=False)
    )


class _Creneaux:
    """What is left of the opening, the closing and the beds of the sections that limit them."""

    def __init__(self, seance: Seance, ouvertes: Sequence[PlaceOfferte]) -> None:
        self.le, self.libres = seance.date_effet, supplements_appel(seance, ouvertes)
        self.limites = {place.section_id: place.limites for place in ouvertes}

    def tient(self, passage: Passage, section: int, semaine: Sequence[int]) -> bool:
        libres = self.libres.get(section)
        if not libres:
            return True
        siens = supplements_du_passage(passage, self.limites[section], semaine, le=self.le)
        return all(libres[creneau] > 0 for creneau in siens)


def _libres(seance: Seance, ouvertes: Sequence[PlaceOfferte]) -> dict[int, list[int]]:
    tenues: dict[int, list[list[int]]] = defaultdict(list)
    occupent = Offre.objects.filter(seance=seance, etat__in=regles.OCCUPENT).exclude(entree="absent")
    for section, semaine in occupent.values_list("section", "demi_journees"):
        tenues[section].append(semaine)
    quittees: dict[int, list[list[int]]] = defaultdict(list)
    mutations = Decision.objects.filter(passage__seance=seance, sens="admis", passage__nature="mutation")
    for section, semaine in mutations.values_list(
        "passage__dossier__admission_actuelle__section",
        "passage__dossier__admission_actuelle__demi_journees",
    ):
        quittees[section].append(semaine or [])
    return {
        place.section_id: places_libres(place.places, tenues[place.section_id], quittees[place.section_id])
        for place in ouvertes
    }


def _attentes(seance: Seance, qui: Personne) -> list[Decision]:
    """The complementary list, those who still wait and to whom nothing is offered now."""
    adultes = Responsable.objects.filter(ecarte=False).order_by("rang")
    contacts = Contact.objects.exclude(canal=CanalContact.TIERS).order_by("-le")
    lues = (
        Decision.objects.filter(
            passage__seance=seance, sens="liste_complementaire", passage__dossier__etat="actif"
        )
        .exclude(passage__dossier__enfant__offres__etat__in=regles.VIVANTES)
        .exclude(passage__dossier__famille__in=qui.familles_liees)
        .select_related("passage__dossier__enfant", "passage__dossier__famille", "passage__dossier__mairie")
        .prefetch_related(
            "passage__voeux",
            Prefetch("passage__dossier__famille__responsables", adultes, to_attr="joignables"),
            Prefetch("passage__dossier__contacts", contacts, to_attr="derniers"),
        )
    )
    return list(lues.order_by("rang_complementaire", "pk"))


def _qui_tient(
    attentes: Sequence[Decision],
    section: int,
    libres: Sequence[int],
    entree: date,
    qui: Personne,
    creneaux: _Creneaux,
) -> list[Appelable]:
    par_cle, lignes = {}, []
    for decision in attentes:
        passage = decision.passage
        voeu = next((v for v in passage.voeux.all() if v.section_id == section), None)
        if voeu is None:
            continue
        par_cle[decision.pk] = (decision, voeu)
        toutes = (tuple(passage.demi_journees), *(tuple(autre) for autre in passage.alternatives))
        semaines = tuple(s for s in toutes if creneaux.tient(passage, section, s))
        rang = decision.rang_complementaire or 0
        lignes.append(
            regles.Attente(decision.pk, rang, voeu.rang, semaines, passage.entree_le, passage.tolerance_jours)
        )
    trouves = regles.a_appeler(lignes, libres, entree)[:PAR_PLACE]
    return [_appelable(*par_cle[a.cle], semaine, qui) for a, semaine in trouves]


def _appelable(decision: Decision, voeu: PassageVoeu, semaine: tuple[int, ...], qui: Personne) -> Appelable:
    dossier = decision.passage.dossier
    protege = ferme_par_protection(qui, dossier)
    adultes = [] if protege else getattr(dossier.famille, "joignables", [])
    numeros = [(str(adulte), adulte.telephone) for adulte in adultes if adulte.telephone]
    contacts = [] if protege else getattr(dossier, "derniers", [])
    return Appelable(
        decision,
        decision.rang_complementaire or 0,
        voeu.choix,
        voeu.verifie,
        semaine,
        "" if protege else str(dossier.enfant),
        numeros,
        contacts[0] if contacts else None,
        protege,
    )
