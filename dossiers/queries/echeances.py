"""What the nightly delays read: settings of every day, dossiers a delay opens for, one dossier's dates."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from dossiers.models import (
    ActionJournal,
    Cotation,
    Dossier,
    Echeance,
    EtatGrille,
    EtatPiece,
    Journal,
    PieceJustificative,
)
from dossiers.regles import cycle
from dossiers.regles import echeances as regles
from structures.models import Reglage
from structures.regles.ages import ajouter_mois
from structures.regles.reglages import REGLAGES

COURT = (cycle.INCOMPLET, cycle.ACTIF)
# What makes a delay begin again: back on the list, or incomplete again.
REPRISES = (*sorted(cycle.RETOURS), "rouvrir")
LOT = 1000
# A piece that expired longer ago was seen by someone since, or nobody waits for it.
OUBLI = timedelta(days=60)


class Valeurs:
    """Every setting at every day, read once: a night asks them for thousands of dates."""

    def __init__(self) -> None:
        self._poses: dict[str, tuple[list[date], list[Any]]] = {}
        for cle, jour, valeur in Reglage.objects.order_by("a_partir_du").values_list(
            "cle", "a_partir_du", "valeur"
        ):
            jours, valeurs = self._poses.setdefault(cle, ([], []))
            jours.append(jour)
            valeurs.append(valeur)

    def __call__(self, cle: str, le: date) -> Any:
        jours, valeurs = self._poses.get(cle, ([], []))
        rang = bisect_right(jours, le)
        return valeurs[rang - 1] if rang else REGLAGES[cle].defaut

    def toutes(self, *cles: str) -> list[int]:
        """Every value these settings ever had: bounds for a search."""
        return [v for cle in cles for v in (REGLAGES[cle].defaut, *self._poses.get(cle, ([], []))[1])]


def situation_de(dossier: Dossier) -> regles.Situation:
    """The dates of one dossier, its `enfant` loaded; four queries at most."""
    revenu = (
        Journal.objects.filter(dossier=dossier, action=ActionJournal.ETAT, objet__in=REPRISES)
        .order_by("-le")
        .values_list("le", flat=True)
        .first()
    )
    return regles.Situation(
        etat=dossier.etat,
        depose_le=dossier.depose_le,
        complet_le=dossier.complet_le,
        renouvele_le=dossier.renouvele_le,
        a_renouveler_le=dossier.a_renouveler_le,
        naissance_prevue_le=dossier.enfant.date_prevue_naissance,
        ne=not dossier.enfant.a_naitre,
        ne_le=dossier.enfant.date_naissance,
        revenu_le=timezone.localdate(revenu) if revenu else None,
        suspendu_jusqu_au=dossier.suspendu_jusqu_au,
        validites=_validites_de(dossier),
        points_a_verifier=dossier.etat == cycle.INCOMPLET
        or points_a_verifier().filter(dossier=dossier).exists(),
    )


def _validites_de(dossier: Dossier) -> tuple[date, ...]:
    pieces = PieceJustificative.objects.filter(Q(dossier=dossier) | Q(famille=dossier.famille_id))
    fins = pieces.filter(etat=EtatPiece.VUE).values_list("valide_jusqu_au", flat=True).distinct()
    return tuple(fin for fin in fins if fin)


def points_a_verifier() -> QuerySet[Cotation]:
    """The live scores under the grid in force that declare more than what is verified."""
    return Cotation.objects.filter(
        courante=True, grille__etat=EtatGrille.EN_VIGUEUR, declare__gt=F("verifie")
    )


def a_ouvrir(jour: date, valeur: Valeurs) -> Iterator[tuple[int, regles.Acte]]:
    """(dossier, act) of every delay that began and whose first act is due on `jour`; six queries."""
    for dossier in _renouvellements(jour, valeur).iterator(LOT):
        yield from _suite(dossier.pk, regles.renouvellement(_situation(dossier), valeur), jour)
    for dossier in _naissances(jour).iterator(LOT):
        yield from _suite(dossier.pk, regles.naissance(_situation(dossier), valeur), jour)
    for dossier in _trop_grands(jour, valeur).iterator(LOT):
        yield from _suite(dossier.pk, regles.age(_situation(dossier), valeur), jour)
    for dossier in _incomplets(jour, valeur).iterator(LOT):
        yield from _suite(dossier.pk, regles.pieces(_situation(dossier), valeur), jour)
    for pk, fin in _validites(jour, valeur):
        situation = regles.Situation(cycle.ACTIF, fin, validites=(fin,))
        yield from _suite(pk, regles.validite(situation, valeur), jour)
    for dossier in _suspensions(jour).iterator(LOT):
        situation = regles.Situation(
            dossier.etat, dossier.depose_le, suspendu_jusqu_au=dossier.suspendu_jusqu_au
        )
        yield from _suite(dossier.pk, regles.fin_de_suspension(situation), jour)


def _suite(pk: int, actes: tuple[regles.Acte, ...], jour: date) -> Iterator[tuple[int, regles.Acte]]:
    """The whole series is written as soon as its first act is due: no setting moves its limit any more."""
    if actes and actes[0].du_le <= jour:
        yield from ((pk, acte) for acte in actes)


def _situation(dossier: Any) -> regles.Situation:
    """The annotated row of a search; `debut` already counts from the day it came back."""
    return regles.Situation(
        etat=dossier.etat,
        depose_le=dossier.depose_le,
        renouvele_le=dossier.renouvele_le,
        a_renouveler_le=dossier.a_renouveler_le,
        naissance_prevue_le=dossier.enfant.date_prevue_naissance,
        ne=not dossier.enfant.a_naitre,
        ne_le=dossier.enfant.date_naissance,
        revenu_le=dossier.revenu,
    )


def _avec_debut(base: Any, nature: str) -> QuerySet[Dossier]:
    """The dossiers whose delay, begun on `base` or the day they came back, has no act written yet."""
    revenu = (
        Journal.objects.filter(dossier=OuterRef("pk"), action=ActionJournal.ETAT, objet__in=REPRISES)
        .annotate(jour=TruncDate("le"))
        .order_by("-le")
        .values("jour")[:1]
    )
    deja = Echeance.objects.filter(dossier=OuterRef("pk"), nature=nature, reference=OuterRef("debut"))
    return (
        Dossier.objects.filter(etat__in=COURT)
        .select_related("enfant")
        .annotate(revenu=Subquery(revenu))
        .annotate(debut=Greatest(base, "revenu"))
        .filter(~Exists(deja))
        .order_by("pk")
    )


def _renouvellements(jour: date, valeur: Valeurs) -> QuerySet[Dossier]:
    preavis = max(valeur.toutes("renouvellement_avertissement_1", "renouvellement_avertissement_2"))
    choisis = _avec_debut(Coalesce("renouvele_le", "depose_le"), regles.PEREMPTION)
    return choisis.filter(a_renouveler_le__lte=jour + timedelta(days=preavis))


def _naissances(jour: date) -> QuerySet[Dossier]:
    choisis = _avec_debut(F("enfant__date_prevue_naissance"), regles.NAISSANCE_CLOTURE)
    return choisis.filter(enfant__date_naissance__isnull=True, enfant__naissance__lte=jour)


def _trop_grands(jour: date, valeur: Valeurs) -> QuerySet[Dossier]:
    preavis = max(valeur.toutes("age_avertissement_1", "age_avertissement_2"))
    plus_grand = ajouter_mois(jour + timedelta(days=preavis), -min(valeur.toutes("limite_age")))
    choisis = _avec_debut(F("enfant__date_naissance"), regles.AGE_CLOTURE)
    # Indexed with the expected ones; a month end may bring a day more than a month back.
    bornes = {"enfant__naissance__lte": plus_grand + timedelta(days=3)}
    return choisis.filter(enfant__date_naissance__isnull=False, **bornes)


def _incomplets(jour: date, valeur: Valeurs) -> QuerySet[Dossier]:
    delai = min(valeur.toutes("pieces_rappel_1", "pieces_rappel_2"))
    choisis = _avec_debut(F("depose_le"), regles.PIECES_1)
    return choisis.filter(etat=cycle.INCOMPLET, depose_le__lte=jour - timedelta(days=delai))


def _validites(jour: date, valeur: Valeurs) -> Iterator[tuple[int, date]]:
    """(pending dossier, last day of one of its pieces) not written yet."""
    fenetre = (jour - OUBLI, jour + timedelta(days=max(valeur.toutes("piece_validite_preavis"))))
    finissantes = PieceJustificative.objects.filter(etat=EtatPiece.VUE, valide_jusqu_au__range=fenetre)
    for chemin in ("dossier", "famille__dossiers"):
        deja = Echeance.objects.filter(
            dossier=OuterRef(chemin), nature=regles.PIECE_VALIDITE, reference=OuterRef("valide_jusqu_au")
        )
        en_cours = finissantes.filter(~Exists(deja), **{f"{chemin}__etat__in": COURT}).order_by("pk")
        yield from en_cours.values_list(chemin, "valide_jusqu_au").iterator(LOT)


def _suspensions(jour: date) -> QuerySet[Dossier]:
    deja = Echeance.objects.filter(
        dossier=OuterRef("pk"), nature=regles.FIN_SUSPENSION, reference=OuterRef("suspendu_jusqu_au")
    )
    finies = Dossier.objects.filter(etat=cycle.SUSPENDU, suspendu_jusqu_au__lt=jour)
    return finies.filter(~Exists(deja)).order_by("pk")


def silences(jour: date, valeur: Valeurs) -> QuerySet[Dossier]:
    """Complete dossiers no séance has answered, old enough for an alert, their legal term not passed yet."""
    deja = Echeance.objects.filter(
        dossier=OuterRef("pk"), nature=regles.SILENCE, reference=OuterRef("complet_le")
    )
    alerte = min(valeur.toutes("silence_alerte"))
    # A month counts 31 days at most.
    terme = max(valeur.toutes("silence_mois")) * 31
    fenetre = (jour - timedelta(days=terme), jour - timedelta(days=alerte))
    sans_reponse = Dossier.objects.filter(etat=cycle.ACTIF, nb_passages=0, complet_le__range=fenetre)
    return sans_reponse.filter(~Exists(deja)).order_by("pk")


def reponses_dues(dossiers: QuerySet[Dossier]) -> QuerySet[Echeance]:
    """The alerts still true: a complete dossier, never examined, nearest legal term first."""
    return (
        Echeance.objects.filter(
            dossier__in=dossiers.filter(etat=cycle.ACTIF, nb_passages=0),
            nature=regles.SILENCE,
            reference=F("dossier__complet_le"),
            limite_le__isnull=False,
        )
        .select_related("dossier__enfant", "dossier__mairie", "dossier__famille")
        .order_by("limite_le", "pk")
    )
