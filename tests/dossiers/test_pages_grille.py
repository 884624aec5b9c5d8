"""The pages of the grid: read by the elected, drafted by the coordination, faults on the right field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import EtatGrille, GrilleCriteres
from dossiers.queries.grilles import document_de
from structures.models import Tache
from tests.conftest import ClientStrict
from tests.dossiers.cotation_type import document
from tests.factories import creer_version_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]


def adresse(route: str, version: GrilleCriteres, *arguments: str) -> str:
    return reverse(f"dossiers:{route}", args=[version.pk, *arguments])


def criteres(version: GrilleCriteres) -> list[dict[str, Any]]:
    lus: list[dict[str, Any]] = document_de(GrilleCriteres.objects.get(pk=version.pk))["criteres"]
    return lus


def test_an_elected_member_reads_the_published_grid_and_no_draft(client_de: Ouvrir) -> None:
    publiee, brouillon = (
        creer_version_grille(publiee=True, nom="Grille votée"),
        creer_version_grille(nom="Projet"),
    )
    client = client_de("membre")
    liste = client.get(reverse("dossiers:grilles")).content.decode()
    assert "Grille votée" in liste
    assert "Projet" not in liste
    page = client.get(adresse("grille_detail", publiee)).content.decode()
    assert "Réside dans la ville" in page
    assert "+10 à chaque fois" in page
    assert "Justificatif de domicile" in page
    assert "Modifier" not in page
    assert client.get(adresse("grille_detail", brouillon)).status_code == 404
    assert client.get(adresse("grille_fichier", brouillon)).status_code == 404


def test_the_file_of_a_version_is_its_document(client_de: Ouvrir) -> None:
    version = creer_version_grille(publiee=True)
    reponse = client_de("agent").get(adresse("grille_fichier", version))
    assert json.loads(reponse.content) == document_de(version)
    assert f"grille-{version.pk}.json" in reponse["Content-Disposition"]


def test_a_file_becomes_a_draft_or_says_what_is_wrong(client_de: Ouvrir) -> None:
    client = client_de("coordination")
    for contenu, message in (
        (b"{", "pas du JSON"),
        (json.dumps(document() | {"couleur": 1}).encode(), "La clé « couleur » est inconnue"),
    ):
        page = client.post(
            reverse("dossiers:grille_importer"), {"fichier": SimpleUploadedFile("g.json", contenu)}
        )
        assert message in page.content.decode()
    bon = SimpleUploadedFile("g.json", json.dumps(document("reims-2021")).encode())
    reponse = client.post(reverse("dossiers:grille_importer"), {"fichier": bon})
    version = GrilleCriteres.objects.get()
    assert reponse.headers["Location"] == adresse("grille_detail", version)
    assert (version.nom, version.etat) == ("Reims, 2021", EtatGrille.BROUILLON)


def test_a_version_is_copied_under_another_name(client_de: Ouvrir) -> None:
    source = creer_version_grille(publiee=True)
    client = client_de("coordination")
    page = client.post(adresse("grille_copier", source), {"nom": source.nom, "debut": "01/01/2027"})
    assert "Une grille porte déjà ce nom" in page.content.decode()
    client.post(adresse("grille_copier", source), {"nom": "Projet 2027", "debut": "01/01/2027"})
    copie = GrilleCriteres.objects.get(nom="Projet 2027")
    assert criteres(copie) == criteres(source)


def test_criteria_go_up_and_down_and_away(client_de: Ouvrir) -> None:
    version = creer_version_grille()
    client = client_de("coordination")

    def ordre() -> list[str]:
        return [critere["code"] for critere in criteres(version)]

    client.post(adresse("critere_deplacer", version, "seances"), {"sens": "monter"})
    assert ordre() == ["seances", "residence"]
    client.post(adresse("critere_deplacer", version, "seances"), {"sens": "monter"})
    assert ordre() == ["seances", "residence"]
    client.post(adresse("critere_deplacer", version, "seances"), {"sens": "descendre"})
    assert ordre() == ["residence", "seances"]
    client.post(adresse("critere_retirer", version, "seances"))
    assert ordre() == ["residence"]
    page = client.post(adresse("critere_retirer", version, "residence"), follow=True)
    assert "la liste est vide" in page.content.decode()
    assert client.post(adresse("critere_retirer", version, "absent")).status_code == 404


AJOUTS: list[tuple[str, dict[str, str | list[str]], dict[str, Any]]] = [
    (
        "points",
        {"libelle": "Parent seul en emploi", "points": "80", "c1_fait": "situation_familiale=isole"}
        | {"c2_fait": "tous_parents_actifs", "liaison": "tous"},
        {
            "code": "parent_seul_en_emploi",
            "libelle": "Parent seul en emploi",
            "points": 80,
            "si": {
                "tous": [
                    {"fait": "situation_familiale", "est": "isole"},
                    {"fait": "tous_parents_actifs", "est": True},
                ]
            },
        },
    ),
    (
        "points",
        {"libelle": "Pas d’adoption", "points": "-5", "c1_sens": "sauf", "c1_fait": "adoption"}
        | {"preuves": ["sur_parole"], "plafond": "3", "portee": "on", "protege": "on"},
        {
            "code": "pas_d_adoption",
            "libelle": "Pas d’adoption",
            "points": -5,
            "si": {"fait": "adoption", "est": False},
            "plafond": 3,
            "preuves": ["sur_parole"],
            "protege": True,
            "portee": "voeu",
        },
    ),
    (
        "niveaux",
        {"libelle": "QF", "n1_libelle": "Bas", "n1_fait": "quotient_familial", "n1_op": "max"}
        | {"n1_a": "712,33", "n1_points": "50", "n2_fait": "quotient_familial", "n2_op": "entre"}
        | {"n2_a": "712,34", "n2_b": "1 000", "n2_points": "40"},
        {
            "code": "qf",
            "libelle": "QF",
            "niveaux": [
                {"libelle": "Bas", "si": {"fait": "quotient_familial", "max": 712.33}, "points": 50},
                {"si": {"fait": "quotient_familial", "min": 712.34, "max": 1000}, "points": 40},
            ],
        },
    ),
    (
        "par",
        {"libelle": "Mois", "par_fait": "anciennete_mois", "par_points": "2", "par_tranche": "3"}
        | {"par_max": "6"},
        {
            "code": "mois",
            "libelle": "Mois",
            "par": {"fait": "anciennete_mois", "points": 2, "tranche": 3, "max": 6},
        },
    ),
    (
        "manuel",
        {"libelle": "Suivi", "manuel_min": "10", "manuel_max": "100", "manuel_pas": "10"},
        {"code": "suivi", "libelle": "Suivi", "manuel": {"min": 10, "max": 100, "pas": 10}},
    ),
    (
        "points",
        {"libelle": "Expert", "points": "1", "si_json": '{"fait": "activite_1", "parmi": ["stage"]}'},
        {
            "code": "expert",
            "libelle": "Expert",
            "points": 1,
            "si": {"fait": "activite_1", "parmi": ["stage"]},
        },
    ),
]


@pytest.mark.parametrize(("mode", "saisie", "attendu"), AJOUTS, ids=[a[2]["code"] for a in AJOUTS])
def test_a_criterion_is_added_in_rows_then_saved_again_unchanged(
    client_de: Ouvrir, mode: str, saisie: dict[str, Any], attendu: dict[str, Any]
) -> None:
    version = creer_version_grille()
    client = client_de("coordination")
    reponse = client.post(f"{adresse('critere_nouveau', version)}?mode={mode}", saisie)
    assert reponse.status_code == 302, reponse.content.decode()
    assert criteres(version)[-1] == attendu
    page = client.get(adresse("critere_modifier", version, attendu["code"]))
    form = page.context["form"]
    relue = {nom: form[nom].value() for nom in form.fields}
    relue = {nom: valeur for nom, valeur in relue.items() if valeur not in (None, "", [], False)}
    reponse = client.post(adresse("critere_modifier", version, attendu["code"]), relue)
    assert reponse.status_code == 302, reponse.content.decode()
    assert criteres(version)[-1] == attendu


FAUTES: list[tuple[str, dict[str, str], str, str]] = [
    ("points", {"libelle": "A", "points": "5"}, "c1_fait", "Choisissez au moins un fait"),
    ("points", {"libelle": "A", "points": "beaucoup", "c1_fait": "adoption"}, "points", "Écrivez un nombre"),
    ("points", {"libelle": "A", "points": "5,5", "c1_fait": "adoption"}, "points", "nombre entier"),
    ("points", {"libelle": "A", "points": "999999", "c1_fait": "adoption"}, "points", "100000"),
    ("points", {"libelle": "A", "points": "5", "c1_fait": "quotient_familial"}, "c1_op", "comment comparer"),
    ("points", {"libelle": "A", "points": "5", "c1_op": "max"}, "c1_fait", "Choisissez le fait"),
    (
        "points",
        {"libelle": "A", "points": "5", "c1_fait": "nb_passages", "c1_op": "min", "c1_a": "x"},
        "c1_a",
        "Écrivez un nombre",
    ),
    (
        "points",
        {"libelle": "A", "points": "5", "c1_fait": "date_entree", "c1_op": "min", "c1_a": "31/02/2027"},
        "c1_a",
        "Écrivez la date",
    ),
    (
        "points",
        {"libelle": "A", "points": "5", "c1_fait": "nb_jours", "c1_op": "entre", "c1_a": "4", "c1_b": "2"},
        "c1_b",
        "plus petite",
    ),
    ("points", {"libelle": "A", "points": "5", "si_json": "{"}, "si_json", "pas du JSON"),
    ("points", {"libelle": "A", "points": "5", "si_json": '{"fait": "x"}'}, "si_json", "n’existe pas"),
    ("points", {"libelle": "A", "points": "5", "code": "É", "c1_fait": "adoption"}, "code", "minuscules"),
    ("points", {"libelle": "A", "points": "5", "code": "residence"}, "code", "porte déjà ce code"),
    ("niveaux", {"libelle": "A"}, "n1_fait", "au moins un niveau"),
    ("niveaux", {"libelle": "A", "n1_fait": "adoption"}, "n1_points", "Indiquez les points"),
    ("niveaux", {"libelle": "A", "n1_points": "5"}, "n1_fait", "Choisissez le fait"),
    ("manuel", {"libelle": "A", "manuel_min": "9", "manuel_max": "3"}, "manuel_min", "« min » dépasse"),
    ("par", {"libelle": "A", "par_points": "3"}, "par_fait", "obligatoire"),
]


@pytest.mark.parametrize(("mode", "saisie", "champ", "message"), FAUTES)
def test_a_fault_is_told_on_its_field_and_nothing_typed_is_lost(
    client_de: Ouvrir, mode: str, saisie: dict[str, str], champ: str, message: str
) -> None:
    version = creer_version_grille()
    page = client_de("coordination").post(f"{adresse('critere_nouveau', version)}?mode={mode}", saisie)
    form = page.context["form"]
    assert message in " ".join(form.errors[champ])
    assert page.status_code == 200
    assert len(criteres(version)) == 2
    for nom, valeur in saisie.items():
        assert form[nom].value() == valeur


def test_the_frame_keeps_codes_and_refuses_to_drop_a_group_in_use(client_de: Ouvrir) -> None:
    oui = {"fait": "adoption", "est": True}
    version = creer_version_grille(
        groupes=[{"code": "g", "libelle": "Activité"}],
        plafonds=[{"code": "p", "libelle": "Social", "criteres": ["a"], "max": 50}],
        criteres=[
            {"code": "a", "libelle": "A", "points": 1, "si": oui, "groupe": "g"},
            {"code": "b", "libelle": "B", "points": 1, "si": oui},
        ],
    )
    client = client_de("coordination")
    saisie = {
        "nom": "Nouveau nom",
        "debut": "01/09/2026",
        "departage": "tirage",
        "plafond_total": "300",
        "g1_libelle": "Activité des parents",
        "g2_libelle": "Fratrie",
        "p1_libelle": "Social",
        "p1_max": "60",
        "p1_criteres": ["a", "b"],
    }
    page = client.post(adresse("grille_cadre", version), saisie | {"g1_libelle": ""})
    assert "retirez-les d’abord du groupe" in " ".join(page.context["form"].errors["g1_libelle"])
    for faute, champ in (({"p1_max": ""}, "p1_max"), ({"p2_max": "3"}, "p2_libelle")):
        page = client.post(adresse("grille_cadre", version), saisie | faute)
        assert champ in page.context["form"].errors
    assert client.post(adresse("grille_cadre", version), saisie).status_code == 302
    lu = document_de(GrilleCriteres.objects.get(pk=version.pk))
    assert (lu["nom"], lu["debut"], lu["departage"], lu["plafond_total"]) == (
        *("Nouveau nom", "2026-09-01", "tirage"),
        300,
    )
    assert lu["groupes"] == [
        {"code": "g", "libelle": "Activité des parents"},
        {"code": "fratrie", "libelle": "Fratrie"},
    ]
    assert lu["plafonds"] == [{"code": "p", "libelle": "Social", "criteres": ["a", "b"], "max": 60}]


def test_the_whole_draft_is_written_in_json_and_two_people_do_not_overwrite_each_other(
    client_de: Ouvrir,
) -> None:
    version = creer_version_grille()
    client = client_de("coordination")
    lu = document_de(version)
    texte = json.dumps(lu | {"plafond_total": 90})
    perimee = {"texte": texte, "version_lue": str(version.version - 1)}
    page = client.post(adresse("grille_json", version), perimee)
    assert "a changé entre-temps" in page.content.decode()
    page = client.post(adresse("grille_json", version), {"texte": json.dumps(lu | {"criteres": []})})
    assert "Criteres : la liste est vide" in " ".join(page.context["form"].errors["texte"])
    client.post(adresse("grille_json", version), {"texte": texte, "version_lue": str(version.version)})
    version.refresh_from_db()
    assert version.plafond_total == 90


def test_a_situation_is_tried_without_writing_anything(client_de: Ouvrir) -> None:
    client = client_de("coordination")
    client.post(
        reverse("dossiers:grille_importer"),
        {"fichier": SimpleUploadedFile("g.json", json.dumps(document()).encode())},
    )
    version = GrilleCriteres.objects.get()
    page = client.get(adresse("grille_essai", version))
    assert page.context["cotation"] is None
    essai = {
        "essayer": "1",
        "f_residence_commune": "oui",
        "v_residence_commune": "on",
        "f_situation_familiale": "isole",
        "f_activite_1": "salarie",
        "f_quotient_familial": "650,5",
        "m_suivi": "40",
    }
    cotation = client.get(adresse("grille_essai", version), essai).context["cotation"]
    assert (cotation.declare, cotation.verifie) == (250, 140)
    page = client.get(adresse("grille_essai", version), essai | {"m_suivi": "45"})
    assert "de 10 en 10" in " ".join(page.context["form"].errors["m_suivi"])


def test_publishing_leads_to_its_progress_and_a_draft_can_be_dropped(client_de: Ouvrir) -> None:
    creer_version_grille(publiee=True)
    version = creer_version_grille(nom="Projet")
    client = client_de("coordination")
    autre = creer_version_grille(debut="2100-01-01")
    annonce = client.get(adresse("grille_publier", autre)).content.decode()
    assert "commence le <strong>1er janvier 2100" in annonce
    assert "Publier maintenant" not in annonce
    page = client.post(adresse("grille_publier", autre), follow=True).content.decode()
    assert "elle entrera en vigueur le 1er janvier 2100" in page
    assert client.post(adresse("grille_supprimer", autre)).status_code == 404
    assert (
        "Reprendre en brouillon"
        not in client_de("direction").get(adresse("grille_detail", autre)).content.decode()
    )
    page = client_de("coordination").post(adresse("grille_deprogrammer", autre), follow=True).content.decode()
    assert "est de nouveau un brouillon" in page
    client.post(adresse("grille_supprimer", autre))
    assert not GrilleCriteres.objects.filter(pk=autre.pk).exists()
    assert "sera remplacée" in client.get(adresse("grille_publier", version)).content.decode()
    reponse = client.post(adresse("grille_publier", version))
    tache = Tache.objects.get(nature="publication_grille")
    assert reponse.headers["Location"] == reverse("structures:tache_detail", args=[tache.pk])
    assert client.post(adresse("grille_publier", version)).status_code == 404
