"""A director’s home, the coordination’s queues, the week: to whom, at what cost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissions.queries import delais
from dossiers.models import (
    ActionJournal,
    Dossier,
    Journal,
    Lien,
    PieceJustificative,
    Repere,
)
from dossiers.queries.charge import charge_par_mairie
from dossiers.queries.direction import CHANGES, COMPLETS, NOUVEAUX, SORTIS, a_declarer, mouvements
from dossiers.queries.semaine import page_semaine
from dossiers.regles.semaine_calendaire import lire_semaine, semaine_de
from dossiers.services.cycle import changer_etat
from dossiers.services.repere import marquer_vu
from dossiers.services.urgence import demander_urgence
from guichet.acces import personne_de
from guichet.barres_svg import barres
from structures.models import Agent, Structure
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.pages import html, texte
from tests.factories import INSTANT, JOUR

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def une_ecriture(dossier: Dossier, action: str, *, le: datetime, **details: Any) -> None:
    Journal.objects.create(dossier=dossier, action=action, le=le, details=details)


class TestMouvements:
    @pytest.fixture
    def structure(self) -> Structure:
        return factories.creer_structure()

    def test_chaque_mouvement_dans_son_groupe_sans_les_proteges(self, structure: Structure) -> None:
        directrice = factories.creer_agent("direction", structure=structure)
        marquer_vu(directrice, jusqu_a=INSTANT, maintenant=INSTANT)
        apres = INSTANT + timedelta(hours=1)
        noms = ("Ancien", "Nouveau", "Complet", "Change", "Parti")
        d = {
            nom: factories.creer_dossier(enfant=factories.creer_enfant(nom=nom), voeux=[structure])
            for nom in noms
        }
        protege = factories.creer_dossier(famille=factories.creer_famille(protegee=True), voeux=[structure])
        ailleurs = factories.creer_dossier()
        une_ecriture(d["Ancien"], ActionJournal.DEPOT, le=INSTANT - timedelta(hours=1))
        for dossier in (d["Nouveau"], protege, ailleurs):
            une_ecriture(dossier, ActionJournal.DEPOT, le=apres)
        une_ecriture(d["Complet"], ActionJournal.ETAT, le=apres, de="incomplet", vers="actif")
        une_ecriture(d["Change"], ActionJournal.MODIFICATION, le=apres, parties=["besoin", "foyer"])
        une_ecriture(d["Ancien"], ActionJournal.MODIFICATION, le=apres, parties=["foyer"])
        changer_etat(d["Parti"], "clore", par=None, maintenant=apres, motif="demenagement")
        lus = mouvements(personne_de(directrice, JOUR), maintenant=apres)
        assert {g.titre: [m.enfant for m in g.lignes] for g in lus.groupes} == {
            NOUVEAUX: ["Lino Nouveau"],
            COMPLETS: ["Lino Complet"],
            CHANGES: ["Lino Change"],
            SORTIS: ["Lino Parti"],
        }
        assert all("déménagement" not in m.mots.lower() for g in lus.groupes for m in g.lignes)

    def test_qui_est_lie_a_la_famille_n_en_apprend_rien(
        self, structure: Structure, client_de: Ouvrir
    ) -> None:
        section = factories.creer_section(structure)
        client = client_de("direction", structure=structure)
        dossier = factories.creer_dossier(voeux=[structure], a_renouveler_le=timezone.localdate())
        factories.creer_urgence(section, dossier=dossier)
        une_ecriture(dossier, ActionJournal.DEPOT, le=timezone.now())
        routes = ("accueil", "dossiers:semaine", "dossiers:urgences")
        assert all(dossier.numero in html(client, route) for route in routes)
        Lien.objects.create(agent=client.agent, famille=dossier.famille, declare_le=INSTANT)
        assert not any(dossier.numero in html(client, route) for route in routes)

    def test_un_choix_retire_n_est_qu_un_nombre(self, structure: Structure, client_de: Ouvrir) -> None:
        client = client_de("direction", structure=structure)
        partant, protege = (
            factories.creer_dossier(famille=factories.creer_famille(protegee=protegee), voeux=[structure])
            for protegee in (False, True)
        )
        for dossier in (partant, protege):
            dossier.voeux.all().delete()
        page = texte(client)
        assert "1 famille a retiré votre structure de ses choix" in page
        assert partant.enfant.nom not in page

    def test_j_ai_vu_garde_ce_qui_est_venu_depuis(self, structure: Structure, client_de: Ouvrir) -> None:
        client = client_de("direction", structure=structure)
        dossier = factories.creer_dossier(voeux=[structure])
        une_ecriture(dossier, ActionJournal.DEPOT, le=timezone.now() - timedelta(minutes=5))
        assert "Depuis sept jours" in html(client)
        client.post(reverse("dossiers:vu"), {"jusqu_a": "pas une heure"})
        assert not Repere.objects.exists()
        vue = timezone.localtime() - timedelta(minutes=1)
        client.post(reverse("dossiers:vu"), {"jusqu_a": f"{vue:%Y-%m-%d %H:%M:%S}"})
        assert "Rien n’a bougé sur votre liste" in html(client)
        une_ecriture(dossier, ActionJournal.MODIFICATION, le=timezone.now(), parties=["choix"])
        assert CHANGES in html(client)

    def test_le_repere_ne_recule_ni_ne_devance(self) -> None:
        agent = factories.creer_agent()
        demain, hier = INSTANT + timedelta(days=1), INSTANT - timedelta(days=1)
        assert marquer_vu(agent, jusqu_a=demain, maintenant=INSTANT).vu_le == INSTANT
        assert marquer_vu(agent, jusqu_a=hier, maintenant=INSTANT).vu_le == INSTANT

    def test_les_places_a_declarer(self, structure: Structure) -> None:
        longue, courte, sans = (factories.creer_section(structure) for _ in range(3))
        factories.creer_capacite(longue)
        factories.creer_capacite(courte, fin=JOUR + timedelta(days=20))
        trouvees = a_declarer(frozenset({structure.pk}), le=JOUR)
        assert [(s.section, s.fin) for s in trouvees] == [(courte, JOUR + timedelta(days=20)), (sans, None)]


class TestCoordination:
    def test_les_delais_courent_du_jour_complet(self) -> None:
        attendus = {delais.RISQUE: [], delais.DEPASSES: []}
        for jours, vue in ((44, None), (45, delais.RISQUE), (60, delais.RISQUE), (63, delais.DEPASSES)):
            dossier = factories.creer_dossier(complet_le=JOUR - timedelta(days=jours))
            if vue:
                attendus[vue].insert(0, dossier.numero)
        factories.creer_dossier(etat="incomplet", depose_le=date(2026, 1, 1))
        factories.creer_dossier(etat="clos", complet_le=date(2026, 1, 1))
        assert delais.compter(le=JOUR) == {delais.RISQUE: 2, delais.DEPASSES: 1}
        qui = personne_de(factories.creer_agent("coordination"), JOUR)
        for vue, numeros in attendus.items():
            assert [ligne.dossier.numero for ligne in delais.page(qui, vue=vue).lignes] == numeros

    def test_les_demandes_sans_reponse_se_suivent_et_masquent(self, client_de: Ouvrir) -> None:
        protege = factories.creer_dossier(
            famille=factories.creer_famille(protegee=True), complet_le=date(2026, 1, 1)
        )
        for n in range(delais.PAR_PAGE):
            factories.creer_dossier(complet_le=date(2026, 2, 1) + timedelta(days=n))
        client = client_de("coordination")
        page = html(client, "commissions:delais", vue="depasses")
        assert protege.numero in page
        assert protege.enfant.nom not in page
        assert protege.mairie.nom not in page
        suivante = html(client, "commissions:delais", vue="depasses", apres="2026-02-24_1")
        assert suivante.count('scope="row"') == 2
        assert html(client, "commissions:delais", apres="n’importe quoi")

    def test_la_charge_ne_compte_aucun_protege(self) -> None:
        mairie = factories.creer_mairie(nom="Fauriel")
        factories.creer_dossier(mairie=mairie, depose_le=JOUR - timedelta(days=9), complet_le=JOUR)
        factories.creer_dossier(mairie=mairie, depose_le=JOUR - timedelta(days=4), complet_le=JOUR)
        factories.creer_dossier(mairie=mairie, etat="incomplet", depose_le=date(2026, 1, 1))
        factories.creer_dossier(
            mairie=mairie, a_renouveler_le=JOUR, depose_le=date(2025, 1, 1), complet_le=date(2025, 1, 2)
        )
        factories.creer_dossier(mairie=mairie, famille=factories.creer_famille(protegee=True))
        [c] = charge_par_mairie(maintenant=INSTANT, jour=JOUR)
        lus = (c.en_attente, c.incomplets, c.depots, c.renouveler, c.contacts)
        assert lus == (4, 1, 2, 1, 0)
        assert c.mediane in (6, 7)

    def test_le_graphique_a_ses_mots(self) -> None:
        dessin = barres("Titre", ("a", "b"), [("Un", (3, 1)), ("Deux", (0, 0))], unite="dossiers")
        assert "Un, 4 dossiers" in dessin.description
        assert dessin.barres[0].morceaux[1].x > dessin.barres[0].morceaux[0].x
        assert dessin.barres[1].total == 0
        assert barres("Vide", ("a",), [], unite="dossiers").description.startswith("Rien")


class TestSemaine:
    def test_une_semaine_s_ecrit_et_se_lit(self) -> None:
        semaine = semaine_de(JOUR)
        assert (semaine.code, semaine.lundi, semaine.dimanche) == ("2026-W48", JOUR, date(2026, 11, 29))
        assert lire_semaine("2026-W48") == semaine
        assert lire_semaine("2026-W53").suivante.code == "2027-W01"
        for faux in ("2027-W53", "2026-48", "9999-W01", "2026-W00", "x"):
            assert lire_semaine(faux) is None

    def test_ce_qui_bouge_et_ce_qui_echoit(self) -> None:
        mairie = factories.creer_mairie()
        qui = personne_de(factories.creer_agent("agent", mairie=mairie), JOUR)
        avant = JOUR - timedelta(days=3)
        siens = {"mairie": mairie, "depose_le": date(2026, 1, 5), "complet_le": date(2026, 1, 5)}
        depose = factories.creer_dossier(**{**siens, "depose_le": avant})
        factories.creer_dossier(depose_le=avant)
        echu = factories.creer_dossier(**siens, a_renouveler_le=JOUR)
        attendu = factories.creer_dossier(
            **siens, enfant=factories.creer_enfant(date_prevue_naissance=JOUR + timedelta(days=6))
        )
        quand = INSTANT - timedelta(days=3)
        changer_etat(
            factories.creer_dossier(**siens), "clore", par=None, maintenant=quand, motif="autre_mode"
        )
        protege = factories.creer_dossier(
            **siens, famille=factories.creer_famille(protegee=True, protegee_le=quand)
        )
        PieceJustificative.objects.create(
            famille=echu.famille, code="domicile", etat="vue", vue_le=avant, valide_jusqu_au=JOUR
        )
        page = page_semaine(qui, semaine_de(JOUR))
        lues = {r.titre: [ligne.numero for ligne in r.lignes] for r in (*page.bouge, *page.echoit) if r.total}
        assert lues == {
            "Demandes déposées": [depose.numero],
            "Demandes fermées, par motif": [""],
            "Dossiers nouvellement protégés": [protege.numero],
            "Demandes à confirmer": [echu.numero],
            "Naissances attendues": [attendu.numero],
            "Justificatifs qui ne seront plus valables": [echu.numero],
        }

    def test_chacun_a_sa_portee(self, client_de: Ouvrir) -> None:
        structure = factories.creer_structure()
        demain = timezone.localdate()
        sien, ailleurs = (
            factories.creer_dossier(voeux=voeux, a_renouveler_le=demain) for voeux in ([structure], [])
        )
        protege = factories.creer_dossier(
            voeux=[structure], famille=factories.creer_famille(protegee=True), a_renouveler_le=demain
        )
        direction = html(client_de("direction", structure=structure), "dossiers:semaine")
        assert sien.numero in direction
        coordination = html(client_de("coordination"), "dossiers:semaine")
        assert ailleurs.numero in coordination
        for page in (direction, coordination):
            assert protege.numero not in page
            assert protege.enfant.nom not in page
        assert ailleurs.numero not in direction
        assert "par motif" not in direction
        assert "écrivez-la ainsi" in html(client_de("coordination"), "dossiers:semaine", semaine="2026")


@pytest.mark.parametrize(
    ("profil", "route"),
    [
        *(("direction", "accueil"), ("coordination", "accueil"), ("coordination", "dossiers:semaine")),
        *(("agent", "dossiers:semaine"), ("direction", "dossiers:semaine")),
        *(("coordination", "dossiers:urgences"), ("coordination", "commissions:delais")),
    ],
)
def test_une_ligne_ou_dix_coutent_autant(profil: str, route: str, client_de: Ouvrir) -> None:
    section = factories.creer_section()
    client = client_de(profil, **({"structure": section.structure} if profil == "direction" else {}))
    agent: Agent = client.agent
    mairie = next((h.mairie for h in agent.habilitations.all() if h.mairie), None)
    hier = timezone.now() - timedelta(days=1)

    def remplir() -> None:
        dossier = factories.creer_dossier(
            voeux=[section.structure],
            mairie=mairie or factories.creer_mairie(),
            complet_le=timezone.localdate() - timedelta(days=50),
            a_renouveler_le=timezone.localdate(),
        )
        demander_urgence(
            dossier,
            section=section,
            demi_journees=[0],
            debut=timezone.localdate() + timedelta(days=1),
            motif="arrivee",
            par=agent,
            maintenant=hier,
        )
        une_ecriture(dossier, ActionJournal.DEPOT, le=hier)
        factories.creer_section(section.structure)
        PieceJustificative.objects.create(
            dossier=dossier, code="identite", etat="vue", vue_le=hier, valide_jusqu_au=timezone.localdate()
        )
        factories.creer_vue(agent)

    comptes = []
    for fois in (1, 3):
        for _ in range(fois):
            remplir()
        html(client, route)
        with CaptureQueriesContext(connection) as requetes:
            html(client, route)
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1], comptes
