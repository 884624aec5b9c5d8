"""The children present, month after month: told first, applied once confirmed."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from dossiers.models import Admission, Enfant, Journal, Reprise
from dossiers.regles.reprise.differences import ABSENT, CHANGE, NOUVEAU, BilanPresents
from dossiers.services.lecture_fichier import lire_tableau
from dossiers.services.reprise import dossiers, presents
from guichet.erreurs import ErreurMetier
from structures.models import Section
from tests.factories import (
    creer_admission,
    creer_dossier,
    creer_enfant,
    creer_famille,
    creer_section,
    creer_structure,
)

MAINTENANT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DECEMBRE = datetime(2026, 12, 22, 10, 0, tzinfo=UTC)
TEMOIN = Path(__file__).parent.parent / "donnees" / "presents.csv"
TITRES = "Structure;Section;Nom;Prénom;Né le;Lundi;Mardi;Début;Fin"
ADA = "Ribambelle;Grands;Prat;Ada;01/02/2025;J;J;01/09/2025;31/07/2027"


@pytest.fixture
def ville(db: None) -> None:
    for nom in ("Ribambelle", "Minouchat"):
        structure = creer_structure(nom=nom)
        creer_section(structure, nom="Bébés", age_min_jours=70, age_max_mois=15)
        creer_section(structure, nom="Grands", age_min_jours=0, age_min_mois=15, age_max_mois=40)


def fichier(*lignes: str) -> bytes:
    return "\n".join((TITRES, *lignes, "")).encode()


def lire(octets: bytes) -> Any:
    tableau = lire_tableau(octets, contenu="presents")
    return tableau, dossiers.colonnes_confirmees(tableau.titres, contenu="presents")


def essayer(octets: bytes, maintenant: datetime = MAINTENANT) -> BilanPresents:
    return presents.essayer(*lire(octets), maintenant=maintenant)


def appliquer(octets: bytes, maintenant: datetime = MAINTENANT, confirmee: str = "") -> BilanPresents:
    reprise = dossiers.deposer_reprise(
        contenu="presents", nom_fichier="presents.csv", empreinte="0" * 64, par=None, maintenant=maintenant
    )
    confirmee = confirmee or essayer(octets, maintenant).empreinte
    return presents.appliquer(reprise, *lire(octets), confirmee=confirmee, par=None, maintenant=maintenant)


def natures(bilan: BilanPresents) -> list[str]:
    return [d.nature for d in bilan.differences]


@pytest.mark.usefixtures("ville")
def test_le_fichier_temoin() -> None:
    bilan = essayer(TEMOIN.read_bytes()).en_json()
    assert (bilan["lignes"], bilan["acceptees"], bilan["reparees"]) == (12, 4, 2)
    assert [(r["ligne"], r["colonne"]) for r in bilan["refusees"]] == [
        (7, "Date de naissance"),
        (8, "Structure"),
        (9, "Lundi"),
        (10, "Fin contrat"),
        (11, "Prénom"),
        (13, "Début du contrat"),
    ]
    assert [d["nature"] for d in bilan["differences"]] == [NOUVEAU] * 6
    assert not Admission.objects.exists()
    appliquer(TEMOIN.read_bytes())
    zelie = Admission.objects.get(enfant__prenom="Zélie")
    assert (zelie.section.nom, zelie.demi_journees) == ("Bébés", [0, 1, 2, 3, 6, 7, 8, 9])
    assert (zelie.debut, zelie.fin, zelie.origine) == (date(2026, 10, 1), date(2028, 8, 31), "reprise")
    assert Admission.objects.get(enfant__prenom="Max").section.nom == "Grands"


@pytest.mark.usefixtures("ville")
def test_rejouer_ne_change_rien() -> None:
    appliquer(TEMOIN.read_bytes())
    etat = list(Admission.objects.order_by("pk").values())
    second = appliquer(TEMOIN.read_bytes())
    assert (second.differences, second.inchanges) == ([], 6)
    assert list(Admission.objects.order_by("pk").values()) == etat


@pytest.mark.usefixtures("ville")
def test_le_mois_suivant_nouveau_change_absent() -> None:
    bo = ADA.replace("Ada", "Bo")
    appliquer(fichier(ADA, bo, ADA.replace("Ribambelle", "Minouchat").replace("Ada", "Cyr")))
    suivant = fichier(ADA.replace("J;J;", "J;;"), ADA.replace("Ada", "Dan"))
    bilan = appliquer(suivant, DECEMBRE)
    assert sorted(natures(bilan)) == sorted([CHANGE, NOUVEAU, ABSENT])
    assert Admission.objects.get(enfant__prenom="Ada").demi_journees == [0, 1]
    assert Admission.objects.get(enfant__prenom="Bo").fin == date(2026, 12, 22)
    assert Admission.objects.get(enfant__prenom="Cyr").fin == date(2027, 7, 31)
    assert bilan.structures_absentes == ("Minouchat",)
    assert natures(essayer(suivant, DECEMBRE)) == []


@pytest.mark.usefixtures("ville")
def test_un_enfant_admis_par_la_commission_est_reconnu() -> None:
    section = Section.objects.get(structure__nom="Ribambelle", nom="Grands")
    enfant = creer_enfant(nom="PRAT", prenom="Ada", date_naissance=date(2025, 2, 1))
    admise = creer_admission(
        section, enfant=enfant, demi_journees=[0, 1], debut=date(2025, 9, 1), fin=date(2027, 7, 31)
    )
    bilan = appliquer(fichier(ADA))
    assert natures(bilan) == [CHANGE]
    admise.refresh_from_db()
    assert (admise.demi_journees, admise.origine) == ([0, 1, 2, 3], "commission")
    assert Enfant.objects.count() == 1
    # A child only Guichet knows is not sent away by a file that ignores it.
    autre = creer_admission(section, debut=date(2026, 9, 1), fin=date(2027, 7, 31))
    bilan = appliquer(fichier(ADA), DECEMBRE)
    autre.refresh_from_db()
    assert autre.fin == date(2027, 7, 31)
    assert (natures(bilan), len(bilan.remarques)) == ([], 1)


@pytest.mark.usefixtures("ville")
def test_deux_contrats_qui_se_suivent() -> None:
    premier = ADA.replace("31/07/2027", "31/12/2026")
    second = ADA.replace("01/09/2025;31/07/2027", "01/01/2027;31/07/2027").replace("J;J", "J;")
    appliquer(fichier(premier, second))
    assert Admission.objects.count() == 2
    assert Enfant.objects.count() == 1
    assert natures(appliquer(fichier(premier, second))) == []


@pytest.mark.usefixtures("ville")
def test_une_liste_qui_a_change_n_est_pas_appliquee() -> None:
    vue = essayer(fichier(ADA)).empreinte
    appliquer(fichier(ADA))
    with pytest.raises(ErreurMetier) as refus, transaction.atomic():
        appliquer(fichier(ADA.replace("J;J", "J;")), confirmee=vue)
    assert refus.value.code == "differences_changees"
    assert Admission.objects.get().demi_journees == [0, 1, 2, 3]


@pytest.mark.usefixtures("ville")
def test_present_et_encore_en_attente() -> None:
    famille = creer_famille()
    enfant = creer_enfant(famille, nom="Prat", prenom="Ada", date_naissance=date(2025, 2, 1))
    dossier = creer_dossier(enfant=enfant)
    assert essayer(fichier(ADA)).en_json()["rapprochements"] == [[2, dossier.numero]]
    famille.protegee, famille.protegee_le = True, MAINTENANT
    famille.save()
    assert essayer(fichier(ADA)).en_json()["rapprochements"] == []


@pytest.mark.usefixtures("ville")
def test_commande_a_confirmer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chemin = tmp_path / "presents.csv"
    chemin.write_bytes(fichier(ADA))

    def lancer(*options: str) -> tuple[int, Any, str]:
        code = 0
        try:
            call_command("reprendre", str(chemin), "--contenu", "presents", "--json", *options)
        except SystemExit as sortie:
            code = int(sortie.code or 0)
        lu = capsys.readouterr()
        return code, json.loads(lu.out), lu.err

    code, essai, _ = lancer("--essai")
    assert (code, len(essai["differences"])) == (0, 1)
    code, _, erreur = lancer()
    assert (code, essai["empreinte"] in erreur) == (3, True)
    assert lancer("--confirmer", "autre")[0] == 3
    assert not Admission.objects.exists()
    assert not Reprise.objects.exists()
    code, fait, _ = lancer("--confirmer", essai["empreinte"])
    assert (code, fait["differences"]) == (0, essai["differences"])
    assert Admission.objects.count() == 1
    assert Journal.objects.get().details == {NOUVEAU: 1, CHANGE: 0, ABSENT: 0}
    assert lancer()[0] == 0
