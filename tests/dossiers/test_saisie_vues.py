"""The entry page over HTTP: what it keeps, what it refuses, what it never does."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.forms.depuis_dossier import feuille_du_dossier
from dossiers.forms.feuille import Feuille
from dossiers.forms.page import PageSaisie
from dossiers.models import Brouillon, Cotation, Dossier, Rapprochement
from dossiers.queries.apercu import situation_de_saisie
from dossiers.queries.saisie import Cadre, dossier_a_modifier
from dossiers.regles.cotation import coter
from dossiers.services.brouillons import purger_brouillons
from dossiers.services.grilles import charger_grille
from dossiers.services.publication import publier_maintenant
from dossiers.taches import purger_les_brouillons
from structures.models import Structure
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
GRILLE = Path(__file__).parents[2] / "fixtures" / "grilles" / "demonstration.json"
NOUVEAU = "/dossiers/nouveau/"
ClientDe = Callable[..., ClientStrict]


@pytest.fixture
def structure() -> Structure:
    structure = factories.creer_structure(nom="Câlin-Doudou")
    factories.creer_section(structure, nom="Bébés")
    return structure


@pytest.fixture
def grille() -> None:
    version = charger_grille(json.loads(GRILLE.read_text("utf-8")), par=None, maintenant=factories.INSTANT)
    publier_maintenant(version, par=None, maintenant=factories.INSTANT)


def tape(structure: Structure, **champs: Any) -> dict[str, Any]:
    """What a complete entry sends; keys with `__` for « - »."""
    jour = timezone.localdate()
    defauts: dict[str, Any] = {
        "geste": "enregistrer",
        "jeton": "a" * 32,
        "nombre": "1",
        "statut": "ne",
        "naissance": (jour - timedelta(days=70)).isoformat(),
        "e1-nom": "Ferrand",
        "e1-prenom": "Lino",
        "r1-nom": "Ferrand",
        "r1-prenom": "Maud",
        "r1-telephone": "06 39 98 41 07",
        "r1-commune": "Saint-Étienne",
        "r1-code_postal": "42100",
        "r1-activite": "salarie",
        "r1-autorite_parentale": "on",
        "foyer-situation": "isole",
        "regulier-demande": "on",
        "regulier-entree_le": (jour + timedelta(days=200)).isoformat(),
        "regulier-tolerance": "30",
        "regulier-semaine": ["0", "1", "2", "3"],
        "voeux": [str(structure.pk)],
        "piece-identite": "on",
        "piece-domicile": "on",
        "piece-autorite_parentale": "on",
        "depose_le": jour.isoformat(),
        "engagements": "on",
    }
    changes = {nom.replace("__", "-"): valeur for nom, valeur in champs.items()}
    return {nom: v for nom, v in {**defauts, **changes}.items() if v is not None}


def test_un_dossier_complet_s_enregistre(client_de: ClientDe, structure: Structure, grille: None) -> None:
    agent = client_de("agent")
    reponse = agent.post(
        NOUVEAU, tape(structure, piece__activite_1="on", equivalent__domicile="quittance de loyer")
    )
    assert reponse.status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.etat, str(dossier.enfant)) == ("actif", "Lino Ferrand")
    assert dossier.famille.pieces.get(code="domicile").equivalent == "quittance de loyer"
    assert dossier.engagements_le == timezone.localdate()
    assert Cotation.objects.get().verifie == 130
    assert Cotation.objects.get().declare == 180


def test_des_triples_a_naitre_en_une_fois(client_de: ClientDe, structure: Structure) -> None:
    jour = timezone.localdate()
    client_de("agent").post(
        NOUVEAU,
        tape(
            structure,
            nombre="3",
            statut="a_naitre",
            naissance=(jour + timedelta(days=100)).isoformat(),
            e1__prenom="",
            e3__prenom="Zoé",
            regle_groupe="ensemble_ou_rien",
        ),
    )
    assert sorted(str(d.enfant) for d in Dossier.objects.all()) == [
        "Enfant à naître Ferrand",
        "Enfant à naître Ferrand",
        "Zoé Ferrand",
    ]


def test_regulier_et_occasionnel_ensemble_chacun_ses_demi_journees(
    client_de: ClientDe, structure: Structure
) -> None:
    jour = (timezone.localdate() + timedelta(days=150)).isoformat()
    client_de("agent").post(
        NOUVEAU,
        tape(
            structure,
            occasionnel__demande="on",
            occasionnel__entree_le=jour,
            occasionnel__semaine=["4"],
            alternatives="2",
            alt1__semaine=["0", "1"],
            alt2__semaine=["8", "9"],
            regulier__h0_debut="07:30",
            regulier__h0_fin="12:00",
            regulier__matin_debut="08:00",
            regulier__matin_fin="12:30",
        ),
    )
    besoins = {b.type: b for b in Dossier.objects.get().besoins.all()}
    assert besoins["occasionnel"].demi_journees == [4]
    assert besoins["regulier"].alternatives == [[0, 1], [8, 9]]
    assert besoins["regulier"].horaires["0"] == ["07:30", "12:00"]
    assert besoins["regulier"].horaires["2"] == ["08:00", "12:30"]


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"e1__nom": ""}, "Ce champ est obligatoire"),
        ({"r1__telephone": "12"}, "Écrivez dix chiffres"),
        ({"r1__courriel": "maud@"}, "Écrivez-le ainsi"),
        ({"r1__code_postal": "4210"}, "cinq chiffres"),
        ({"regulier__semaine": None}, "Cochez au moins une demi-journée"),
        ({"regulier__demande": None}, "Choisissez au moins un type d’accueil"),
        ({"voeux": None}, "Ajoutez au moins une structure"),
        ({"naissance": "32/13/2026"}, "Cette date n’existe pas"),
        ({"foyer__numero_allocataire": "185054212345612"}, "sécurité sociale"),
    ],
)
def test_une_faute_se_dit_en_haut_et_sur_son_champ(
    client_de: ClientDe, structure: Structure, champs: dict[str, Any], message: str
) -> None:
    reponse = client_de("agent").post(NOUVEAU, tape(structure, **champs))
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert page.count(message) >= 2
    assert 'role="alert"' in page
    assert "Maud" in page
    assert not Dossier.objects.exists()
    assert Brouillon.objects.get().libelle


def test_le_resume_dit_de_qui_est_le_nom_qui_manque(client_de: ClientDe, structure: Structure) -> None:
    reponse = client_de("agent").post(NOUVEAU, {"regulier-demande": "on", "second": "1"})
    page = reponse.content.decode()
    for libelle in ("Nom (enfant)", "Nom (responsable 1)", "Nom (responsable 2)"):
        assert f">{libelle}</a>" in page
    assert "Choisissez au moins un type d’accueil." not in page
    assert "Entrée souhaitée" in [f.libelle for f in reponse.context["fautes"]]


def test_n_importe_quoi_n_est_jamais_une_panne(
    client_de: ClientDe, structure: Structure, grille: None
) -> None:
    agent = client_de("agent")
    dossier = factories.creer_dossier(mairie=agent.agent.habilitations.get().mairie, voeux=[structure])
    hasard = random.Random(20261122)
    ordures = (
        *("", " ", "\x00", "a\x00b", "é" * 5000, "-1", "99999999999999999999", "1e309", "NaN", "٣", "²"),
        *("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "<script>", "' OR 1=1 --", "25:61", "null"),
        *("on", "0", "1", "[]", "{}", "a_naitre", "2", "3", "½", "2026-1-1", "31/12/2099"),
    )
    bonnes = tape(structure)
    noms = [
        *bonnes,
        *(
            "e2-nom",
            "second",
            "r2-nom",
            "alternatives",
            "alt1-semaine",
            "ajout",
            "famille",
            "version",
            "mairie",
        ),
        *("quartier", "solution", "occasionnel-demande", "occasionnel-entree_le", "urgence-demande"),
        *("piece-handicap_enfant.0", "piece-handicap_enfant.2", "piece-inconnue", "equivalent-domicile"),
        *("distinct-0-1", "distinct-2-999999999999", "foyer-quotient_familial", "regulier-h3_debut"),
        *("regulier-matin_debut", "r1-heures_hebdo", "foyer-enfants_a_charge", "inconnu", "pieces_le"),
    ]
    gestes = ("enregistrer", "monter:1", "retirer:9999999999", "plein:regulier", "alternative:²", "attente")
    adresses = [
        *(NOUVEAU, reverse("dossiers:saisie_suivi"), reverse("dossiers:modifier", args=[dossier.numero])),
        reverse("dossiers:modifier_suivi", args=[dossier.numero]),
    ]
    for tour in range(90):
        envoi = dict(bonnes) if tour % 3 else {}
        for nom in hasard.sample(noms, hasard.randint(1, 8)):
            envoi[nom] = hasard.choices(ordures, k=hasard.choice((1, 1, 1, 3, 60)))
        envoi["geste"] = hasard.choice(
            (*gestes, *ordures[:8], "fusionner", "alternative:ajouter", "second:ajouter")
        )
        reponse = agent.post(
            hasard.choice(adresses), envoi, headers={"HX-Request": "true"} if tour % 2 else {}
        )
        assert reponse.status_code in (200, 302, 409, 422), envoi


def test_rien_du_tout_non_plus(client_de: ClientDe) -> None:
    assert client_de("agent").post(NOUVEAU, {}).status_code == 422
    assert client_de("coordination").post(NOUVEAU, {}).status_code == 422


def test_la_coordination_choisit_la_mairie(client_de: ClientDe, structure: Structure) -> None:
    mairie = factories.creer_mairie()
    coordination = client_de("coordination")
    assert coordination.post(NOUVEAU, tape(structure)).status_code == 422
    assert coordination.post(NOUVEAU, tape(structure, mairie=str(mairie.pk))).status_code == 302
    assert Dossier.objects.get().mairie == mairie


@pytest.mark.parametrize(
    ("geste", "champ", "attendu"),
    [
        ("plein:regulier", "regulier-semaine", [str(c) for c in range(10)]),
        ("quatre:regulier", "regulier-semaine", ["0", "1", "2", "3", "6", "7", "8", "9"]),
        ("matins:regulier", "regulier-semaine", ["0", "2", "4", "6", "8"]),
        ("effacer:regulier", "regulier-semaine", []),
        ("monter:2", "voeux", ["B", "A"]),
        ("descendre:1", "voeux", ["B", "A"]),
        ("retirer:1", "voeux", ["B"]),
        ("monter:1", "voeux", ["A", "B"]),
        ("second:ajouter", "second", ["1"]),
        ("alternative:ajouter", "alternatives", ["1"]),
    ],
)
def test_les_boutons_marchent_sans_javascript(
    client_de: ClientDe, structure: Structure, geste: str, champ: str, attendu: list[str]
) -> None:
    autre = factories.creer_structure()
    noms = {"A": str(structure.pk), "B": str(autre.pk)}
    envoi = tape(structure, geste=geste, voeux=[noms["A"], noms["B"]])
    reponse = client_de("agent").post(NOUVEAU, envoi)
    assert reponse.status_code == 200
    feuille = reponse.context["page"].feuille
    assert feuille.mots(champ) == [noms.get(v, v) for v in attendu]
    assert feuille.mot("e1-nom") == "Ferrand"
    assert not reponse.context["fautes"]
    assert Brouillon.objects.count() == 1


@pytest.mark.parametrize(
    ("dit", "annonce", "ajoute"),
    [
        ("calin doudou", "choix 1", True),
        ("Câlin-Doudou · Cotonne", "choix 1", True),
        ("inconnue", "Aucune structure", False),
        ("creche", "Plusieurs structures", False),
        ("", "Écrivez un nom", False),
    ],
)
def test_une_structure_s_ajoute_par_son_nom(
    client_de: ClientDe, structure: Structure, dit: str, annonce: str, ajoute: bool
) -> None:
    for _ in range(2):
        factories.creer_structure()
    reponse = client_de("agent").post(NOUVEAU, tape(structure, geste="ajouter", voeux=None, ajout=dit))
    assert annonce in reponse.context["annonce"]
    assert (reponse.context["page"].voeux == [structure.pk]) is ajoute


def test_htmx_ne_recoit_que_la_partie(client_de: ClientDe, structure: Structure) -> None:
    envoi = tape(structure, geste="plein:regulier")
    reponse = client_de("agent").post(NOUVEAU, envoi, headers={"HX-Request": "true", "HX-Target": "partie-4"})
    page = reponse.content.decode()
    assert page.lstrip().startswith("<section")
    assert 'id="points"' in page
    assert "<html" not in page


def test_le_suivi_garde_le_brouillon_et_dit_les_points(
    client_de: ClientDe, structure: Structure, grille: None
) -> None:
    agent = client_de("agent")
    suivi = reverse("dossiers:saisie_suivi")
    premiere = agent.post(suivi, tape(structure), headers={"HX-Request": "true"})
    assert "Brouillon enregistré à" in premiere.content.decode()
    assert "Parent seul en emploi" in premiere.content.decode()
    assert "Activité du parent 1" in premiere.content.decode()
    agent.post(suivi, tape(structure, e1__prenom="Lina"), headers={"HX-Request": "true"})
    brouillon = Brouillon.objects.get()
    assert brouillon.libelle == "FERRAND Lina"
    assert premiere["HX-Replace-Url"] == f"{NOUVEAU}?brouillon={brouillon.pk}"
    repris = agent.get(premiere["HX-Replace-Url"])
    assert 'value="Lina"' in repris.content.decode()
    agent.post(NOUVEAU, tape(structure, e1__prenom="Lina"))
    assert not Brouillon.objects.exists()
    assert Dossier.objects.count() == 1


def test_un_brouillon_est_a_son_agent(client_de: ClientDe, structure: Structure) -> None:
    agent, autre = client_de("agent"), client_de("agent")
    agent.post(reverse("dossiers:saisie_suivi"), tape(structure))
    brouillon = Brouillon.objects.get()
    assert autre.get(f"{NOUVEAU}?brouillon={brouillon.pk}").status_code == 404
    assert autre.post(reverse("dossiers:brouillon_supprimer", args=[brouillon.pk])).status_code == 404
    assert "FERRAND" not in autre.get(reverse("dossiers:brouillons")).content.decode()
    assert "FERRAND" in agent.get(reverse("dossiers:brouillons")).content.decode()
    agent.post(reverse("dossiers:brouillon_supprimer", args=[brouillon.pk]))
    assert not Brouillon.objects.exists()


def test_la_page_d_un_agent_ne_s_enregistre_pas_chez_un_autre(
    client_de: ClientDe, structure: Structure
) -> None:
    premier, second = client_de("agent"), client_de("agent")
    envoi = tape(structure, agent=str(premier.agent.pk))
    assert second.post(reverse("dossiers:saisie_suivi"), envoi).status_code == 401
    assert not Brouillon.objects.exists()
    assert premier.post(reverse("dossiers:saisie_suivi"), envoi).status_code == 200
    assert Brouillon.objects.get().agent == premier.agent


def test_un_brouillon_oublie_part_au_bout_du_delai(client_de: ClientDe, structure: Structure) -> None:
    client_de("agent").post(reverse("dossiers:saisie_suivi"), tape(structure))
    maintenant = timezone.now()
    assert purger_brouillons(maintenant=maintenant + timedelta(days=29)) == 0
    purger_les_brouillons(timestamp=0)
    assert Brouillon.objects.count() == 1
    assert purger_brouillons(maintenant=maintenant + timedelta(days=31)) == 1


def test_session_finie_la_saisie_revient_entiere(
    client: Client, client_de: ClientDe, structure: Structure
) -> None:
    anonyme = client.post(NOUVEAU, tape(structure), headers={"Origin": "http://testserver"})
    page = anonyme.content.decode()
    assert anonyme.status_code == 401
    assert ">Maud</textarea>" in page
    suivi = client.post(reverse("dossiers:saisie_suivi"), tape(structure), headers={"HX-Request": "true"})
    assert suivi.status_code == 401
    assert "X-Brouillon" not in suivi.headers
    repris = client_de("agent").post(NOUVEAU, tape(structure, geste="reprendre"))
    assert 'value="Maud"' in repris.content.decode()
    assert not Dossier.objects.exists()


def test_un_jeton_csrf_perime_ne_perd_rien(structure: Structure) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.creer_agent("agent"), backend="django.contrib.auth.backends.ModelBackend")
    reponse = strict.post(NOUVEAU, tape(structure), headers={"Origin": "http://testserver"})
    page = reponse.content.decode()
    assert reponse.status_code == 403
    assert '<textarea name="r1-prenom" hidden>Maud</textarea>' in page


def test_un_dossier_qui_ressemble_attend_une_reponse(client_de: ClientDe, structure: Structure) -> None:
    agent = client_de("agent")
    agent.post(NOUVEAU, tape(structure))
    ancien = Dossier.objects.get()
    double = tape(structure, jeton="b" * 32, e1__nom="FERAND")
    reponse = agent.post(NOUVEAU, double)
    assert reponse.status_code == 422
    assert "Est-ce le même enfant" in reponse.content.decode()
    assert Dossier.objects.count() == 1
    assert agent.post(NOUVEAU, {**double, f"distinct-0-{ancien.pk}": "homonyme"}).status_code == 302
    assert Rapprochement.objects.get().motif == "homonyme"


def test_l_apercu_dit_les_memes_points_que_l_enregistrement(
    client_de: ClientDe, structure: Structure, grille: None
) -> None:
    quartier = factories.creer_quartier(prioritaire=True)
    reponse = client_de("agent").post(
        NOUVEAU,
        tape(
            structure,
            nombre="2",
            e2__prenom="Sol",
            quartier=str(quartier.pk),
            second="1",
            r2__nom="Petit",
            r2__prenom="Noé",
            r2__activite="recherche_emploi",
            foyer__situation="couple",
            foyer__quotient_familial="380",
            foyer__parcours_insertion="on",
            e2__handicap_enfant="on",
            solution="aucune",
            alternatives="1",
            alt1__semaine=["4"],
            piece__ressources="on",
            piece__situation_familiale="on",
        ),
    )
    assert reponse.status_code == 302, reponse.context["fautes"]
    for dossier in Dossier.objects.all():
        relu = dossier_a_modifier(dossier.numero)
        assert relu is not None
        cadre = Cadre(timezone.localdate(), [], relu)
        page = PageSaisie(feuille_du_dossier(relu), cadre)
        assert page.valide, page.fautes
        assert cadre.grille is not None
        apercu = coter(cadre.grille, situation_de_saisie(page.saisie, cadre))
        ecrite = Cotation.objects.get(dossier=dossier, courante=True)
        assert (apercu.declare, apercu.verifie) == (ecrite.declare, ecrite.verifie)
        assert len(apercu.toutes()) == len(ecrite.lignes) > 3


def test_enregistrer_coute_peu(client_de: ClientDe, structure: Structure, grille: None) -> None:
    agent = client_de("agent")
    agent.post(reverse("dossiers:saisie_suivi"), tape(structure))
    with CaptureQueriesContext(connection) as requetes:
        assert agent.post(NOUVEAU, tape(structure)).status_code == 302
    ecrites = [r["sql"] for r in requetes if "SAVEPOINT" not in r["sql"]]
    assert len(ecrites) <= 25, "\n".join(s[:150] for s in ecrites)


def test_une_entree_apres_trois_ans_se_dit_sans_bloquer(client_de: ClientDe, structure: Structure) -> None:
    agent, jour = client_de("agent"), timezone.localdate()
    grand = tape(structure, naissance=(jour - timedelta(days=1000)).isoformat())
    suivi = agent.post(reverse("dossiers:saisie_suivi"), grand, headers={"HX-Request": "true"})
    assert "l’école l’accueille dès 3 ans" in suivi.content.decode()
    assert "déclaration de grossesse" not in suivi.content.decode()
    assert agent.post(NOUVEAU, grand).status_code == 302


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
    touches = {e.nom: e.touche for e in conflit.context["ecarts"]}
    assert (touches["solution"], touches["r1-telephone"]) == (True, False)
    assert Brouillon.objects.get(agent=anne.agent).donnees["solution"] == ["famille"]
    assert Dossier.objects.get().solution == "conge_parental"
    choix = {**mienne, "geste": "fusionner", "version-de-solution": "mien", "version-de-r1-telephone": "sien"}
    repris = anne.post(adresse, choix)
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
