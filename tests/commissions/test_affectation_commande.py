"""The auditor's command: exit statuses, one line for what is malformed, and not a line of Django."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commissions.regles.affectation import affecter, resultat_canonique
from commissions.regles.affectation.__main__ import main
from tests.commissions.instances import accueil, contrat, demande, instance
from tests.commissions.test_instance import MALFORMEES, _pose, riche

RACINE = Path(__file__).resolve().parents[2]
SANS_DJANGO = """
import runpy, sys
class Refus:
    def find_spec(self, nom, chemin=None, cible=None):
        if nom.partition(".")[0] in {"django", "psycopg", "pghistory", "pgtrigger", "environs"}:
            raise ImportError(nom + " est interdit ici")
sys.meta_path.insert(0, Refus())
runpy.run_module("commissions.regles.affectation", run_name="__main__", alter_sys=True)
"""
EXEMPLE = instance(
    [accueil("A", 2), accueil("B", 1)],
    [
        demande("Léa", contrat("A", 60)),
        demande("Kai", contrat("B", 55), contrat("A", 55)),
        demande("Mia", contrat("B", 50), contrat("A", 50)),
    ],
)


def ecrire(dossier: Path, nom: str, contenu: Any) -> str:
    chemin = dossier / nom
    octets = contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode()
    chemin.write_bytes(octets)
    return str(chemin)


def test_la_commande_marche_sans_django(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, "instance.json", EXEMPLE)

    def lancer(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-c", SANS_DJANGO, *arguments],
            cwd=RACINE,
            env={"PYTHONPATH": str(RACINE)},
            capture_output=True,
            check=False,
        )

    fait = lancer(chemin)
    assert (fait.returncode, fait.stderr) == (0, b"")
    assert fait.stdout == resultat_canonique(affecter(EXEMPLE))
    resultat = ecrire(tmp_path, "resultat.json", fait.stdout)
    verifie = lancer("--verifier", chemin, resultat)
    assert (verifie.returncode, verifie.stdout, verifie.stderr) == (0, b"", b"")


def test_le_blocage_de_django_en_est_un() -> None:
    essai = SANS_DJANGO.replace("commissions.regles.affectation", "commissions.models")
    fait = subprocess.run(
        [sys.executable, "-c", essai], cwd=RACINE, capture_output=True, text=True, check=False
    )
    assert "est interdit ici" in fait.stderr


def test_une_anomalie_par_ligne_et_le_code_1(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    resultat = affecter(EXEMPLE)
    resultat["bilan"]["affectees"] = 9
    resultat["empreinte"] = "0" * 64
    chemin = ecrire(tmp_path, "i.json", EXEMPLE)
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", resultat_canonique(resultat))]) == 1
    sys.stdout.flush()
    sortie = capfdbinary.readouterr()
    assert sortie.out.decode().splitlines() == [
        "règle 5 : l’empreinte n’est pas celle de cette instance",
        "bilan : affectees 9, attendu 3",
    ]
    assert sortie.err == b""


def test_un_resultat_juste_mais_mal_ecrit_se_voit(tmp_path: Path) -> None:
    chemin, octets = ecrire(tmp_path, "i.json", EXEMPLE), resultat_canonique(affecter(EXEMPLE))
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", octets)]) == 0
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", octets + b"\n")]) == 0
    aere = json.dumps(json.loads(octets), indent=1, ensure_ascii=False).encode()
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", aere)]) == 1
    ascii_seul = json.dumps(json.loads(octets), sort_keys=True, separators=(",", ":")).encode()
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", ascii_seul)]) == 1


def test_l_exemple_du_lisez_moi() -> None:
    lisez_moi = (RACINE / "README.md").read_text(encoding="utf-8").partition("## La répartition")[2]
    exemple, ligne = (json.loads(bloc) for bloc in re.findall(r"```json\n(.*?)```", lisez_moi, re.DOTALL)[:2])
    resultat = affecter(exemple)
    assert ligne in resultat["affectations"]
    assert {a["demande"][-1]: a["voeu"] for a in resultat["affectations"]} == {"1": 1, "2": 1, "3": 2}


AUTRES = {
    "accueil sans capacité": lambda i: i["accueils"][0].pop("capacite"),
    "accueils en objet": _pose("accueils", {}),
    "antériorité au fuseau": _pose("demandes.0.anteriorite", "2026-02-03T10:00:00+01:00"),
    "antériorité à 24 h": _pose("demandes.0.anteriorite", "2026-02-03T24:00:00"),
    "antériorité nulle": _pose("demandes.0.anteriorite", None),
    "antériorité en chiffres arabes": _pose("demandes.0.anteriorite", "٢٠٢٦-02-03"),
    "capacité texte": _pose("accueils.0.capacite.0", "3"),
    "capacité trop longue": _pose("accueils.0.capacite", [1, 1, 1, 1]),
    "clé inconnue d’un accueil": _pose("accueils.0.nom", "x"),
    "clé inconnue d’un groupe": _pose("groupes.0.nom", "x"),
    "clé inconnue d’un vœu": _pose("demandes.0.voeux.0.rang", 1),
    "clé inconnue d’une demande": _pose("demandes.0.rang", 1),
    "créneau booléen": _pose("demandes.0.voeux.0.creneaux", [True]),
    "créneau décimal": _pose("demandes.0.voeux.0.creneaux", [1.0]),
    "créneau négatif": _pose("demandes.0.voeux.0.creneaux", [-1]),
    "créneaux absents du vœu": _pose("demandes.0.voeux.0.creneaux", None),
    "créneaux non textes": _pose("creneaux.0", 1),
    "demande qui n’est pas un objet": _pose("demandes.0", "D"),
    "deux places actuelles": lambda i: i["demandes"][2]["voeux"].append(dict(i["demandes"][2]["voeux"][-1])),
    "groupe booléen": _pose("demandes.0.groupe", True),
    "groupe double": lambda i: i["groupes"].append(dict(i["groupes"][0])),
    "groupes nuls": _pose("groupes", None),
    "id en demi-caractère": _pose("demandes.0.id", "\ud800"),
    "id vide": _pose("demandes.0.id", ""),
    "place actuelle nulle": _pose("demandes.2.voeux.1.place_actuelle", None),
    "places d’une réserve décimales": _pose("accueils.0.reserves.0.places", 1.0),
    "points booléens": _pose("demandes.0.voeux.0.points", True),
    "points décimaux": _pose("demandes.0.voeux.0.points", 7.5),
    "points nuls": _pose("demandes.0.voeux.0.points", None),
    "réserve double": lambda i: i["accueils"][0]["reserves"].append(dict(i["accueils"][0]["reserves"][0])),
    "réserves nulles": _pose("accueils.0.reserves", None),
    "tirage booléen": _pose("demandes.0.tirage", True),
    "tirage décimal": _pose("demandes.0.tirage", 1.0),
    "titre entier": _pose("demandes.0.titres", [1]),
    "titres nuls": _pose("demandes.0.titres", None),
    "version décimale": _pose("version", 1.0),
}
FICHIERS = {
    "clé écrite deux fois": b'{"version": 1, "version": 1}',
    "clé écrite deux fois au fond": json.dumps(EXEMPLE)
    .encode()
    .replace(b'"points": 60', b'"points": 1, "points": 60'),
    "entier sans fin": b'{"version": ' + b"1" * 5000 + b"}",
    "infini": b'{"version": Infinity}',
    "liste": b"[]",
    "NaN": json.dumps(EXEMPLE).encode().replace(b'"points": 60', b'"points": NaN'),
    "nul": b"null",
    "octets": b"\xff\xfe\x00{",
    "pas du JSON": "Léa".encode(),
    "puits": b"[" * 100_000,
    "tronqué": json.dumps(EXEMPLE).encode()[:-3],
    "vide": b"",
}


def _fichier(cas: str) -> bytes:
    if cas in FICHIERS:
        return FICHIERS[cas]
    fausse = copy.deepcopy(riche())
    {**MALFORMEES, **AUTRES}[cas](fausse)
    return json.dumps(fausse).encode()


@pytest.mark.parametrize("cas", sorted({*MALFORMEES, *AUTRES, *FICHIERS}))
def test_un_fichier_malforme_finit_par_2_et_une_ligne(
    cas: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    chemin = ecrire(tmp_path, "i.json", _fichier(cas))
    assert main([chemin]) == 2
    sys.stderr.flush()
    sortie = capfdbinary.readouterr()
    assert sortie.out == b""
    assert sortie.err.count(b"\n") == 1
    assert sortie.err.endswith(b"\n")
    assert b" : " in sortie.err
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", b"{}")]) == 2


def test_la_ligne_nomme_l_element(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fausse = copy.deepcopy(EXEMPLE)
    fausse["demandes"][1]["voeux"][1]["accueil"] = "Z\nB"
    assert main([ecrire(tmp_path, "i.json", fausse)]) == 2
    assert capfd.readouterr().err == "demandes[1].voeux[1].accueil : accueil inconnu : 'Z\\nB'\n"


@pytest.mark.parametrize(
    "arguments", [[], ["absent.json"], ["."], ["--verifier", "x"], ["--aide"], ["a", "b"]]
)
def test_une_commande_mal_ecrite_finit_par_2(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    sortie = capfd.readouterr()
    assert (sortie.out, sortie.err.count("\n")) == ("", 1)


def test_l_heure_vaut_pour_toutes_les_demandes_a_la_fois(tmp_path: Path) -> None:
    a_la_seconde = copy.deepcopy(EXEMPLE)
    for i, d in enumerate(a_la_seconde["demandes"]):
        d["anteriorite"] = f"2026-01-12T10:00:0{9 - i}"
        for voeu in d["voeux"]:
            voeu["points"] = 1
    assert main([ecrire(tmp_path, "i.json", a_la_seconde)]) == 0
    assert {a["demande"]: a["accueil"] for a in affecter(a_la_seconde)["affectations"]} == {
        "Mia": "B",
        "Kai": "A",
        "Léa": "A",
    }


def test_un_resultat_qui_n_est_pas_du_json_finit_par_2_et_un_autre_objet_par_1(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, "i.json", EXEMPLE)
    assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", b"{")]) == 2
    for autre in ([], {}, None, 3, {**affecter(EXEMPLE), "note": 1}):
        assert main(["--verifier", chemin, ecrire(tmp_path, "r.json", autre)]) == 1
