"""Taking over a list of pending dossiers, on the real database: all or nothing, once, nothing lowered."""

import csv
import io
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dossiers.models import (
    Cotation,
    Dossier,
    Enfant,
    EtatDossier,
    Famille,
    GroupeNaissance,
    Journal,
    LigneReprise,
    PieceJustificative,
    Rapprochement,
    Reprise,
    Responsable,
)
from dossiers.regles.reprise.bilan import Bilan
from dossiers.services import statistiques
from dossiers.services.reprise import ecriture
from tests.dossiers.fichier_repris import (  # noqa: F401, the fixture
    PAUL,
    TEMOIN,
    essayer,
    fichier,
    reprendre,
    ville,
)
from tests.factories import (
    creer_dossier,
    creer_enfant,
    creer_famille,
    creer_mairie,
    creer_structure,
    creer_version_grille,
)


@pytest.mark.usefixtures("ville")
def test_le_fichier_temoin_en_base() -> None:
    bilan = reprendre(TEMOIN.read_bytes()).en_json()
    assert (bilan["lignes"], bilan["acceptees"], bilan["reparees"], len(bilan["refusees"])) == (20, 9, 5, 6)
    assert bilan["rapprochements"] == [[2, 18], [2, 19], [18, 19]]
    assert Dossier.objects.count() == bilan["dossiers_crees"] == 14
    assert Rapprochement.objects.count() == 3
    premier = Dossier.objects.get(numero_origine="2025-00001", enfant__nom="MARTINAUD")
    assert (premier.depose_le, premier.complet_le) == (date(2026, 3, 12), date(2026, 3, 20))
    assert (premier.etat, premier.origine) == (EtatDossier.ACTIF, "reprise")
    assert premier.numero.startswith("2026-")
    assert [v.structure.nom for v in premier.voeux.order_by("rang")] == ["Ribambelle", "Minouchat"]
    assert premier.besoins.get().demi_journees == [0, 1, 2, 6, 7, 8, 9]
    assert set(premier.famille.responsables.values_list("activite", flat=True)) == {
        "salarie",
        "recherche_emploi",
    }
    assert Dossier.objects.filter(numero_origine="2025-00001").count() == 2


@pytest.mark.usefixtures("ville")
def test_une_grande_reprise_dit_ses_statistiques_une_fois_validee(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    monkeypatch.setattr(statistiques, "GRAND_NOMBRE", 10)
    with django_capture_on_commit_callbacks() as petite:
        reprendre(fichier({}))
    with (
        django_capture_on_commit_callbacks(execute=True) as grande,
        CaptureQueriesContext(connection) as avant_la_validation,
    ):
        reprendre(TEMOIN.read_bytes())
    assert not any(q["sql"].startswith("ANALYZE") for q in avant_la_validation.captured_queries)
    assert len(grande) == len(petite) + 1
    with connection.cursor() as curseur:
        curseur.execute("SELECT reltuples FROM pg_class WHERE relname = 'dossiers_ligneliste'")
        assert curseur.fetchone() == (15,)


@pytest.mark.usefixtures("ville")
def test_rien_n_est_verifie_ni_note() -> None:
    reprendre(TEMOIN.read_bytes())
    assert set(PieceJustificative.objects.values_list("etat", flat=True)) == {"attendue"}
    with connection.cursor() as curseur:
        curseur.execute("SELECT row_to_json(t)::text FROM dossiers_reprise t")
        assert "voisine" not in curseur.fetchone()[0]
    assert not Responsable.objects.filter(nom__icontains="voisine").exists()


@pytest.mark.usefixtures("ville")
def test_les_faits_repris_sont_cotes_declares_jamais_verifies() -> None:
    creer_version_grille(publiee=True)
    reprendre(fichier({}, {**PAUL, "N° allocataire": "9000009", "Téléphone": "0639981919"}))
    cotations = Cotation.objects.filter(courante=True)
    assert cotations.count() == 2
    assert {c.verifie for c in cotations} == {0}
    assert all(c.declare > 0 for c in cotations)


@pytest.mark.usefixtures("ville")
def test_un_jumeau_d_un_fichier_suivant_rejoint_la_naissance() -> None:
    jumeau = {"Naissance multiple": "oui"}
    reprendre(fichier(jumeau))
    assert not GroupeNaissance.objects.exists()
    suite = [{"N° dossier": f"A-{n}", "Prénom enfant": p, **jumeau} for n, p in ((2, "Odin"), (3, "Ysé"))]
    reprendre(fichier(jumeau, suite[0]))
    groupe = GroupeNaissance.objects.get()
    assert [e.prenom for e in groupe.enfants.order_by("rang_naissance")] == ["Zélie", "Odin"]
    reprendre(fichier(jumeau, *suite, {**PAUL, "N° dossier": "A-4"}))
    assert list(groupe.enfants.order_by("pk").values_list("rang_naissance", flat=True)) == [1, 2, 3]
    assert Famille.objects.count() == 1
    assert Enfant.objects.get(prenom="Paul").groupe is None


@pytest.mark.usefixtures("ville")
def test_jumeaux_lies_et_fratries_reunies() -> None:
    reprendre(TEMOIN.read_bytes())
    groupe = GroupeNaissance.objects.get()
    assert [e.prenom for e in groupe.enfants.order_by("rang_naissance")] == ["Basile", "Bérénice"]
    assert groupe.enfants.values("famille").distinct().count() == 1
    # Line 21 is a brother of line 2, but declares another town: nothing is merged, and it is said.
    paul = Enfant.objects.get(prenom="Paul")
    assert paul.famille.enfants.count() == 1


@pytest.mark.usefixtures("ville")
def test_un_essai_n_ecrit_rien() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_current_xact_id_if_assigned()")
        avant = curseur.fetchone()
        essai = essayer(TEMOIN.read_bytes()).en_json()
        curseur.execute("SELECT pg_current_xact_id_if_assigned()")
        assert curseur.fetchone() == avant
    assert not Dossier.objects.exists()
    assert not Reprise.objects.exists()
    assert essai == reprendre(TEMOIN.read_bytes()).en_json()


@pytest.mark.usefixtures("ville")
def test_deux_fois_le_meme_fichier_ne_change_rien() -> None:
    premier = reprendre(TEMOIN.read_bytes()).en_json()
    etat = list(Dossier.objects.order_by("pk").values())
    second = reprendre(TEMOIN.read_bytes()).en_json()
    assert list(Dossier.objects.order_by("pk").values()) == etat
    assert (second["dossiers_crees"], second["inchangees"]) == (0, 14)
    for cle in ("lignes", "acceptees", "reparees", "refusees", "rapprochements"):
        assert second[cle] == premier[cle]
    assert Rapprochement.objects.count() == 3
    assert LigneReprise.objects.count() == 14


@pytest.mark.usefixtures("ville")
def test_le_meme_contenu_sous_une_autre_forme_est_le_meme() -> None:
    reprendre(TEMOIN.read_bytes())
    rangees = list(csv.reader(io.StringIO(TEMOIN.read_bytes().decode("cp1252"), newline=""), delimiter=";"))
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter="\t").writerows([list(reversed(r)) for r in rangees])
    second = reprendre(b"\xef\xbb\xbf" + sortie.getvalue().encode()).en_json()
    assert (second["dossiers_crees"], second["inchangees"]) == (0, 14)


@pytest.mark.usefixtures("ville")
def test_une_ligne_changee_est_listee_jamais_ecrite() -> None:
    reprendre(fichier({}))
    avant = Dossier.objects.values().get()
    bilan = reprendre(fichier({"Entrée souhaitée": "01/10/2027", "Choix 1": "Minouchat", "Choix 2": ""}))
    assert Dossier.objects.values().get() == avant
    (different,) = bilan.en_json()["differents"]
    assert different == {
        "ligne": 2,
        "numero_origine": "A-1",
        "dossier": avant["numero"],
        "ecarts": ["entrée", "choix"],
    }
    assert bilan.en_json()["rapprochements"] == []


@pytest.mark.usefixtures("ville")
def test_un_enfant_ne_depuis_est_different_pas_nouveau() -> None:
    attendu = {"Prénom enfant": "", "Date de naissance": "", "Date présumée d’accouchement": "01/12/2026"}
    reprendre(fichier(attendu))
    ne = {"Prénom enfant": "Zoé", "Date de naissance": "21/11/2026"}
    bilan = reprendre(fichier(ne))
    assert [d.ecarts for d in bilan.differents] == [("prénom", "naissance")]
    assert Dossier.objects.count() == 1


@pytest.mark.usefixtures("ville")
def test_sans_numero_la_ligne_changee_est_reconnue_a_l_enfant() -> None:
    reprendre(fichier({"N° dossier": ""}))
    bilan = reprendre(fichier({"N° dossier": "", "Entrée souhaitée": "01/10/2027"}))
    assert len(bilan.differents) == 1
    assert Dossier.objects.count() == 1


@pytest.mark.usefixtures("ville")
def test_deux_versions_d_une_ligne_dans_un_fichier() -> None:
    bilan = reprendre(fichier({}, {}, {"Entrée souhaitée": "01/10/2027"}))
    assert [(d.ligne, d.dossier) for d in bilan.differents] == [(4, 2)]
    assert bilan.inchangees == [3]
    assert [2, 3] in bilan.en_json()["rapprochements"]
    assert Dossier.objects.count() == 1


@pytest.mark.usefixtures("ville")
def test_jumeaux_a_naitre_sur_deux_lignes_identiques() -> None:
    a_naitre = {
        "Prénom enfant": "",
        "Date de naissance": "",
        "Date présumée d’accouchement": "01/03/2027",
        "Naissance multiple": "oui",
        "Date de dépôt": "20/10/2026",
        "Date dossier complet": "",
    }
    for _ in range(2):
        bilan = reprendre(fichier(a_naitre, a_naitre))
        assert (Dossier.objects.count(), GroupeNaissance.objects.count()) == (2, 1)
        assert bilan.en_json()["rapprochements"] == []


@pytest.mark.usefixtures("ville")
def test_un_frere_repris_plus_tard_rejoint_son_foyer() -> None:
    reprendre(fichier({}))
    bilan = reprendre(fichier({}, PAUL))
    assert Famille.objects.count() == 1
    assert Famille.objects.get().enfants.count() == 2
    assert bilan.foyers == []


@pytest.mark.usefixtures("ville")
def test_foyers_separes_quand_les_faits_different() -> None:
    bilan = reprendre(fichier({}, {**PAUL, "Enfants à charge": "3"}))
    assert Famille.objects.count() == 2
    assert [ligne for ligne, _ in bilan.foyers] == [3]
    autre_adulte = reprendre(
        fichier({**PAUL, "N° dossier": "A-3", "Prénom enfant": "Léa", "Prénom resp. 1": "Ève"})
    )
    assert Famille.objects.count() == 3
    assert autre_adulte.foyers == []


@pytest.mark.usefixtures("ville")
def test_une_protection_n_est_jamais_abaissee() -> None:
    reprendre(fichier({"Adresse protégée": "oui"}))
    famille = Famille.objects.get()
    assert famille.protegee
    reprendre(fichier({"Adresse protégée": "non"}))
    famille.refresh_from_db()
    assert famille.protegee
    # A brother told in clear in a later file is protected as well, and never shown beside the first.
    bilan = reprendre(fichier({**PAUL, "Enfants à charge": "4"}))
    assert not Famille.objects.filter(protegee=False).exists()
    assert bilan.en_json()["rapprochements"] == []
    assert [motif for _, motif in bilan.foyers] == ["protection posée : elle touche un foyer déjà protégé"]


@pytest.mark.usefixtures("ville")
def test_un_dossier_protege_de_la_base_n_est_dit_a_personne() -> None:
    famille = creer_famille(
        responsable={"nom": "Martinaud", "prenom": "Odile", "telephone": "0639981010"}, protegee=True
    )
    enfant = creer_enfant(famille, nom="MARTINAUD", prenom="Zelie", date_naissance=date(2025, 5, 14))
    protege = creer_dossier(enfant=enfant)
    bilan = reprendre(fichier({}))
    assert bilan.en_json()["rapprochements"] == []
    assert protege.numero not in json.dumps(bilan.en_json())
    assert Dossier.objects.exclude(pk=protege.pk).get().famille.protegee
    assert Rapprochement.objects.filter(dossier=protege).exists()


@pytest.mark.usefixtures("ville")
def test_rapproche_d_un_dossier_du_guichet_sans_le_toucher() -> None:
    famille = creer_famille(
        responsable={"nom": "Martinaud", "prenom": "Odile", "telephone": "06 39 98 10 10"}
    )
    enfant = creer_enfant(famille, nom="Martinaud", prenom="Zélie", date_naissance=date(2025, 5, 14))
    connu = creer_dossier(enfant=enfant)
    avant = Dossier.objects.filter(pk=connu.pk).values().get()
    bilan = reprendre(fichier({"Nom enfant": "Zélie", "Prénom enfant": "Martinaud"}))
    assert bilan.en_json()["rapprochements"] == [[2, connu.numero]]
    assert Dossier.objects.filter(pk=connu.pk).values().get() == avant
    assert Dossier.objects.count() == 2
    assert Rapprochement.objects.get().dossier == connu


@pytest.mark.usefixtures("ville")
def test_une_panne_au_milieu_ne_laisse_rien(monkeypatch: pytest.MonkeyPatch) -> None:
    def panne(*_: object) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr(ecriture, "_ecrire_pieces", panne)
    with pytest.raises(RuntimeError), transaction.atomic():
        reprendre(TEMOIN.read_bytes())
    for modele in (Dossier, Famille, Enfant, LigneReprise, Journal):
        assert not modele.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deux_reprises_a_la_fois_n_en_font_qu_une() -> None:
    creer_structure(nom="Ribambelle")
    creer_structure(nom="Minouchat")
    creer_mairie(nom="Fauriel")
    bilans: list[Bilan] = []
    depart = threading.Barrier(2)

    def une() -> None:
        try:
            depart.wait()
            bilans.append(reprendre(fichier({}, PAUL)))
        finally:
            connection.close()

    fils = [threading.Thread(target=une) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(b.dossiers_crees for b in bilans) == [0, 2]
    assert Dossier.objects.count() == 2


FOURNIE = Path(__file__).resolve().parents[3] / "shared" / "donnees" / "reprise-dossiers.csv"


@pytest.mark.skipif(not FOURNIE.exists(), reason="la liste fournie n’est pas à côté du projet")
def test_la_liste_fournie_compte_par_compte(db: None) -> None:
    """The 1,240 lines, counted apart from the product with twenty lines of csv."""
    rangees = list(
        csv.DictReader(io.StringIO(FOURNIE.read_bytes().decode("cp1252"), newline=""), delimiter=";")
    )
    noms = {r["Choix 1"] for r in rangees if r["Choix 1"] and r["Choix 1"] != r["Choix 1"].lower()}
    for nom in noms - {"Crèche des Nuages"}:
        creer_structure(nom=nom)
    for nom in {r["Mairie de dépôt"] for r in rangees}:
        creer_mairie(nom=nom)
    refusees = {77, 125, 626, 844, 915, 925}
    reparees = {
        n
        for n, r in enumerate(rangees, 2)
        if n not in refusees
        and (
            r["Observations"]
            or len(r["Date de dépôt"]) == 8
            or len(choix := [c for i in range(1, 6) if (c := r[f"Choix {i}"])]) > len(set(choix))
            or any(c not in noms or c == "Crèche des Nuages" for c in choix)
        )
    }
    bilan = essayer(FOURNIE.read_bytes()).en_json()
    assert bilan["lignes"] == 1240
    assert {r["ligne"] for r in bilan["refusees"]} == refusees
    assert {r["ligne"] for r in bilan["reparations"]} == reparees
    assert bilan["acceptees"] == 1240 - 6 - len(reparees)
    assert {autre for _, autre in bilan["rapprochements"]} == set(range(1195, 1242))
