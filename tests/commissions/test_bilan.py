"""The bilan: each figure with its definition, small groups masked; the hand-over file."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from commissions.queries.bilan import bilan_de
from commissions.regles import bilan as regles
from commissions.services.reponses import accepter_offre, decliner_offre
from dossiers.models import DemandeUrgence, Famille, Journal
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.commissions.offres import apres, offre_envoyee, seance_validee


def test_un_petit_groupe_ne_se_retrouve_pas_par_soustraction() -> None:
    demandes = {"Bellevue": 9, "Tarentaize": 6, "Côte-Chaude": 2}
    admis = {"Bellevue": 3, "Tarentaize": 2, "Côte-Chaude": 1}
    lignes = regles.par_groupe(admis, demandes, autres="Autres quartiers")
    assert lignes == [("Bellevue", 3, 9), ("Autres quartiers", 3, 8)]
    assert regles.par_groupe({}, {"A": 2}, autres="Autres") == []
    assert regles.par_groupe({"A": 1}, {"A": 5}, autres="Autres") == [("A", 1, 5)]


def test_les_demi_journees_vides() -> None:
    assert regles.demi_journees_vides({1: [2, 2], 2: [1, 0]}, {1: [2, 1]}) == (2, 5)
    assert regles.part(1, 3) == "1 (33\u00a0%)"
    assert regles.part(0, 0) == "0"


@pytest.fixture
def monde(db: None) -> Monde:
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    factories.creer_capacite(cree.bebes, places=[5] * 10)
    return cree


def seance_repondue(monde: Monde, **champs: Any) -> Any:
    dossiers = [monde.dossier(100 - n, voeux=[monde.creche, monde.autre], **champs) for n in range(6)]
    seance = seance_validee(monde, dict.fromkeys(dossiers[:3], "admis"), places={monde.bebes: 4})
    par = monde.coordination
    accepter_offre(offre_envoyee(monde, dossiers[0]), par=par, maintenant=apres(1))
    accepter_offre(offre_envoyee(monde, dossiers[1]), par=par, maintenant=apres(1))
    decliner_offre(offre_envoyee(monde, dossiers[2]), motif="cout", par=par, maintenant=apres(1))
    return seance


def test_chaque_chiffre_porte_sa_definition(monde: Monde) -> None:
    bilan = bilan_de(seance_repondue(monde))
    chiffres = {c.libelle: c.valeur for c in bilan.chiffres}
    assert chiffres["Enfants examinés"] == "6"
    assert chiffres["Enfants admis"] == "3 (50\u00a0%)"
    assert (chiffres["Places acceptées"], chiffres["Désistements"]) == ("2", "1")
    assert chiffres["Demi-journées vides"] == "10 sur 40"
    assert all(c.definition for c in bilan.chiffres)
    tableaux = {t.titre: t for t in bilan.tableaux}
    assert all(t.definition for t in bilan.tableaux)
    assert tableaux["Rang du choix obtenu"].lignes == (("Choix\u00a01", "3 (100\u00a0%)"),)
    assert tableaux["Pourquoi des familles déclinent"].lignes == (("Le coût", "1"),)


def test_le_bilan_dit_aussi_quartiers_foyers_departs_et_urgences(monde: Monde) -> None:
    parti = {"fin": date(2027, 7, 9), "depart_le": date(2027, 7, 9), "depart_constate_le": GEL}
    factories.creer_admission(monde.bebes, motif_depart="ecole", **parti)
    urgence = factories.creer_urgence(monde.bebes)
    seance = seance_repondue(monde, quartier=factories.creer_quartier(nom="Bellevue"))
    accordee = {"etat": "accordee", "repondue_le": GEL, "motif_reponse": "place_libre"}
    DemandeUrgence.objects.filter(pk=urgence.pk).update(**accordee)
    Famille.objects.update(situation="couple")
    bilan = bilan_de(seance)
    assert {c.libelle: c.valeur for c in bilan.chiffres}["Admissions en urgence"] == "1"
    lignes = {t.titre: t.lignes for t in bilan.tableaux}
    assert lignes["Par quartier"] == (("Bellevue", "6", "3 (50\u00a0%)"),)
    assert lignes["Par situation du foyer"] == (("En couple", "6", "3 (50\u00a0%)"),)
    assert lignes["Départs et leurs motifs"] == (("Entrée à l’école", "1"),)
    Famille.objects.filter(pk=monde.suite[0].famille_id).update(situation="isole")
    foyers = next(t for t in bilan_de(seance).tableaux if t.titre == "Par situation du foyer")
    assert foyers.lignes == (("Autres situations", "6", "3 (50\u00a0%)"),)


def test_le_bilan_tient_en_deux_pages(monde: Monde, client_de: Callable[..., Any]) -> None:
    seance = seance_repondue(monde)
    page = client_de(monde.coordination)
    assert "Ce qui est compté" in page.get(reverse("commissions:bilan", args=[seance.pk])).content.decode()
    pdf = page.get(reverse("commissions:bilan_pdf", args=[seance.pk])).content
    with pikepdf.open(io.BytesIO(pdf)) as lu:
        assert len(lu.pages) <= 2
        assert lu.Root.MarkInfo.Marked


def test_les_admis_passent_au_logiciel_des_creches(monde: Monde, client_de: Callable[..., Any]) -> None:
    seance = seance_repondue(monde)
    page = client_de(monde.coordination)
    brut = page.post(reverse("commissions:admis", args=[seance.pk, "json"])).content
    admis = json.loads(brut)["admis"]
    assert [a["structure"] for a in admis] == ["calin", "calin"]
    assert admis[0]["debut"] == "2027-09-08"
    contenu = page.post(reverse("commissions:admis", args=[seance.pk, "csv"])).content.decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(contenu), delimiter=";"))
    assert [ligne["dossier"] for ligne in lignes] == [a["dossier"] for a in admis]
    assert lignes[0]["demi_journees"].startswith("lun_matin lun_apm")
    assert Journal.objects.filter(action="export", details__format="csv").count() == 1


def test_un_admis_protege_passe_sans_identite(monde: Monde, client_de: Callable[..., Any]) -> None:
    seance = seance_repondue(monde)
    dossier = monde.suite[0]
    dossier.famille.protegee, dossier.famille.protegee_le = True, apres(2)
    dossier.famille.save()
    page = client_de(monde.coordination)
    brut = page.post(reverse("commissions:admis", args=[seance.pk, "json"])).content.decode()
    assert dossier.enfant.nom not in brut
    premier = json.loads(brut)["admis"][0]
    assert (premier["nom"], premier["structure"], premier["telephone"]) == ("", "", "")
