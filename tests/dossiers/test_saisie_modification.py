"""A saved dossier changed: two agents at once, and nothing changed by merely reading."""

import pytest
from django.urls import reverse

from dossiers.forms.depuis_dossier import feuille_du_dossier
from dossiers.forms.feuille import Feuille
from dossiers.models import Brouillon, Dossier
from dossiers.queries.saisie import dossier_a_modifier
from structures.models import Structure
from tests import factories
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, envoi_de, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]


def test_deux_agents_sur_un_dossier_se_le_disent_et_rien_n_est_ecrase(
    client_de: ClientDe, structure: Structure
) -> None:
    mairie = factories.creer_mairie()
    anne, paul = client_de("agent", mairie=mairie), client_de("agent", mairie=mairie)
    anne.post(NOUVEAU, tape(structure))
    dossier = Dossier.objects.get()
    adresse = reverse("dossiers:modifier", args=[dossier.numero])
    suivi = reverse("dossiers:modifier_suivi", args=[dossier.numero])
    mienne = tape(structure, version="1", solution="famille", jeton="c" * 32)
    anne.post(suivi, mienne, headers={"HX-Request": "true"})
    assert str(anne.agent) in paul.get(adresse).content.decode()
    sienne = tape(structure, version="1", solution="conge_parental", r1__telephone="06 39 98 41 99")
    assert paul.post(adresse, sienne).status_code == 302
    conflit = anne.post(adresse, mienne)
    page = conflit.content.decode()
    assert conflit.status_code == 409
    assert "Congé parental" in page
    assert "06 39 98 41 99" in page
    dits = {e.nom: (e.sens, e.choix, e.depart) for e in conflit.context["ecarts"]}
    assert dits["solution"] == ("conflit", "", "rien")
    assert dits["r1-telephone"] == ("sien", "sien", "06 39 98 41 07")
    assert paul.agent.nom_court in page
    assert Brouillon.objects.get(agent=anne.agent).donnees["solution"] == ["famille"]
    assert Dossier.objects.get().solution == "conge_parental"
    choix = {**mienne, "geste": "fusionner", "comparee": "2"}
    choix |= {f"version-de-{e.nom}": e.choix for e in conflit.context["ecarts"]}
    assert anne.post(adresse, choix).status_code == 409
    repris = anne.post(adresse, {**choix, "version-de-solution": "mien"})
    feuille: Feuille = repris.context["page"].feuille
    assert (feuille.mot("version"), feuille.mot("solution")) == ("2", "famille")
    finale = {nom: feuille.mots(nom) for nom in feuille.noms()} | {"geste": ["enregistrer"]}
    assert anne.post(adresse, finale).status_code == 302
    fin = Dossier.objects.get()
    assert (fin.solution, fin.version) == ("famille", 3)
    assert fin.famille.responsables.get().telephone == "0639984199"


def test_relire_un_dossier_et_l_enregistrer_tel_quel_ne_change_rien(
    client_de: ClientDe, structure: Structure, grille: None
) -> None:
    agent = client_de("agent")
    agent.post(
        NOUVEAU,
        tape(
            structure, regulier__rythme="alternee", regulier__semaine_b=["9"], foyer__parcours_insertion="on"
        ),
    )
    dossier = dossier_a_modifier(Dossier.objects.get().numero)
    assert dossier is not None
    feuille = feuille_du_dossier(dossier)
    envoi = {nom: feuille.mots(nom) for nom in feuille.noms()} | {"geste": ["enregistrer"]}
    assert agent.post(reverse("dossiers:modifier", args=[dossier.numero]), envoi).status_code == 302
    assert dossier.journal.filter(action="modification").get().details == {"parties": []}
    assert Dossier.objects.get().complet_le == dossier.complet_le


def test_un_dossier_protege_d_ailleurs_n_existe_pas_ici(client_de: ClientDe) -> None:
    dossier = factories.creer_dossier(famille=factories.creer_famille(protegee=True))
    adresse = reverse("dossiers:modifier", args=[dossier.numero])
    assert client_de("agent").get(adresse).status_code == 404
    assert client_de("agent", mairie=dossier.mairie).get(adresse).status_code == 200


@pytest.mark.parametrize("brouillon", ["jamais", "jeté", "gardé"])
def test_un_conflit_propose_ce_que_chacun_a_change_quel_que_soit_le_brouillon(
    client_de: ClientDe, structure: Structure, brouillon: str
) -> None:
    mairie = factories.creer_mairie()
    anne, paul = client_de("agent", mairie=mairie), client_de("agent", mairie=mairie)
    anne.post(NOUVEAU, tape(structure))
    dossier = Dossier.objects.get()
    adresse = reverse("dossiers:modifier", args=[dossier.numero])
    mienne = envoi_de(anne.get(adresse)) | {"r1-courriel": ["maud@exemple.invalid"], "voeux": []}
    if brouillon != "jamais":
        anne.post(reverse("dossiers:modifier_suivi", args=[dossier.numero]), mienne)
    if brouillon == "jeté":
        Brouillon.objects.all().delete()
    sienne = envoi_de(paul.get(adresse)) | {
        "second": ["1"],
        "r2-nom": ["Petit"],
        "r2-prenom": ["Noé"],
        "r2-lien": ["parent"],
        "regulier-semaine": ["0", "1"],
        "piece-domicile": [],
    }
    assert paul.post(adresse, sienne).status_code == 302
    conflit = anne.post(adresse, mienne | {"voeux": [str(structure.pk)]})
    assert conflit.status_code == 409
    dits = {e.nom: (e.mien, e.sien, e.choix) for e in conflit.context["ecarts"]}
    assert dits == {
        "r1-courriel": ("maud@exemple.invalid", "rien", "mien"),
        "second": ("aucun", "Noé, Petit", "sien"),
        "regulier-semaine": ("lun, mar, journée", "lun, journée", "sien"),
        "piece-domicile": ("vue", "pas vue", "sien"),
    }
    choix = {f"version-de-{nom}": choix for nom, (_, _, choix) in dits.items()}
    choix |= {"comparee": str(conflit.context["atelier"].version_en_base), "geste": "fusionner"}
    fusion = {**mienne, **choix, "voeux": [str(structure.pk)]}
    repris = anne.post(adresse, fusion)
    assert repris.status_code == 200
    assert anne.post(adresse, envoi_de(repris)).status_code == 302
    fin = Dossier.objects.get()
    assert [r.nom for r in fin.famille.responsables.all()] == ["Ferrand", "Petit"]
    assert fin.famille.responsables.get(rang=1).courriel == "maud@exemple.invalid"
    assert fin.besoins.get().demi_journees == [0, 1]
    assert fin.famille.pieces.get(code="domicile").etat == "attendue"


def test_un_troisieme_enregistrement_fait_recomparer(client_de: ClientDe, structure: Structure) -> None:
    mairie = factories.creer_mairie()
    anne, paul = client_de("agent", mairie=mairie), client_de("agent", mairie=mairie)
    anne.post(NOUVEAU, tape(structure))
    adresse = reverse("dossiers:modifier", args=[Dossier.objects.get().numero])
    mienne = envoi_de(anne.get(adresse)) | {"solution": ["famille"]}
    anne.post(reverse("dossiers:modifier_suivi", args=[Dossier.objects.get().numero]), mienne)
    for adresse_courriel in ("a@exemple.invalid", "b@exemple.invalid"):
        sienne = envoi_de(paul.get(adresse)) | {"r1-courriel": [adresse_courriel]}
        assert paul.post(adresse, sienne).status_code == 302
    vieux = {"version-de-solution": "mien", "version-de-r1-courriel": "sien", "comparee": "2"}
    repris = anne.post(adresse, mienne | vieux | {"geste": "fusionner"})
    assert repris.status_code == 409
    assert "a encore changé" in repris.content.decode()
    assert {e.nom: e.sien for e in repris.context["ecarts"]}["r1-courriel"] == "b@exemple.invalid"
    rouvert = anne.get(adresse)
    assert [e.choix for e in rouvert.context["ecarts"]] == ["sien", "mien"]


def test_un_depart_falsifie_ne_propose_rien(client_de: ClientDe, structure: Structure) -> None:
    mairie = factories.creer_mairie()
    anne, paul = client_de("agent", mairie=mairie), client_de("agent", mairie=mairie)
    anne.post(NOUVEAU, tape(structure))
    adresse = reverse("dossiers:modifier", args=[Dossier.objects.get().numero])
    mienne = envoi_de(anne.get(adresse)) | {"solution": ["famille"]}
    assert paul.post(adresse, envoi_de(paul.get(adresse)) | {"protegee": ["on"]}).status_code == 302
    conflit = anne.post(adresse, mienne | {"depart": ["faux"]})
    assert {(e.nom, e.choix) for e in conflit.context["ecarts"]} == {("solution", ""), ("protegee", "")}
