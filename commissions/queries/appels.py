"""The call sheet: each freed place of a séance, and who on the complementary list fits it now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from commissions.models import Decision, EtatOffre, Offre, Passage, PlaceOfferte, Seance
from commissions.queries.libres import libres_de
from commissions.queries.offres import LIENS
from commissions.queries.supplements import supplements_appel, supplements_du_passage
from commissions.regles import offre as regles
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
class Reprise:
    """The family this very place was offered to: still waiting, it may be offered it again."""

    offre: Offre
    qui: Appelable


@dataclass(frozen=True)
class PlaceLiberee:
    """A declined, expired, withdrawn or unused place, with what of its half-days is still free."""

    offre: Offre
    libres: tuple[int, ...]
    entree_le: date
    appelables: Sequence[Appelable]
    reprises: list[Reprise] = field(default_factory=list)


def feuille_d_appel(seance: Seance, qui: Personne, *, jour: date) -> list[PlaceLiberee]:
    """Freed places not given since, the oldest first; a fixed number of queries.

    The families this person declared a link with are not there; a protected one is a line its counter calls.
    """
    rendues = Offre.objects.filter(liberee(), seance=seance).select_related(*LIENS)
    libres, creneaux = libres_de(seance, jour=jour), _Creneaux(seance)
    attentes, perdues = _attentes(seance, qui), _sans_offre_depuis(seance, qui)
    places: dict[tuple[int, tuple[int, ...]], PlaceLiberee] = {}
    for offre in rendues.order_by("repondue_le", "pk"):
        vecteur = libres.get(offre.section_id, [])
        restent = tuple(k for k in offre.demi_journees if k < len(vecteur) and vecteur[k] > 0)
        if not restent:
            continue
        cle = (offre.section_id, restent)
        if cle not in places:
            # The date asked is compared with that of the place, even once past: who waits would still come.
            appelables = _qui_tient(attentes, offre.section_id, vecteur, offre.entree_le, qui, creneaux)
            places[cle] = PlaceLiberee(offre, restent, max(offre.entree_le, jour), appelables)
        if len(restent) == len(offre.demi_journees) and offre.pk in perdues:
            places[cle].reprises.append(Reprise(offre, _de_l_offre(offre, perdues[offre.pk], qui)))
    return list(places.values())


def liberee() -> Q:
    """Offers whose place came back to the séance."""
    return (
        Q(etat__in=regles.LIBEREES) | Q(entree="absent") | Q(etat=EtatOffre.ANNULEE, envoyee_le__isnull=False)
    )


class _Creneaux:
    """What is left of the opening, the closing and the beds of the sections that limit them."""

    def __init__(self, seance: Seance) -> None:
        ouvertes = list(PlaceOfferte.objects.filter(seance=seance))
        self.le, self.libres = seance.date_effet, supplements_appel(seance, ouvertes)
        self.limites = {place.section_id: place.limites for place in ouvertes}

    def tient(self, passage: Passage, section: int, semaine: Sequence[int]) -> bool:
        libres = self.libres.get(section)
        if not libres:
            return True
        siens = supplements_du_passage(passage, self.limites[section], semaine, le=self.le)
        return all(libres[creneau] > 0 for creneau in siens)


def _attentes(seance: Seance, qui: Personne) -> list[Decision]:
    """The complementary list, those who still wait and to whom nothing is offered now."""
    lues = _qui_attend(Decision.objects.filter(passage__seance=seance, sens="liste_complementaire"), qui)
    return list(lues.order_by("rang_complementaire", "pk"))


def _sans_offre_depuis(seance: Seance, qui: Personne) -> dict[int, Decision]:
    """By offer of the séance, the families admitted whose place fell and who still wait."""
    lues = _qui_attend(Decision.objects.filter(passage__seance=seance, sens="admis"), qui)
    perdues = lues.filter(offres__etat__in=regles.REPROPOSABLES).distinct().prefetch_related("offres")
    return {max(offre.pk for offre in decision.offres.all()): decision for decision in perdues}


def _qui_attend(decisions: QuerySet[Decision], qui: Personne) -> QuerySet[Decision]:
    """Still on the list, nothing offered now; with who may be called, and the last contact."""
    adultes = Responsable.objects.filter(ecarte=False).order_by("rang")
    contacts = Contact.objects.exclude(canal=CanalContact.TIERS).order_by("-le")
    return (
        decisions.filter(passage__dossier__etat="actif")
        .exclude(passage__dossier__enfant__offres__etat__in=regles.VIVANTES)
        .exclude(passage__dossier__famille__in=qui.familles_liees)
        .select_related("passage__dossier__enfant", "passage__dossier__famille", "passage__dossier__mairie")
        .prefetch_related(
            "passage__voeux",
            Prefetch("passage__dossier__famille__responsables", adultes, to_attr="joignables"),
            Prefetch("passage__dossier__contacts", contacts, to_attr="derniers"),
        )
    )


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
    lus = [(*par_cle[a.cle], semaine) for a, semaine in trouves]
    return [_appelable(decision, voeu.choix, voeu.verifie, semaine, qui) for decision, voeu, semaine in lus]


def _de_l_offre(offre: Offre, decision: Decision, qui: Personne) -> Appelable:
    points = next((v.verifie for v in decision.passage.voeux.all() if v.section_id == offre.section_id), 0)
    return _appelable(decision, offre.choix or 0, points, tuple(offre.demi_journees), qui)


def _appelable(
    decision: Decision, choix: int, points: int, semaine: tuple[int, ...], qui: Personne
) -> Appelable:
    dossier = decision.passage.dossier
    protege = ferme_par_protection(qui, dossier)
    adultes = [] if protege else getattr(dossier.famille, "joignables", [])
    numeros = [(str(adulte), adulte.telephone) for adulte in adultes if adulte.telephone]
    contacts = [] if protege else getattr(dossier, "derniers", [])
    return Appelable(
        decision,
        decision.rang_complementaire or 0,
        choix,
        points,
        semaine,
        "" if protege else str(dossier.enfant),
        numeros,
        contacts[0] if contacts else None,
        protege,
    )
