"""Random lives of random dossiers through the services: what the house promises holds after every step."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import Cotation, Dossier, Journal, LigneListe, MotifRefusPiece, PieceJustificative
from dossiers.regles import cycle
from dossiers.services.cycle import changer_etat
from dossiers.services.pieces import constater_piece, refuser_piece
from dossiers.services.renouvellement import renouveler_dossier
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from tests import factories
from tests.dossiers.scene import une_grille

ENFANTS, DOSSIERS = 2, 4
PIECES = {
    "identite": "acte de naissance",
    "domicile": "quittance de loyer",
    "autorite_parentale": "livret de famille",
}
DATES = {"suspendu": "suspendu_le", "clos": "clos_le", "admis": "admis_le"}
DossierEvent = apps.get_model("dossiers", "DossierEvent")

pas = st.tuples(
    st.integers(0, DOSSIERS - 1),
    st.one_of(
        st.tuples(st.just("etat"), st.sampled_from(sorted(cycle.ACTIONS)), st.integers(0, 8)),
        st.tuples(st.just("vue"), st.sampled_from(sorted(PIECES)), st.integers(0, 40)),
        st.tuples(st.just("refus"), st.sampled_from(sorted(PIECES)), st.sampled_from(MotifRefusPiece.values)),
        st.tuples(st.just("renouveler"), st.none(), st.none()),
    ),
    st.integers(0, 60),
)


class Monde:
    """Two children with two dossiers each, a clock that only goes on, and what was true before the step."""

    def __init__(self) -> None:
        une_grille()
        self.agent: Agent = factories.creer_agent("agent")
        self.maintenant: datetime = factories.INSTANT
        enfants = [factories.creer_enfant() for _ in range(ENFANTS)]
        self.dossiers = [
            factories.creer_dossier(enfant=enfants[n % ENFANTS], etat="incomplet" if n < ENFANTS else "clos")
            for n in range(DOSSIERS)
        ]
        self.prendre()

    def prendre(self) -> None:
        self.avant = {d.pk: d for d in Dossier.objects.all()}
        self.lignes, self.transitions = Journal.objects.count(), Journal.objects.filter(action="etat").count()
        self.evenements = list(DossierEvent.objects.order_by("pgh_id").values())

    def faire(self, numero: int, geste: tuple[str, Any, Any]) -> bool:
        """Whether the services accepted; a refusal writes nothing."""
        dossier = self.dossiers[numero]
        acteur: dict[str, Any] = {"par": self.agent, "maintenant": self.maintenant}
        try:
            with transaction.atomic():
                self._appeler(dossier, geste, acteur)
        except ErreurMetier:
            return False
        return True

    def _appeler(self, dossier: Dossier, geste: tuple[str, Any, Any], acteur: dict[str, Any]) -> None:
        quoi, objet, choix = geste
        if quoi == "etat":
            motifs = cycle.ACTIONS[objet].motifs
            changer_etat(dossier, objet, motif=motifs[choix % len(motifs)] if motifs else "", **acteur)
        elif quoi == "vue":
            vue_le = max(date(2026, 11, 1), acteur["maintenant"].date() - timedelta(choix))
            constater_piece(dossier, objet, equivalent=PIECES[objet], vue_le=vue_le, **acteur)
        elif quoi == "refus":
            refuser_piece(dossier, objet, motif=choix, **acteur)
        else:
            renouveler_dossier(dossier, **acteur)

    def verifier(self, accepte: bool) -> None:
        apres = {d.pk: d for d in Dossier.objects.all()}
        en_attente = {pk for pk, d in apres.items() if d.en_attente}
        enfants = [apres[pk].enfant_id for pk in en_attente]
        assert len(enfants) == len(set(enfants)), "un seul dossier en attente par enfant"
        assert set(LigneListe.objects.values_list("pk", flat=True)) == en_attente
        vivantes = Cotation.objects.filter(courante=True).values_list("dossier_id", flat=True)
        assert set(vivantes) <= en_attente
        for pk, dossier in apres.items():
            self._verifier_dossier(self.avant[pk], dossier, cote=pk in set(vivantes))
        changes = sum(self.avant[pk].etat != d.etat for pk, d in apres.items())
        transitions = Journal.objects.filter(action="etat").count() - self.transitions
        assert transitions >= changes
        assert (Journal.objects.count() > self.lignes) == accepte
        evenements = list(DossierEvent.objects.order_by("pgh_id").values())
        assert evenements[: len(self.evenements)] == self.evenements, "l’histoire ne se réécrit pas"
        assert accepte or evenements == self.evenements

    def _verifier_dossier(self, avant: Dossier, apres: Dossier, *, cote: bool) -> None:
        for etat, champ in DATES.items():
            porte = getattr(apres, champ) is not None
            assert porte == (apres.etat == etat) or apres.etat == "anonymise"
        assert (apres.complet_le is None) if apres.etat == "incomplet" else True
        assert (apres.complet_le is not None) if apres.etat in (*cycle.CLASSES, "admis") else True
        if apres.etat != avant.etat and apres.en_attente:
            assert cote, "un dossier qui revient sur la liste a ses points"
        if avant.complet_le and apres.complet_le:
            assert apres.complet_le == avant.complet_le, "l’ancienneté ne bouge pas"
        if avant.complet_garde_le and apres.complet_le:
            assert apres.complet_le == avant.complet_garde_le, "le jour gardé se retrouve"
        if avant.complet_le and apres.complet_le is None:
            refusees = PieceJustificative.objects.filter(etat="refusee").exists()
            rouvert = Journal.objects.filter(dossier=apres, objet="rouvrir").exists()
            assert refusees or rouvert, "l’ancienneté ne se perd que par la règle écrite"


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(vie=st.lists(pas, min_size=3, max_size=12))
def test_les_promesses_tiennent_a_chaque_pas(vie: list[tuple[int, tuple[str, Any, Any], int]]) -> None:
    with transaction.atomic():
        monde = Monde()
        for numero, geste, jours in vie:
            monde.maintenant += timedelta(days=jours)
            accepte = monde.faire(numero, geste)
            monde.verifier(accepte)
            monde.prendre()
        transaction.set_rollback(True)
