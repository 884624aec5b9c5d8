"""Points a person gives: bounded, signed, with a coded reason, scored and journaled at once."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from dossiers.models import Journal, LigneManuelle
from dossiers.queries.historique import phrase
from dossiers.services.lignes_manuelles import poser_ligne_manuelle, retirer_ligne_manuelle
from guichet.erreurs import ErreurMetier
from structures.models import Profil
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.cotation_type import courante, dossier_type, en_vigueur
from tests.factories import INSTANT

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def test_a_manual_line_is_bounded_signed_and_taken_back() -> None:
    en_vigueur()
    agent = factories.creer_agent("coordination")
    dossier = dossier_type()
    for points, motif, champ in ((45, "avis_pmi", "points"), (40, "ami", "motif")):
        with pytest.raises(ErreurMetier) as faute:
            poser_ligne_manuelle(
                dossier, critere="suivi", points=points, motif=motif, par=agent, maintenant=INSTANT
            )
        assert faute.value.champ == champ
    with pytest.raises(ErreurMetier) as faute:
        poser_ligne_manuelle(
            dossier, critere="residence", points=40, motif="avis_pmi", par=agent, maintenant=INSTANT
        )
    assert faute.value.champ == "critere"
    poser_ligne_manuelle(dossier, critere="suivi", points=40, motif="avis_pmi", par=agent, maintenant=INSTANT)
    ligne = next(x for x in courante(dossier).lignes if x["critere"] == "suivi")
    assert ligne["raison"] == f"Avis de la PMI, par {agent}"
    assert (ligne["points"], ligne["verifie"], ligne["protege"]) == (40, True, True)
    retirer_ligne_manuelle(dossier, critere="suivi", par=agent, maintenant=INSTANT)
    assert "suivi" not in {x["critere"] for x in courante(dossier).lignes}


def test_une_raison_s_ecrit_telle_quelle_dans_la_base() -> None:
    """Points go in by COPY, which gives a sense of its own to backslashes, tabs and line ends."""
    en_vigueur()
    agent = factories.creer_agent("coordination")
    agent.nom = 'O\\n\\"Brien"\t\\.\n\\N'
    agent.save(update_fields=["nom"])
    dossier = dossier_type()
    poser_ligne_manuelle(dossier, critere="suivi", points=40, motif="avis_pmi", par=agent, maintenant=INSTANT)
    ligne = next(x for x in courante(dossier).lignes if x["critere"] == "suivi")
    assert ligne["raison"] == f"Avis de la PMI, par {agent}"
    assert "\\" in ligne["raison"]


def test_un_dossier_hors_liste_ne_recoit_pas_de_points() -> None:
    en_vigueur()
    dossier = factories.creer_dossier(etat="clos", motif_cloture="perime", clos_le=INSTANT)
    with pytest.raises(ErreurMetier) as faute:
        poser_ligne_manuelle(
            dossier,
            critere="suivi",
            points=40,
            motif="avis_pmi",
            par=factories.creer_agent("coordination"),
            maintenant=INSTANT,
        )
    assert faute.value.code == "hors_liste"
    assert not LigneManuelle.objects.exists()


def test_la_coordination_donne_des_points_sur_la_page_puis_les_retire(client_de: Ouvrir) -> None:
    en_vigueur()
    dossier = dossier_type()
    poser_ligne_manuelle(
        dossier,
        critere="suivi",
        points=10,
        motif="avis_coordination",
        par=factories.creer_agent("coordination"),
        maintenant=INSTANT,
    )
    avant = courante(dossier).verifie
    client = client_de(Profil.COORDINATION)
    fiche = reverse("dossiers:fiche", args=[dossier.numero])
    donner = reverse("dossiers:points_donner", args=[dossier.numero])
    saisie = {"manuelle-critere": "suivi", "manuelle-points": "40", "manuelle-motif": "avis_pmi"}

    page = client.post(donner, saisie | {"manuelle-points": "45"})
    assert page.context["manuelle"].errors["points"] == [
        "«\u00a0Suivi médico-social\u00a0» se donne de 10 à 100, de 10 en 10, pas 45."
    ]
    assert 'value="45"' in page.content.decode()
    residence = client.post(donner, saisie | {"manuelle-critere": "residence"})
    assert list(residence.context["manuelle"].errors) == ["critere"]
    assert courante(dossier).verifie == avant

    client.post(donner, saisie)
    ligne = LigneManuelle.objects.get()
    assert (ligne.points, ligne.motif, ligne.auteur) == (40, "avis_pmi", client.agent)
    assert courante(dossier).verifie == avant + 30
    texte = client.get(fiche).content.decode()
    assert "Avis de la PMI" in texte
    assert client.agent.nom_court in texte
    retirer = reverse("dossiers:points_retirer", args=[dossier.numero, "suivi"])
    assert retirer in texte

    agent = client_de(Profil.AGENT, mairie=dossier.mairie).get(fiche).content.decode()
    assert "Donnés par une personne" in agent
    assert donner not in agent
    assert retirer not in agent
    direction = client_de(Profil.DIRECTION, structure=factories.creer_structure()).get(fiche).content.decode()
    assert "Donnés par une personne" not in direction

    client.post(retirer)
    client.post(retirer)
    assert courante(dossier).verifie == avant - 10
    journal = Journal.objects.filter(action="cotation", dossier=dossier, par=client.agent).order_by("pk")
    assert [phrase(une) for une in journal] == [
        "Points donnés par une personne\u202f: +40 (avis de la PMI)",
        "Points donnés par une personne, retirés\u202f: +40 (avis de la PMI)",
    ]
    assert all("suivi" not in str(une.details) + une.objet for une in journal)


def test_sans_critere_manuel_rien_ne_se_donne(client_de: Ouvrir) -> None:
    factories.creer_version_grille(publiee=True)
    dossier = dossier_type()
    client = client_de(Profil.COORDINATION)
    donner = reverse("dossiers:points_donner", args=[dossier.numero])
    assert client.post(donner, {}).status_code == 404
    assert donner not in client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
