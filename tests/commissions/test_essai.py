"""What if: places, guarantees and points changed on a copy, and who gains, loses or splits."""

from typing import Any

from commissions.regles.affectation import affecter
from commissions.regles.essai import avec_places, avec_points, avec_reserve, difference
from commissions.regles.lecture_resultat import Issue, lire_issues
from commissions.regles.repartition import AUTRES, NON_DIT, repartir, tranche_qf
from tests.commissions.test_explication import demande, instance


def issues(probleme: dict[str, Any]) -> dict[str, Issue]:
    return lire_issues(probleme, affecter(probleme))


def liste() -> dict[str, Any]:
    return instance(
        {"A": [1], "B": [1]},
        demande("ana", ("A", 90)),
        demande("bea", ("A", 80), ("B", 80)),
        demande("cyr", ("B", 70)),
    )


def test_une_place_de_plus_dit_qui_gagne_et_ne_change_pas_la_liste() -> None:
    probleme = liste()
    essai = avec_places(probleme, "A", [0], 1)
    trouvee = difference(probleme, issues(probleme), issues(essai))
    assert [
        (e.demande, e.avant and e.avant.accueil, e.apres and e.apres.accueil) for e in trouvee.gagnent
    ] == [
        ("bea", "B", "A"),
        ("cyr", None, "B"),
    ]
    assert (trouvee.perdent, probleme) == ([], liste())


def test_une_place_de_moins_ne_va_pas_sous_les_presents() -> None:
    probleme = instance({"A": [3]}, demande("p", ("A", 10, [0], True)), demande("x", ("A", 90)))
    assert avec_places(probleme, "A", [0], -9)["accueils"][0]["capacite"] == [1]
    trouvee = difference(probleme, issues(probleme), issues(avec_places(probleme, "A", [0], -9)))
    assert [e.demande for e in trouvee.perdent] == ["x"]


def test_une_place_garantie_fait_passer_qui_porte_le_titre() -> None:
    probleme = instance(
        {"A": [1]}, demande("ana", ("A", 90)), demande("bea", ("A", 10), titres=["insertion"])
    )
    essai = avec_reserve(probleme, "A", "insertion", 1)
    trouvee = difference(probleme, issues(probleme), issues(essai))
    assert ([e.demande for e in trouvee.gagnent], [e.demande for e in trouvee.perdent]) == (["bea"], ["ana"])
    assert avec_reserve(essai, "A", "insertion", 0)["accueils"][0]["reserves"] == []


def test_d_autres_points_gardent_le_tour_des_complements() -> None:
    probleme = instance({"A": [1]}, demande("ana", ("A", 90)), demande("com", ("A", 1_000_010)))
    essai = avec_points(probleme, {("ana", "A"): 500, ("com", "A"): 20})
    assert [d["voeux"][0]["points"] for d in essai["demandes"]] == [500, 1_000_020]


def test_une_fratrie_que_l_essai_separe_est_dite() -> None:
    probleme = instance(
        {"A": [2], "B": [1]},
        demande("j1", ("A", 50), ("B", 50), groupe="G1"),
        demande("j2", ("A", 50), groupe="G1"),
        demande("x", ("A", 40)),
    )
    probleme["groupes"] = [{"id": "G1", "regle": "ensemble", "repli": "separes"}]
    moins = avec_places(probleme, "A", [0], -1)
    trouvee = difference(probleme, issues(probleme), issues(moins))
    assert trouvee.separees == [("j1", "j2")]


def test_un_petit_groupe_est_fondu_et_ne_se_retrouve_pas() -> None:
    groupes = {f"a{n}": "Bellevue" for n in range(6)} | {f"b{n}": "Tarentaize" for n in range(5)}
    groupes |= {"c0": "Soleil", "c1": "Soleil"}
    avant, apres = frozenset({"a0", "b0", "c0"}), frozenset({"a0", "a1", "b1", "b2"})
    lignes = repartir(groupes, avant, apres, 5)
    assert [(g.nom, g.dossiers, g.avant, g.apres, g.ecart) for g in lignes] == [
        ("Bellevue", 6, 1, 2, 1),
        (AUTRES, 7, 2, 2, 0),
    ]
    # Two dossiers alone are told nowhere.
    assert repartir({"c0": "Soleil", "c1": "Soleil"}, avant, apres, 5) == []


def test_les_tranches_de_quotient() -> None:
    assert [tranche_qf(q) for q in (None, 0, 399, 400, 1799, 1800)] == [
        NON_DIT,
        "Moins de 400\u00a0€",
        "Moins de 400\u00a0€",
        "De 400 à 799\u00a0€",
        "De 1\u202f200 à 1\u202f799\u00a0€",
        "1\u202f800\u00a0€ et plus",
    ]
