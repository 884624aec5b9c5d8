"""The entry page over HTTP: what it accepts, refuses, tells while typing, and costs."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.forms.depuis_dossier import feuille_du_dossier
from dossiers.forms.page import PageSaisie
from dossiers.models import Brouillon, Cotation, Dossier, Rapprochement
from dossiers.queries.apercu import situation_de_saisie
from dossiers.queries.saisie import Cadre, dossier_a_modifier
from dossiers.regles.cotation import coter
from structures.models import Structure
from tests import factories
from tests.dossiers.saisie_typee import NOUVEAU, ClientDe, grille, structure, tape

pytestmark = pytest.mark.django_db
__all__ = ["grille", "structure"]


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
