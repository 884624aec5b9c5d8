"""A brother, a sister or a twin added to a household already known."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Cotation, Dossier, GroupeNaissance
from dossiers.queries.apercu import situation_de_saisie
from dossiers.queries.saisie import dossier_a_modifier
from dossiers.regles.cotation import coter
from structures.models import Structure
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, envoi_de, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]


@pytest.fixture
def agent(client_de: ClientDe, structure: Structure, grille: None) -> ClientStrict:
    """A counter where Lino's dossier was saved."""
    agent = client_de("agent")
    agent.post(NOUVEAU, tape(structure, foyer__quotient_familial="380", piece__ressources="on"))
    return agent


def page(agent: ClientStrict, lien: str) -> Any:
    reponse = agent.get(NOUVEAU, {lien: Dossier.objects.earliest("pk").numero})
    assert reponse.status_code == 200
    return reponse


def test_un_frere_retrouve_son_foyer_et_ses_pieces(agent: ClientStrict, structure: Structure) -> None:
    aine = Dossier.objects.get()
    envoi = envoi_de(page(agent, "fratrie"))
    assert (envoi["r1-nom"], envoi["foyer-quotient_familial"]) == (["Ferrand"], ["380"])
    assert "piece-identite" not in envoi
    naissance = (timezone.localdate() - timedelta(days=800)).isoformat()
    envoi |= {"e1-prenom": ["Sol"], "naissance": [naissance], "piece-identite": ["on"]}
    envoi |= {n: v for n, v in tape(structure).items() if n.startswith("regulier") or n == "voeux"}
    apercu = agent.post(reverse("dossiers:saisie_suivi"), envoi)
    assert apercu.context["vivant"].complet
    assert agent.post(NOUVEAU, envoi | {"r1-courriel": ["maud@exemple.invalid"]}).status_code == 302
    cadet = Dossier.objects.latest("pk")
    assert (cadet.famille, cadet.enfant.groupe, cadet.etat) == (aine.famille, None, "actif")
    assert cadet.famille.responsables.get().courriel == "maud@exemple.invalid"
    assert cadet.famille.pieces.filter(code="domicile", etat="vue").count() == 1
    aine.refresh_from_db()
    assert aine.version == 2


@pytest.mark.parametrize("a_naitre", [False, True])
def test_un_jumeau_rejoint_la_naissance(
    client_de: ClientDe, structure: Structure, grille: None, a_naitre: bool
) -> None:
    agent = client_de("agent")
    jour = timezone.localdate() + timedelta(days=100 if a_naitre else -70)
    agent.post(NOUVEAU, tape(structure, statut="a_naitre" if a_naitre else "ne", naissance=jour.isoformat()))
    premier = Dossier.objects.get()
    vue = page(agent, "jumeau")
    envoi = envoi_de(vue) | {"e1-prenom": ["Sol"], "regle_groupe": ["separes"], "piece-identite": ["on"]}
    assert envoi["voeux"] == [str(structure.pk)]
    lu = dossier_a_modifier(premier.numero)
    assert lu is not None
    atelier = agent.post(reverse("dossiers:saisie_suivi"), envoi).context["atelier"]
    apercu = coter(atelier.cadre.grille, situation_de_saisie(atelier.controlee.saisie, atelier.cadre))
    reponse = agent.post(NOUVEAU, envoi | {"naissance": ["2026-01-01"]})
    assert reponse.status_code == 302, reponse.context["fautes"]
    second = Dossier.objects.latest("pk")
    groupe = GroupeNaissance.objects.get()
    assert groupe.regle == "separes"
    assert [e.prenom for e in groupe.enfants.order_by("rang_naissance")] == ["Lino", "Sol"]
    assert second.enfant.ne_ou_prevu_le == jour
    assert second.enfant.a_naitre == a_naitre
    assert (second.etat, premier.famille) == ("actif", second.famille)
    points = {c.dossier_id: c.declare for c in Cotation.objects.filter(courante=True)}
    assert points[premier.pk] == points[second.pk] == apercu.declare
    triple = envoi_de(page(agent, "jumeau")) | {"e1-prenom": ["Noa"], "piece-identite": ["on"]}
    assert agent.post(NOUVEAU, triple).status_code == 302
    assert list(groupe.enfants.values_list("rang_naissance", flat=True)) == [1, 2, 3]


def test_un_foyer_change_entre_temps_se_compare(agent: ClientStrict, structure: Structure) -> None:
    envoi = envoi_de(page(agent, "jumeau")) | {"e1-prenom": ["Sol"]}
    adresse = reverse("dossiers:modifier", args=[Dossier.objects.get().numero])
    autre = envoi_de(agent.get(adresse)) | {"r1-telephone": ["06 39 98 41 99"]}
    assert agent.post(adresse, autre).status_code == 302
    conflit = agent.post(NOUVEAU, envoi)
    assert conflit.status_code == 409
    assert [(e.nom, e.choix) for e in conflit.context["ecarts"]] == [("r1-telephone", "sien")]
    assert Dossier.objects.count() == 1
    fusion = {"geste": "fusionner", "comparee": "2", "version-de-r1-telephone": "sien"}
    repris = agent.post(NOUVEAU, envoi | fusion)
    assert agent.post(NOUVEAU, envoi_de(repris)).status_code == 302
    assert Dossier.objects.latest("pk").famille.responsables.get().telephone == "0639984199"


def test_ajouter_demande_les_droits_de_modifier(
    client_de: ClientDe, agent: ClientStrict, structure: Structure
) -> None:
    dossier = Dossier.objects.get()
    dossier.famille.protegee, dossier.famille.protegee_le = True, factories.INSTANT
    dossier.famille.save()
    ailleurs = client_de("agent")
    for lien in ("fratrie", "jumeau"):
        assert ailleurs.get(NOUVEAU, {lien: dossier.numero}).status_code == 404
        assert "Quotient" in agent.get(NOUVEAU, {lien: dossier.numero}).content.decode()
    envoi = tape(structure, depuis=dossier.numero, lien="jumeau", version="1")
    assert ailleurs.post(NOUVEAU, envoi).status_code == 404
    assert ailleurs.post(reverse("dossiers:saisie_suivi"), envoi).status_code == 404
    assert ailleurs.get(NOUVEAU, {"fratrie": "2026-999999"}).status_code == 404
    fiche = agent.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
    assert f"?jumeau={dossier.numero}" in fiche
