"""Weeks A and B, variable needs, two contracts on one place: from the entry page to what comes back."""

import subprocess
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dossiers.forms.depuis_dossier import feuille_du_dossier
from dossiers.models import Besoin, Dossier, LigneListe
from dossiers.queries.recepisse import dossiers_du_recepisse, recepisse
from dossiers.queries.saisie import dossier_a_modifier
from dossiers.regles.besoin import compte_semaine, parts, texte_besoin
from dossiers.services.fusion import fusionner
from guichet.pdf import rendre_pdf
from structures.models import Structure
from tests import factories
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, grille, structure, tape
from tests.dossiers.test_fusion import ABSORBE, deux_dossiers

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]

ALTERNEE = {
    "regulier__rythme": "alternee",
    "regulier__semaine": ["0", "1"],
    "regulier__semaine_b": ["0", "8"],
    "regulier__hb0_debut": "06:30",
    "regulier__hb0_fin": "11:30",
}
VARIABLE = {
    "regulier__rythme": "variable",
    "regulier__semaine": ["0", "1", "2", "3", "4"],
    "regulier__nombre_min": "2",
    "regulier__nombre_max": "4",
    "regulier__planning_jours": "15",
}
SECOND = {
    "second": "1",
    "r2__lien": "parent",
    "r2__nom": "Quorvamond",
    "r2__prenom": "Ilan",
    "r2__adresse": "77 sente du Marqueur",
    "r2__telephone": "06 39 98 77 66",
    "r2__courriel": "ilan.marque@exemple.invalid",
    "r2__autorite_parentale": "on",
}


def texte_du_pdf(pdf: bytes) -> str:
    lu = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return lu.stdout.decode()


def un_besoin(client_de: ClientDe, structure: Structure, **mots: Any) -> Besoin:
    reponse = client_de("agent").post(NOUVEAU, tape(structure, **mots))
    assert reponse.status_code == 302, [str(f.message) for f in reponse.context["page"].fautes]
    return Besoin.objects.get()


def test_les_semaines_a_et_b_ont_chacune_leurs_demi_journees_et_leurs_heures(
    client_de: ClientDe, structure: Structure
) -> None:
    besoin = un_besoin(client_de, structure, **ALTERNEE)
    assert (besoin.demi_journees, besoin.demi_journees_b) == ([0, 1], [0, 8])
    assert besoin.horaires["0"] != besoin.horaires_b["0"] == ["06:30", "11:30"]
    assert set(besoin.horaires_b) == {"0", "8"}
    assert texte_besoin(besoin) == "semaine A\u00a0: lun, journée\u202f; semaine B\u00a0: lun, ven, matin"
    # Mean of both weeks: 4 h 30 + 5 h, then 5 h + 4 h 30.
    assert besoin.heures_semaine == Decimal("9.5")
    # The list's filters read the union, as the allocation does.
    assert LigneListe.objects.get().semaine == 0b100000011
    liste = reverse("dossiers:liste")
    client = client_de("coordination")
    for demi in ("lun_apm", "ven_matin"):
        page = client.get(liste, {"demi": demi}).content.decode()
        assert besoin.dossier.numero in page
        assert "semaine A" in page
        assert "semaine B" in page
    assert besoin.dossier.numero not in client.get(liste, {"demi": "mer_matin"}).content.decode()


def test_un_besoin_variable_dit_combien_et_quand_le_planning_est_connu(
    client_de: ClientDe, structure: Structure
) -> None:
    besoin = un_besoin(client_de, structure, **VARIABLE)
    mots = "variable, 2 à 4 demi-journées par semaine, planning connu 15\u00a0jours avant"
    assert texte_besoin(besoin).startswith(mots)
    # Three half-days of 4 h 40 on average, out of the five it may use.
    assert besoin.heures_semaine == Decimal("14.1")
    assert compte_semaine(besoin.demi_journees, besoin.demi_journees_b, besoin.nombre_max) == (4, 3)
    client = client_de("agent")
    fiche = client.get(reverse("dossiers:fiche", args=[besoin.dossier.numero])).content.decode()
    assert mots in fiche
    assert mots in client.get(reverse("dossiers:recepisse", args=[besoin.dossier.numero])).content.decode()
    assert "variable, 2 à 4 par sem." in client.get(reverse("dossiers:liste")).content.decode()


@pytest.mark.parametrize(
    ("mots", "champ", "message"),
    [
        ({**VARIABLE, "regulier__nombre_max": ""}, "nombre_max", "Dites combien"),
        ({**VARIABLE, "regulier__nombre_max": "1"}, "nombre_max", "inversez-les"),
        ({**VARIABLE, "regulier__nombre_max": "8"}, "nombre_max", "Cochez au moins 8"),
        ({**VARIABLE, "regulier__nombre_min": "beaucoup"}, "nombre_min", "Écrivez un nombre."),
        ({**VARIABLE, "regulier__planning_jours": ""}, "planning_jours", "Dites combien de jours"),
        ({**ALTERNEE, "regulier__semaine_b": []}, "semaine_b", "Cochez les demi-journées de la semaine B"),
        ({**ALTERNEE, "regulier__hb0_fin": "06:00"}, "matin_b_debut", "précède"),
        ({**ALTERNEE, "regulier__contrats": "semaines"}, "contrats", "demandent deux responsables"),
        ({**SECOND, "regulier__contrats": "demi_journees"}, "contrats", "Chaque contrat a sa part"),
        ({**SECOND, "regulier__contrats": "semaines"}, "contrats", "Chaque contrat a sa part"),
        (
            {**SECOND, **ALTERNEE, "r2__ecarte": "on", "regulier__contrats": "semaines"},
            "contrats",
            "ne tient pas de contrat",
        ),
    ],
)
def test_ce_qui_manque_est_dit_sur_son_champ_sans_rien_perdre(
    client_de: ClientDe, structure: Structure, mots: dict[str, Any], champ: str, message: str
) -> None:
    reponse = client_de("agent").post(NOUVEAU, tape(structure, **mots))
    assert reponse.status_code == 422
    fautes = {f.cible: f.message for f in reponse.context["page"].fautes}
    assert message in next(m for cible, m in fautes.items() if cible.startswith(f"id_regulier-{champ}"))
    assert reponse.context["page"].feuille.mot("e1-nom") == "Ferrand"
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    "rythme", [ALTERNEE, VARIABLE, {**ALTERNEE, **SECOND, "regulier__contrats": "semaines"}]
)
def test_un_besoin_relu_puis_enregistre_tel_quel_ne_change_pas(
    client_de: ClientDe, structure: Structure, rythme: dict[str, Any]
) -> None:
    agent = client_de("agent")
    agent.post(NOUVEAU, tape(structure, **rythme))
    avant = Besoin.objects.values().get()
    dossier = dossier_a_modifier(Dossier.objects.get().numero)
    feuille = feuille_du_dossier(dossier)
    envoi = {nom: feuille.mots(nom) for nom in feuille.noms()} | {"geste": ["enregistrer"]}
    assert agent.post(reverse("dossiers:modifier", args=[dossier.numero]), envoi).status_code == 302
    assert Besoin.objects.values().get() == avant


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("besoin_semaine_b", {"rythme": "alternee", "demi_journees_b": []}),
        ("besoin_semaine_b", {"rythme": "meme_semaine", "demi_journees_b": [3]}),
        ("besoin_variable", {"rythme": "variable"}),
        ("besoin_variable", {"rythme": "variable", "nombre_min": 3, "nombre_max": 2}),
        ("besoin_variable", {"rythme": "variable", "nombre_min": 1, "nombre_max": 4}),
        ("besoin_variable", {"planning_jours": 7}),
        ("besoin_contrats", {"titulaires": [1, 2]}),
        ("besoin_contrats", {"titulaires": [1, 1, 1]}),
        ("besoin_contrats", {"titulaires": [1, 2, 3]}),
        ("besoin_contrats", {"titulaires": [1, 2, 2], "titulaires_b": [1]}),
    ],
)
def test_la_base_refuse_un_besoin_qui_ne_se_tient_pas(contrainte: str, champs: dict[str, Any]) -> None:
    besoin = factories.creer_dossier(besoin={"demi_journees": [0, 1, 2]}).besoins.get()
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Besoin.objects.filter(pk=besoin.pk).update(**champs)
    bon = {"rythme": "variable", "nombre_min": 1, "nombre_max": 3, "titulaires": [1, 2, 1]}
    assert Besoin.objects.filter(pk=besoin.pk).update(**bon) == 1


def test_deux_contrats_se_partagent_la_place_sans_la_compter_deux_fois(
    client_de: ClientDe, structure: Structure
) -> None:
    besoin = un_besoin(
        client_de,
        structure,
        **SECOND,
        regulier__semaine=["0", "1", "4", "5"],
        regulier__contrats="demi_journees",
        regulier__second=["4", "5", "9"],
    )
    assert parts(besoin) == [(1, "", (0, 1)), (2, "", (4, 5))]
    assert besoin.titulaires == [1, 1, 2, 2]
    assert LigneListe.objects.get().semaine == 0b110011
    fiche = client_de("agent").get(reverse("dossiers:fiche", args=[besoin.dossier.numero])).content.decode()
    assert "Ilan Quorvamond\u00a0: mer, journée" in fiche


def test_chaque_responsable_a_son_recepisse_sans_rien_de_l_autre(
    client_de: ClientDe, structure: Structure
) -> None:
    besoin = un_besoin(
        client_de,
        structure,
        **SECOND,
        **ALTERNEE,
        regulier__contrats="semaines",
        r1__adresse="3 venelle Zynth",
    )
    agent, numero = client_de("agent"), besoin.dossier.numero
    siennes = {
        "1": ("06\u00a039\u00a098\u00a041\u00a007", "0639984107"),
        "2": ("06\u00a039\u00a098\u00a077\u00a066", "ilan.marque@exemple.invalid"),
    }
    un, deux = recepisse(dossiers_du_recepisse(besoin.dossier), le=factories.INSTANT.date()).exemplaires
    assert [r.pour.rang for r in (un, deux) if r.pour] == [1, 2]
    adresses = [r.adresse for r in besoin.dossier.famille.responsables.all()]
    for rang, autre in (("1", "2"), ("2", "1")):
        recu = recepisse(dossiers_du_recepisse(besoin.dossier), le=factories.INSTANT.date(), pour=rang)
        pdf = texte_du_pdf(rendre_pdf("pdf/recepisse.html", {"recu": recu, "code": "", "ville": "Essai"}))
        copie = agent.post(
            reverse("dossiers:recepisse_imprimer", args=[numero]), {"sortie": "copie", "pour": rang}
        )
        assert copie.headers["Content-Type"] == "application/pdf"
        for texte in (pdf, texte_du_pdf(copie.content)):
            plat = " ".join(texte.split())
            assert "".join(siennes[rang][0].split()) in "".join(texte.split())
            assert "Deux contrats sur cette place" in plat
            for mot in (*siennes[autre], *(a for a in adresses if a)):
                assert "".join(mot.split()) not in "".join(texte.split())
    page = agent.get(reverse("dossiers:recepisse", args=[numero])).content.decode()
    assert page.count("recu-intro") == 2


@pytest.mark.parametrize(("memes", "titulaires"), [(True, [1, 2]), (False, [])])
def test_une_fusion_ne_fait_pas_changer_un_contrat_de_mains(memes: bool, titulaires: list[int]) -> None:
    garde, absorbe, *_ = deux_dossiers(memes_parents=memes)
    absorbe.besoins.update(titulaires=[1, 2])
    fusionner(
        *(garde, absorbe),
        choix=ABSORBE,
        par=factories.creer_agent("coordination"),
        maintenant=factories.INSTANT,
    )
    assert garde.besoins.get().titulaires == titulaires


def test_un_contrat_tenu_ailleurs_garde_son_titulaire(client_de: ClientDe, structure: Structure) -> None:
    agent = client_de("agent")
    agent.post(NOUVEAU, tape(structure, **SECOND, **ALTERNEE, regulier__contrats="semaines"))
    aine = Dossier.objects.get()
    cadet = factories.creer_dossier(famille=aine.famille, mairie=aine.mairie)
    feuille = feuille_du_dossier(dossier_a_modifier(cadet.numero))
    envoi = {
        nom: feuille.mots(nom) for nom in feuille.noms() if not nom.startswith("r2-") and nom != "second"
    }
    reponse = agent.post(
        reverse("dossiers:modifier", args=[cadet.numero]), {**envoi, "geste": ["enregistrer"]}, follow=True
    )
    assert aine.famille.responsables.count() == 2
    assert aine.numero in reponse.content.decode()
