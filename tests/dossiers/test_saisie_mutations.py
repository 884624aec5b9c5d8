"""« Enfants présents », and the entry page opened for a child already received."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Admission, Dossier, Enfant, Famille
from structures.models import Structure
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, envoi_de, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]
PRESENTS = "/enfants-presents/"


@pytest.fixture
def agent(client_de: ClientDe, grille: None) -> ClientStrict:
    return client_de("agent")


@pytest.fixture
def place(agent: ClientStrict, structure: Structure) -> Admission:
    """Lino's dossier, saved at this counter, then admitted Monday and Tuesday."""
    agent.post(NOUVEAU, tape(structure, foyer__quotient_familial="380", piece__ressources="on"))
    dossier = Dossier.objects.get()
    Dossier.objects.update(etat="admis", admis_le=factories.INSTANT)
    jour = timezone.localdate()
    return factories.creer_admission(
        structure.sections.get(),
        enfant=dossier.enfant,
        dossier=dossier,
        demi_journees=[0, 1, 2, 3],
        debut=jour - timedelta(days=30),
        fin=jour + timedelta(days=600),
    )


def page(agent: ClientStrict, place: Admission, nature: str) -> Any:
    reponse = agent.get(NOUVEAU, {nature: place.pk})
    assert reponse.status_code == 200
    return reponse


def suite(reponse: Any, **champs: Any) -> dict[str, Any]:
    entree = timezone.localdate() + timedelta(days=90)
    return envoi_de(reponse) | {"regulier-entree_le": [entree.isoformat()]} | champs


def test_un_foyer_sans_dossier_garde_ses_adultes(agent: ClientStrict, place: Admission) -> None:
    sans = factories.creer_enfant()
    adulte = sans.famille.responsables.get()
    venu_d_un_fichier = factories.creer_admission(place.section, enfant=sans)
    envoi = suite(page(agent, venu_d_un_fichier, "mutation"))
    assert envoi["r1-nom"] == [adulte.nom]
    ailleurs = factories.creer_structure()
    assert agent.post(NOUVEAU, envoi | {"voeux": [str(ailleurs.pk)]}).status_code == 302
    assert sans.famille.responsables.get().nom == adulte.nom


def test_une_mutation_reprend_tout_et_garde_la_place(agent: ClientStrict, place: Admission) -> None:
    vue = page(agent, place, "mutation")
    texte = vue.content.decode()
    assert "Demander une mutation" in texte
    assert "garde sa place" in texte
    assert f'<option value="{place.section.structure.nom}' not in texte
    envoi = suite(vue)
    assert (envoi["r1-nom"], envoi["foyer-quotient_familial"]) == (["Ferrand"], ["380"])
    assert envoi["piece-identite"] == envoi["piece-ressources"] == ["on"]
    assert (envoi["regulier-semaine"], envoi["solution"]) == (["0", "1", "2", "3"], ["autre_creche"])
    assert "voeux" not in envoi
    refus = agent.post(NOUVEAU, envoi | {"voeux": [str(place.section.structure_id)]})
    assert refus.status_code == 422
    assert "L’enfant est déjà à Câlin-Doudou" in refus.content.decode()
    ailleurs = factories.creer_structure()
    assert agent.post(reverse("dossiers:saisie_suivi"), envoi).context["vivant"].ressemblants == []
    assert agent.post(NOUVEAU, envoi | {"voeux": [str(ailleurs.pk)]}).status_code == 302
    mutation = Dossier.objects.latest("pk")
    assert (mutation.nature, mutation.admission_actuelle, mutation.etat) == ("mutation", place, "actif")
    assert Enfant.objects.count() == 1
    fiche = agent.get(reverse("dossiers:fiche", args=[mutation.numero])).content.decode()
    assert "Place actuelle" in fiche
    assert "Mutation" in agent.get(reverse("dossiers:recepisse", args=[mutation.numero])).content.decode()
    modifier = reverse("dossiers:modifier", args=[mutation.numero])
    vers_la_sienne = envoi_de(agent.get(modifier)) | {"voeux": [str(place.section.structure_id)]}
    assert "déjà à Câlin-Doudou" in agent.post(modifier, vers_la_sienne).content.decode()
    deja = agent.get(NOUVEAU, {"complement": place.pk}, follow=True)
    assert deja.redirect_chain[0][0] == reverse("dossiers:fiche", args=[mutation.numero])
    assert "Une mutation est déjà demandée" in deja.content.decode()
    encore = agent.post(NOUVEAU, envoi | {"voeux": [str(ailleurs.pk)], "jeton": ["b" * 32]})
    assert encore.status_code == 422
    assert f"dossier {mutation.numero}" in encore.content.decode()


def test_un_complement_ne_demande_que_ce_qui_manque_sur_place(agent: ClientStrict, place: Admission) -> None:
    vue = page(agent, place, "complement")
    assert "Un complément de jours se demande dans la structure de l’enfant" in vue.content.decode()
    envoi = suite(vue)
    assert (envoi["voeux"], envoi.get("regulier-semaine")) == ([str(place.section.structure_id)], None)
    refus = agent.post(NOUVEAU, envoi | {"regulier-semaine": ["3", "4"]})
    assert refus.status_code == 422
    assert "déjà accueilli" in str(refus.context["page"].besoins["regulier"].errors["semaine"])
    hier = (timezone.localdate() - timedelta(days=1)).isoformat()
    refus = agent.post(NOUVEAU, envoi | {"regulier-semaine": ["4"], "regulier-entree_le": [hier]})
    assert "choisissez un jour à venir" in str(refus.context["page"].besoins["regulier"].errors["entree_le"])
    ailleurs = envoi | {"regulier-semaine": ["4"], "voeux": [str(factories.creer_structure().pk)]}
    assert "seulement" in agent.post(NOUVEAU, ailleurs).content.decode()
    assert agent.post(NOUVEAU, envoi | {"regulier-semaine": ["4", "5"]}).status_code == 302
    complement = Dossier.objects.latest("pk")
    assert (complement.nature, complement.besoins.get().demi_journees) == ("complement", [4, 5])


def test_un_brouillon_de_mutation_se_rouvre(agent: ClientStrict, place: Admission) -> None:
    attente = agent.post(NOUVEAU, suite(page(agent, place, "mutation")) | {"geste": ["attente"]})
    assert attente.status_code == 302
    brouillon = agent.get(reverse("dossiers:brouillons")).context["brouillons"][0]
    rouvert = agent.get(NOUVEAU, {"brouillon": brouillon.pk})
    assert "Demander une mutation" in rouvert.content.decode()
    assert suite(rouvert)["place"] == [str(place.pk)]


def test_un_present_sans_dossier_se_demande_aussi(agent: ClientStrict, structure: Structure) -> None:
    famille = Famille.objects.create()
    enfant = factories.creer_enfant(famille, nom="Okoye", prenom="Ada")
    jour = timezone.localdate()
    dates = {"debut": jour - timedelta(days=10), "fin": jour + timedelta(days=500)}
    place = factories.creer_admission(structure.sections.get(), enfant=enfant, demi_journees=[0], **dates)
    tapee = {
        n: [v] if isinstance(v, str) else v
        for n, v in tape(structure).items()
        if n[:2] == "r1" or n[:5] == "piece"
    }
    envoi = suite(page(agent, place, "complement")) | tapee | {"regulier-semaine": ["1"]}
    envoi |= {"foyer-situation": ["isole"]}
    reponse = agent.post(NOUVEAU, envoi)
    assert reponse.status_code == 302, reponse.context["fautes"]
    complement = Dossier.objects.get()
    assert (complement.enfant, complement.famille.responsables.get().nom) == (enfant, "Ferrand")


def test_une_place_inconnue_ou_protegee_n_existe_pas(
    client_de: ClientDe, agent: ClientStrict, place: Admission
) -> None:
    for valeur in ("0", "999999", "x", "1" * 30):
        assert agent.get(NOUVEAU, {"mutation": valeur}).status_code == 404
    famille = place.enfant.famille
    famille.protegee, famille.protegee_le = True, factories.INSTANT
    famille.save()
    ailleurs = client_de("agent")
    assert ailleurs.get(NOUVEAU, {"mutation": place.pk}).status_code == 404
    envoi = tape(place.section.structure, place=str(place.pk), lien="mutation")
    assert ailleurs.post(NOUVEAU, envoi).status_code == 404
    assert agent.get(NOUVEAU, {"mutation": place.pk}).status_code == 200
    Admission.objects.update(fin=timezone.localdate() - timedelta(days=1))
    assert agent.get(NOUVEAU, {"mutation": place.pk}).status_code == 404


def test_les_presents_se_cherchent_dans_les_limites_de_chacun(
    client_de: ClientDe, agent: ClientStrict, place: Admission
) -> None:
    autre = factories.creer_admission(
        factories.creer_section(), enfant=factories.creer_enfant(nom="Zéphyr", prenom="Noé")
    )
    direction = client_de("direction", structure=place.section.structure)
    for client, q, trouves in (
        (agent, "", {place, autre}),
        (agent, "zephyr noe", {autre}),
        (agent, "personne", set()),
        (direction, "", {place}),
        (direction, "zephyr", set()),
    ):
        lues = client.get(PRESENTS, {"q": q}).context["page"].lignes
        assert {ligne.place for ligne in lues} == trouves
    filtree = agent.get(PRESENTS, {"structure": autre.section.structure.code})
    assert [ligne.place for ligne in filtree.context["page"].lignes] == [autre]
    assert f"?mutation={place.pk}" in agent.get(PRESENTS).content.decode()
    assert "?mutation=" not in direction.get(PRESENTS).content.decode()
    fiche = reverse("dossiers:fiche", args=[place.dossier.numero])
    assert f"?complement={place.pk}" in agent.get(fiche).content.decode()
    famille = place.enfant.famille
    famille.protegee, famille.protegee_le = True, factories.INSTANT
    famille.save()
    masquee = direction.get(PRESENTS).content.decode()
    assert "Identité masquée" in masquee
    assert "Ferrand" not in masquee
    assert direction.get(PRESENTS, {"q": "ferrand"}).context["page"].total == 0
    assert client_de("agent").get(PRESENTS, {"q": "ferrand"}).context["page"].total == 0
    assert agent.get(PRESENTS, {"q": "ferrand"}).context["page"].total == 1


def test_la_page_des_presents_lit_toujours_autant(
    agent: ClientStrict, django_assert_num_queries: Any, structure: Structure
) -> None:
    section = structure.sections.get()
    for presents in (1, 3):
        for _ in range(presents):
            factories.creer_admission(section)
        agent.get(PRESENTS)
        with django_assert_num_queries(12):
            agent.get(PRESENTS)
