"""Urgent admissions a director asks and the coordination answers: to whom, how long, for which reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import (
    Admission,
    DemandeUrgence,
    EtatUrgence,
    Journal,
)
from dossiers.services.urgence import repondre_urgence
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.pages import html
from tests.factories import INSTANT, JOUR

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


class TestUrgence:
    def demander(self, **champs: Any) -> DemandeUrgence:
        return factories.creer_urgence(champs.pop("section", None) or factories.creer_section(), **champs)

    def test_elle_dure_le_temps_vote_et_s_attend_jusqu_a_18_h_un_jour_ouvre(self) -> None:
        vendredi = datetime(2026, 11, 20, 9, tzinfo=UTC)
        demande = self.demander(maintenant=vendredi)
        assert demande.fin == date(2027, 2, 23)
        assert timezone.localtime(demande.repondre_avant_le).isoformat() == "2026-11-23T18:00:00+01:00"

    @pytest.mark.parametrize(
        ("champs", "code", "champ"),
        [
            ({"motif": "sante"}, "motif_inconnu", "motif"),
            ({"debut": JOUR - timedelta(days=1)}, "dates", "debut"),
            ({"fin": JOUR}, "dates", "fin"),
            ({"fin": date(2027, 3, 24)}, "trop_long", "fin"),
        ],
    )
    def test_ce_qui_ne_se_demande_pas(self, champs: dict[str, Any], code: str, champ: str) -> None:
        with pytest.raises(ErreurMetier) as refus:
            self.demander(**champs)
        assert (refus.value.code, refus.value.champ) == (code, champ)
        assert not DemandeUrgence.objects.exists()

    def test_ni_hors_des_choix_ni_hors_de_la_liste_ni_deux_fois(self) -> None:
        demande = self.demander()
        for dossier, code in (
            (demande.dossier, "deja_demandee"),
            (factories.creer_dossier(), "hors_choix"),
            (factories.creer_dossier(etat="clos", voeux=[demande.structure]), "hors_liste"),
        ):
            with pytest.raises(ErreurMetier) as refus:
                self.demander(section=demande.section, dossier=dossier)
            assert refus.value.code == code

    def test_une_reponse_a_un_motif_de_son_sens_et_ne_se_donne_qu_une_fois(self) -> None:
        demande, par = self.demander(), factories.creer_agent("coordination")
        with pytest.raises(ErreurMetier):
            repondre_urgence(demande, accord=True, motif="pas_de_place", par=par, maintenant=INSTANT)
        repondue = repondre_urgence(demande, accord=True, motif="place_libre", par=par, maintenant=INSTANT)
        assert (repondue.etat, repondue.repondue_par) == (EtatUrgence.ACCORDEE, par)
        with pytest.raises(ErreurMetier) as refus:
            repondre_urgence(demande, accord=False, motif="pas_de_place", par=par, maintenant=INSTANT)
        assert refus.value.code == "deja_repondue"
        assert not Admission.objects.exists()
        lignes = Journal.objects.filter(dossier=demande.dossier).order_by("pk")
        assert [(ligne.objet, ligne.motif) for ligne in lignes] == [
            ("demandee", "arrivee"),
            ("accordee", "place_libre"),
        ]

    def test_la_base_refuse_une_reponse_sans_motif(self) -> None:
        demande = self.demander()
        with pytest.raises(IntegrityError, match="urgence_repondue_motivee"), transaction.atomic():
            DemandeUrgence.objects.filter(pk=demande.pk).update(etat="refusee", repondue_le=INSTANT)

    def test_une_direction_la_demande_depuis_son_dossier(self, client_de: Ouvrir) -> None:
        section, ailleurs = factories.creer_section(), factories.creer_section()
        dossier = factories.creer_dossier(voeux=[section.structure, ailleurs.structure])
        client = client_de("direction", structure=section.structure)
        assert "Demander une admission en urgence" in html(client, "dossiers:fiche", dossier.numero)
        adresse = reverse("dossiers:urgence_nouvelle", args=[dossier.numero])
        page = client.get(adresse).content.decode()
        assert section.structure.nom in page
        assert ailleurs.structure.nom not in page
        donnees = {
            "section": section.pk,
            "motif": "arrivee",
            "debut": (timezone.localdate() + timedelta(days=2)).isoformat(),
            "demi_journees": ["0", "1"],
        }
        faute = client.post(adresse, {**donnees, "section": ailleurs.pk})
        assert faute.status_code == 200
        assert client.post(adresse, donnees).status_code == 302
        demande = DemandeUrgence.objects.get()
        assert (demande.demandee_par, demande.demi_journees) == (client.agent, [0, 1])
        assert dossier.enfant.nom in html(client, "dossiers:urgences")
        assert dossier.enfant.nom in html(client)

    def test_ni_une_autre_direction_ni_un_dossier_masque(self, client_de: Ouvrir) -> None:
        demande = self.demander()
        autre = client_de("direction", structure=factories.creer_section().structure)
        adresse = reverse("dossiers:urgence_nouvelle", args=[demande.dossier.numero])
        assert autre.get(adresse).status_code == 404
        assert demande.dossier.enfant.nom not in html(autre, "dossiers:urgences")
        assert "Admission en urgence" not in html(autre, "dossiers:fiche", demande.dossier.numero)

    def test_protegee_elle_se_repond_apres_une_raison(self, client_de: Ouvrir) -> None:
        section = factories.creer_section()
        dossier = factories.creer_dossier(
            famille=factories.creer_famille(protegee=True), voeux=[section.structure]
        )
        demande = self.demander(section=section, dossier=dossier)
        coordination = client_de("coordination")
        page = html(coordination, "dossiers:urgences")
        for cache in (dossier.enfant.nom, section.structure.nom, demande.get_motif_display()):
            assert cache not in page
        assert dossier.numero in page
        reponse = coordination.get(reverse("dossiers:urgence", args=[demande.pk]))
        assert reponse.headers["Location"] == reverse("dossiers:fiche", args=[dossier.numero])
        direction = client_de("direction", structure=section.structure)
        for route in ("dossiers:urgences", "accueil"):
            assert dossier.numero not in html(direction, route)
        assert dossier.enfant.nom in html(client_de("agent", mairie=dossier.mairie), "dossiers:urgences")

    def test_la_coordination_repond_et_la_frise_le_dit(self, client_de: Ouvrir) -> None:
        demande, client = self.demander(), client_de("coordination")
        assert "1</strong><span>urgences à répondre" in html(client)
        adresse = reverse("dossiers:urgence", args=[demande.pk])
        assert (
            "Choisissez un motif"
            in client.post(adresse, {"reponse": "accord", "motif": "peut_attendre"}).content.decode()
        )
        assert client.post(adresse, {"reponse": "refus", "motif": "peut_attendre"}).status_code == 302
        assert "La prochaine commission peut répondre" in html(client, "dossiers:urgences")
        histoire = html(client, "dossiers:fiche", demande.dossier.numero).partition("Historique")[2]
        assert "Admission en urgence refusée par la coordination (la prochaine commission" in histoire
        assert "Admission en urgence demandée (la famille vient d’arriver)" in histoire
