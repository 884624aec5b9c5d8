"""« Cette semaine »: what moved the week before, what comes to its end in this one, each in one's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.utils import timezone

from dossiers.acces import GUICHET, ferme_par_protection, sans_lies
from dossiers.models import (
    ActionJournal,
    DemandeUrgence,
    Dossier,
    EtatPiece,
    EtatUrgence,
    Journal,
    MotifCloture,
    PieceJustificative,
    Voeu,
)
from dossiers.queries.brouillons import sans_nom
from dossiers.queries.urgences import urgences_visibles
from dossiers.regles import cycle
from dossiers.regles.pieces import PREUVES
from dossiers.regles.semaine_calendaire import SemaineCalendaire
from guichet.acces import Personne
from structures.models import Profil
from structures.queries import reglage

LIGNES = 12


@dataclass(frozen=True)
class LigneSemaine:
    """One dossier and its day; `numero` empty when there is no page to open."""

    mots: str
    numero: str = ""
    le: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Rubrique:
    titre: str
    total: int
    lignes: Sequence[LigneSemaine]
    note: str = ""


@dataclass(frozen=True)
class PageSemaine:
    """The week read, what moved the week before it, what ends in it."""

    semaine: SemaineCalendaire
    bouge: Sequence[Rubrique]
    echoit: Sequence[Rubrique]


def page_semaine(qui: Personne, semaine: SemaineCalendaire) -> PageSemaine:
    """A constant number of queries, whatever happened."""
    siens, avant = _siens(qui), semaine.precedente
    bouge = [
        _dossiers("Demandes déposées", siens, "depose_le", avant),
        _dossiers("Dossiers devenus complets", siens, "complet_le", avant),
        _sorties(qui, siens, avant),
        _dossiers("Enfants admis", siens, "admis_le", avant, instant=True),
    ]
    if qui.mairies:
        bouge.append(_protections(qui, avant))
    en_attente = siens.filter(etat__in=cycle.EN_ATTENTE)
    naissances = en_attente.filter(enfant__date_naissance=None)
    echoit = [
        _dossiers("Demandes à confirmer", en_attente, "a_renouveler_le", semaine),
        _dossiers("Naissances attendues", naissances, "enfant__date_prevue_naissance", semaine),
        _urgences(qui, semaine),
    ]
    if qui.est(*GUICHET):
        echoit += [_pieces(en_attente, semaine), _brouillons(qui, semaine)]
    return PageSemaine(semaine, bouge, echoit)


def _siens(qui: Personne) -> QuerySet[Dossier]:
    """The city for the coordination, one's counter for an agent, those who choose one's structures.

    Protected families are their counter's only, counts included.
    """
    sans_protection = Q(famille__protegee=False)
    if qui.est(Profil.COORDINATION):
        portee = sans_protection
    else:
        choisie = Voeu.objects.filter(dossier=OuterRef("pk"), structure__in=qui.structures)
        portee = Q(Exists(choisie)) & sans_protection
    return sans_lies(qui, Dossier.objects.filter(portee | Q(mairie__in=qui.mairies)))


def _bornes(semaine: SemaineCalendaire) -> tuple[datetime, datetime]:
    debut, fin = semaine.lundi, semaine.lundi + timedelta(days=7)
    return _minuit(debut), _minuit(fin)


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))


def _dossiers(
    titre: str, dossiers: QuerySet[Dossier], champ: str, semaine: SemaineCalendaire, *, instant: bool = False
) -> Rubrique:
    """The dossiers whose `champ` falls in the week, and how many: one query."""
    if instant:
        debut, fin = _bornes(semaine)
        dossiers = dossiers.filter(**{f"{champ}__gte": debut, f"{champ}__lt": fin})
    else:
        dossiers = dossiers.filter(**{f"{champ}__range": (semaine.lundi, semaine.dimanche)})
    lus = list(
        dossiers.order_by(champ, "pk")
        .annotate(total=Window(Count("pk")), jour_dit=F(champ))
        .values_list("numero", "enfant__prenom", "enfant__nom", "jour_dit", "total")[:LIGNES]
    )
    lignes = [
        LigneSemaine(
            f"{prenom or 'Enfant à naître'} {nom}",
            numero,
            timezone.localdate(le) if isinstance(le, datetime) else le,
        )
        for numero, prenom, nom, le, _ in lus
    ]
    return Rubrique(titre, lus[0][-1] if lus else 0, lignes)


def _sorties(qui: Personne, siens: QuerySet[Dossier], semaine: SemaineCalendaire) -> Rubrique:
    """Closings by reason, from the journal, so that a restored dossier does not change a past week."""
    debut, fin = _bornes(semaine)
    clos = Journal.objects.filter(
        action=ActionJournal.ETAT, details__vers="clos", le__gte=debut, le__lt=fin, dossier__in=siens
    )
    comptes = dict(clos.order_by().values_list("motif").annotate(nombre=Count("dossier", distinct=True)))
    total = sum(comptes.values())
    if not qui.est(*GUICHET):
        return Rubrique("Demandes fermées", total, [], "Le motif est connu du guichet seul.")
    lignes = [
        LigneSemaine(str(motif.label), detail=str(comptes[motif.value]))
        for motif in MotifCloture
        if comptes.get(motif.value)
    ]
    return Rubrique("Demandes fermées, par motif", total, lignes)


def _protections(qui: Personne, semaine: SemaineCalendaire) -> Rubrique:
    proteges = sans_lies(qui, Dossier.objects.filter(mairie__in=qui.mairies, famille__protegee=True))
    note = "Ceux de votre guichet seulement."
    lue = _dossiers("Dossiers nouvellement protégés", proteges, "famille__protegee_le", semaine, instant=True)
    return Rubrique(lue.titre, lue.total, lue.lignes, note)


def _urgences(qui: Personne, semaine: SemaineCalendaire) -> Rubrique:
    debut, fin = _bornes(semaine)
    urgences: QuerySet[DemandeUrgence] = urgences_visibles(qui).filter(
        etat=EtatUrgence.DEMANDEE, repondre_avant_le__gte=debut, repondre_avant_le__lt=fin
    )
    lues = list(urgences.order_by("repondre_avant_le", "pk").annotate(total=Window(Count("pk")))[:LIGNES])
    lignes = [
        LigneSemaine(
            "Dossier protégé" if ferme_par_protection(qui, u.dossier) else str(u.dossier.enfant),
            u.dossier.numero,
            timezone.localdate(u.repondre_avant_le),
        )
        for u in lues
    ]
    return Rubrique("Urgences à répondre", lues[0].total if lues else 0, lignes)  # type: ignore[attr-defined]


def _pieces(en_attente: QuerySet[Dossier], semaine: SemaineCalendaire) -> Rubrique:
    """Proofs seen whose validity ends: the household's are told on each pending dossier."""
    lus = list(
        PieceJustificative.objects.filter(
            etat=EtatPiece.VUE, valide_jusqu_au__range=(semaine.lundi, semaine.dimanche)
        )
        .filter(Q(dossier__in=en_attente.values("pk")) | Q(famille__dossiers__in=en_attente.values("pk")))
        .annotate(
            total=Window(Count("pk")),
            le_numero=F("dossier__numero"),
            foyer_numero=F("famille__dossiers__numero"),
        )
        .order_by("valide_jusqu_au", "pk")
        .values_list("code", "valide_jusqu_au", "le_numero", "foyer_numero", "total")[:LIGNES]
    )
    lignes = [
        LigneSemaine(PREUVES[code].libelle if code in PREUVES else code, du_dossier or du_foyer, le)
        for code, le, du_dossier, du_foyer, _ in lus
    ]
    return Rubrique("Justificatifs qui ne seront plus valables", lus[0][-1] if lus else 0, lignes)


def _brouillons(qui: Personne, semaine: SemaineCalendaire) -> Rubrique:
    """One's own drafts that will be thrown away in the week."""
    debut, fin = _bornes(semaine)
    garde = timedelta(days=reglage("brouillon_conservation", le=semaine.lundi))
    lus = list(
        qui.agent.brouillons.filter(modifie_le__gte=debut - garde, modifie_le__lt=fin - garde)
        .select_related("dossier__famille")
        .order_by("modifie_le")
        .annotate(total=Window(Count("pk")))[:LIGNES]
    )
    lignes = [LigneSemaine(str(sans_nom(qui, b)), le=timezone.localdate(b.modifie_le + garde)) for b in lus]
    total = lus[0].total if lus else 0  # type: ignore[attr-defined]
    return Rubrique("Vos brouillons qui seront effacés", total, lignes)
