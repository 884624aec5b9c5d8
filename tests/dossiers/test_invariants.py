"""Random lives of random dossiers through the services: what the house promises holds after every step."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dossiers.models import (
    Admission,
    Cotation,
    Courrier,
    Dossier,
    Famille,
    Fusion,
    Journal,
    LigneListe,
    Occupation,
    PieceJustificative,
)
from dossiers.regles import cycle
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.dossiers.vies import GESTES, Monde

DATES = {"suspendu": "suspendu_le", "clos": "clos_le", "admis": "admis_le"}
DossierEvent = apps.get_model("dossiers", "DossierEvent")
# What a gesture may move that no other may.
REUNIONS = ("fusionner", "défaire", "fusionner puis défaire")
SUIVIS = (*("Dossier", "Famille", "Responsable", "Enfant", "Besoin", "Voeu", "PieceJustificative"),)
SUIVIS = (*SUIVIS, "Admission", "DemandeUrgence", "Fusion")

Pas = tuple[int, str, int, int]
pas = st.tuples(
    st.integers(0, 6), st.sampled_from(sorted(GESTES)), st.integers(0, 40), st.sampled_from((0, 0, 1, 9, 60))
)

# Lives that chance would rarely find: each gesture, then what undoes it or comes after it.
SUITES: list[list[Pas]] = [
    [(0, "état", 0, 0), (0, "état", 1, 0), (0, "état", 2, 1), (0, "état", 3, 1), (1, "nuit", 0, 9)],
    [(4, "état", 4, 0), (4, "nuit", 0, 9), (4, "état", 5, 1), (4, "état", 6, 1), (4, "état", 7, 60)],
    [
        *((2, "pièce vue", n, 0) for n in range(3)),
        *((2, "pièce refusée", 0, 1), (2, "pièce vue", 0, 9), (2, "pièce redemandée", 0, 1)),
        *((2, "pièce vue", 0, 1), (2, "renouveler", 0, 60), (2, "nuit", 0, 60), (2, "nuit", 0, 60)),
    ],
    [(2, "urgence", 0, 0), (4, "fusionner", 2, 1), (4, "réponse à l’urgence", 1, 0), (4, "défaire", 0, 1)],
    [
        *((4, "urgence", 0, 0), (4, "réponse à l’urgence", 0, 1), (4, "fusionner", 2, 1)),
        *((4, "nuit", 0, 1), (4, "contact, note, situation", 1, 0), (4, "défaire", 0, 1)),
        (4, "fusionner puis défaire", 2, 1),
    ],
    [
        *((4, "modifier", 4, 0), (4, "fusionner", 2, 0), (2, "modifier", 3, 0), (4, "défaire", 0, 1)),
        *((4, "protection", 0, 1), (4, "protection", 1, 0), (4, "protection", 2, 1)),
    ],
    [(0, "modifier", 0, 0), (0, "naissance", 3, 60), (1, "état", 7, 9), (0, "état", 2, 1)],
    [(1, "naissance", 0, 60), (0, "état", 2, 1), (0, "nuit", 0, 60), (1, "nuit", 0, 60)],
    [(5, "départ", 9, 0), (5, "départ annulé", 0, 1), (5, "départ", 9, 1), (5, "nuit", 0, 60)],
    [(6, "départ", 1, 0), (6, "nuit", 0, 1), (6, "départ annulé", 1, 1), (6, "jours changés", 9, 1)],
    [(6, "départ", 3, 0), (6, "départ annulé", 3, 1), (6, "mutation ou complément", 9, 1)],
    [(5, "mutation ou complément", 9, 0), (5, "jours changés", 5, 60), (5, "nuit", 0, 60)],
]


class Temoin:
    """What was true before the step, and what must still be after it."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde
        self.depart = dict(Dossier.objects.values_list("pk", "etat"))
        self.prendre()

    def prendre(self) -> None:
        self.avant = {d.pk: d for d in Dossier.objects.all()}
        self.lignes = Journal.objects.count()
        self.courriers = Courrier.objects.count()
        self.proteges = set(Famille.objects.filter(protegee=True).values_list("pk", flat=True))
        self.evenements = list(DossierEvent.objects.order_by("pgh_id").values())

    def faire(self, numero: int, geste: str, n: int) -> bool:
        """Whether the services accepted; a refusal writes nothing."""
        dossier = Dossier.objects.get(pk=self.monde.dossiers[numero].pk)
        try:
            with transaction.atomic():
                GESTES[geste](self.monde, dossier, n)
        except ErreurMetier:
            return False
        return True

    def verifier(self, geste: str, accepte: bool) -> None:
        self.apres = {d.pk: d for d in Dossier.objects.all()}
        self._liste()
        self._histoire(geste, accepte)
        for pk, dossier in self.apres.items():
            self._dossier(self.avant[pk], dossier, geste)
        self._foyers(geste)
        self._places()
        self._points()

    def _liste(self) -> None:
        en_attente = {pk for pk, d in self.apres.items() if d.en_attente}
        enfants = [self.apres[pk].enfant_id for pk in en_attente]
        assert len(enfants) == len(set(enfants)), "un seul dossier en attente par enfant"
        assert set(LigneListe.objects.values_list("pk", flat=True)) == en_attente
        vivantes = Cotation.objects.filter(courante=True).values_list("dossier_id", flat=True)
        assert set(vivantes) == en_attente, "des points vivants tant qu’il est sur la liste"

    def _histoire(self, geste: str, accepte: bool) -> None:
        assert accepte or Journal.objects.count() == self.lignes, "un refus n’écrit rien"
        # A night with nothing to do says nothing.
        assert not accepte or Journal.objects.count() > self.lignes or geste == "nuit"
        evenements = list(DossierEvent.objects.order_by("pgh_id").values())
        assert evenements[: len(self.evenements)] == self.evenements, "l’histoire ne se réécrit pas"
        assert accepte or evenements == self.evenements
        for pk, etat in self.depart.items():
            for ligne in Journal.objects.filter(dossier=pk, action="etat").order_by("pk"):
                assert ligne.details["de"] == etat, "chaque changement d’état a sa ligne"
                etat = ligne.details["vers"]
            assert self.apres[pk].etat == etat, "le journal seul redit l’état"

    def _dossier(self, avant: Dossier, apres: Dossier, geste: str) -> None:
        for etat, champ in DATES.items():
            assert (getattr(apres, champ) is not None) == (apres.etat == etat)
        assert (apres.complet_le is None) if apres.etat == "incomplet" else True
        assert (apres.complet_le is not None) if apres.etat in (*cycle.CLASSES, "admis") else True
        assert apres.version >= avant.version
        self._anciennete(avant, apres, geste)

    def _anciennete(self, avant: Dossier, apres: Dossier, geste: str) -> None:
        if geste == "défaire":
            return
        if avant.complet_le and apres.complet_le:
            assert apres.complet_le <= avant.complet_le, "l’ancienneté ne recule pas"
            assert apres.complet_le == avant.complet_le or geste in REUNIONS
        if avant.complet_garde_le and apres.complet_le:
            assert apres.complet_le <= avant.complet_garde_le, "le jour gardé se retrouve"
        if avant.complet_le and apres.complet_le is None:
            refusees = PieceJustificative.objects.filter(etat="refusee").exists()
            rouvert = Journal.objects.filter(dossier=apres, objet="rouvrir").exists()
            assert refusees or rouvert or apres.complet_garde_le, "elle ne se perd que par la règle écrite"

    def _foyers(self, geste: str) -> None:
        proteges = set(Famille.objects.filter(protegee=True).values_list("pk", flat=True))
        assert proteges >= self.proteges or geste in ("protection", "défaire"), "aucune protection ne baisse"
        nouveaux = Courrier.objects.order_by("-pk")[: Courrier.objects.count() - self.courriers]
        assert not [c for c in nouveaux if c.responsable and c.responsable.ecarte], "un écarté n’apprend rien"
        for fusion in Fusion.objects.filter(defaite_le=None):
            absorbe = self.apres[fusion.absorbe_id]
            assert (absorbe.etat, absorbe.motif_cloture) == ("clos", "doublon")

    def _places(self) -> None:
        """Who is in a section on a day is who has a contract that day, whatever was cut or moved."""
        jour = self.monde.jour
        contrats = Admission.objects.filter(periode__contains=jour).values_list("pk", flat=True)
        occupants = Occupation.objects.filter(periode__contains=jour).values_list("admission", flat=True)
        assert sorted(contrats) == sorted(occupants)

    def _points(self) -> None:
        with transaction.atomic():
            assert self.monde.recoter() == 0, "recomptés, les points sont ceux qu’ils étaient"
            transaction.set_rollback(True)

    def relire_l_histoire(self) -> None:
        """The last line of history of every row is the row."""
        for nom in SUIVIS:
            evenements = apps.get_model("dossiers", f"{nom}Event")
            champs = [c.attname for c in evenements._meta.concrete_fields if not c.name.startswith("pgh_")]
            derniers = evenements.objects.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
            dits = {e.pop("pgh_obj_id"): e for e in derniers.values("pgh_obj_id", *champs)}
            for ligne in apps.get_model("dossiers", nom).objects.values(*champs):
                assert dits[ligne["id"]] == ligne, nom


def jouer(monde: Monde, vie: list[Pas], comptes: Counter[str]) -> None:
    monde.maintenant = factories.INSTANT
    with transaction.atomic():
        temoin = Temoin(monde)
        for numero, geste, n, jours in vie:
            temoin.monde.attendre(jours)
            temoin.prendre()
            accepte = temoin.faire(numero, geste, n)
            comptes[geste] += accepte
            temoin.verifier(geste, accepte)
        temoin.relire_l_histoire()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_les_promesses_tiennent_a_chaque_pas() -> None:
    monde, comptes = Monde(), Counter[str]()

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        # A life takes a second: making a failing one shorter would take minutes.
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(vie=st.lists(pas, min_size=4, max_size=14))
    def vivre(vie: list[Pas]) -> None:
        jouer(monde, vie, comptes)

    for vie in SUITES:
        jouer(monde, vie, comptes)
    vivre()
    jamais = sorted(set(GESTES) - set(+comptes))
    assert not jamais, f"gestes jamais acceptés, que rien n’éprouve : {', '.join(jamais)} ; {comptes}"
