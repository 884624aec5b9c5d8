"""The delays as tables: which acts, which day, until when; nothing is read but the arguments."""

from datetime import date, timedelta

import pytest

from dossiers.regles import destinataires as d
from dossiers.regles import echeances as regles
from dossiers.regles.destinataires import Adulte
from dossiers.regles.echeances import Acte, Situation
from structures.regles.jours import est_ouvre, jour_ouvre, jours_feries, paques
from structures.regles.reglages import REGLAGES

DEPOT = date(2026, 6, 3)


def valeur(cle: str, le: date) -> int:
    """The defaults, but for a city that voted a shorter renewal notice from 2027 on."""
    if cle == "renouvellement_avertissement_1" and le >= date(2027, 1, 1):
        return 21
    return REGLAGES[cle].defaut


def situation(**champs: object) -> Situation:
    return Situation(**{"etat": "actif", "depose_le": DEPOT, **champs})


@pytest.mark.parametrize(
    ("annee", "dimanche"),
    [
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_paques(annee: int, dimanche: date) -> None:
    assert paques(annee) == dimanche


def test_les_jours_feries_de_2027() -> None:
    assert sorted(jours_feries(2027)) == [
        date(2027, 1, 1),
        date(2027, 3, 29),
        date(2027, 5, 1),
        date(2027, 5, 6),
        date(2027, 5, 8),
        date(2027, 5, 17),
        date(2027, 7, 14),
        date(2027, 8, 15),
        date(2027, 11, 1),
        date(2027, 11, 11),
        date(2027, 12, 25),
    ]


@pytest.mark.parametrize(
    ("jour", "suivant"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 5, 6), date(2027, 5, 7)),
        (date(2027, 5, 15), date(2027, 5, 18)),
    ],
)
def test_un_delai_finit_un_jour_ouvre(jour: date, suivant: date) -> None:
    assert jour_ouvre(jour) == suivant
    assert est_ouvre(suivant)


def test_le_renouvellement_avertit_deux_fois_puis_clot_le_lendemain_du_terme() -> None:
    actes = regles.renouvellement(situation(a_renouveler_le=date(2026, 12, 3)), valeur)
    terme = date(2026, 12, 3)
    assert actes == (
        Acte("renouvellement_1", DEPOT, date(2026, 11, 3), terme),
        Acte("renouvellement_2", DEPOT, date(2026, 11, 23), terme),
        Acte("peremption", DEPOT, date(2026, 12, 4), terme),
    )


def test_le_reglage_est_celui_du_jour_ou_le_delai_commence() -> None:
    """A vote of January changes the delays that begin then, not those that run."""
    for renouvele, preavis in ((date(2026, 12, 31), 30), (date(2027, 1, 1), 21)):
        actes = regles.renouvellement(
            situation(renouvele_le=renouvele, a_renouveler_le=date(2027, 7, 1)), valeur
        )
        assert actes[0].reference == renouvele
        assert actes[0].du_le == date(2027, 7, 1) - timedelta(days=preavis)


def test_un_dossier_revenu_a_de_nouveau_tout_son_preavis() -> None:
    revenu = date(2027, 3, 1)
    actes = regles.renouvellement(
        situation(a_renouveler_le=date(2026, 12, 3), revenu_le=revenu, renouvele_le=date(2026, 6, 3)), valeur
    )
    assert [a.reference for a in actes] == [revenu] * 3
    assert actes[0].du_le == revenu
    assert actes[-1].limite_le == date(2027, 3, 22)


@pytest.mark.parametrize(
    ("champs", "attendues"),
    [
        ({"ne": True, "naissance_prevue_le": date(2026, 10, 1)}, []),
        ({"ne": False, "naissance_prevue_le": None}, []),
        (
            {"ne": False, "naissance_prevue_le": date(2026, 10, 1)},
            [
                ("naissance_1", date(2026, 11, 1)),
                ("naissance_2", date(2026, 11, 21)),
                ("naissance_cloture", date(2026, 12, 2)),
            ],
        ),
    ],
)
def test_la_naissance_se_prouve_dans_les_deux_mois(
    champs: dict[str, object], attendues: list[object]
) -> None:
    assert [(a.nature, a.du_le) for a in regles.naissance(situation(**champs), valeur)] == attendues


def test_la_limite_d_age_est_celle_du_depot() -> None:
    """A city that lowers it afterwards does not close the requests it took under the former one."""

    def reglage(cle: str, le: date) -> int:
        return 36 if cle == "limite_age" and le >= DEPOT + timedelta(days=1) else valeur(cle, le)

    ne_le = date(2023, 1, 9)
    actes = regles.age(situation(ne_le=ne_le), reglage)
    assert [(a.nature, a.reference, a.du_le, a.limite_le) for a in actes] == [
        ("age_1", ne_le, date(2026, 11, 12), date(2027, 1, 11)),
        ("age_2", ne_le, date(2026, 12, 27), date(2027, 1, 11)),
        ("age_cloture", ne_le, date(2027, 1, 12), date(2027, 1, 11)),
    ]
    assert regles.age(situation(ne_le=ne_le, depose_le=date(2026, 12, 1)), reglage)[0].limite_le == date(
        2026, 1, 9
    )
    assert regles.age(situation(ne_le=None, ne=False), reglage) == ()


@pytest.mark.parametrize(
    ("etat", "cloture", "attendues"),
    [
        ("actif", 0, []),
        ("incomplet", 0, [("pieces_1", 15, None), ("pieces_2", 45, None)]),
        ("incomplet", 90, [("pieces_1", 15, 90), ("pieces_2", 45, 90), ("pieces_cloture", 91, 90)]),
        # A closing voted before the second reminder comes after it all the same.
        ("incomplet", 20, [("pieces_1", 15, 47), ("pieces_2", 45, 47), ("pieces_cloture", 48, 47)]),
    ],
)
def test_les_pieces_manquantes(etat: str, cloture: int, attendues: list[tuple[str, int, int | None]]) -> None:
    def reglage(cle: str, le: date) -> int:
        return cloture if cle == "pieces_cloture" else valeur(cle, le)

    def apres(jour: date | None) -> int | None:
        return (jour - DEPOT).days if jour else None

    actes = regles.pieces(situation(etat=etat), reglage)
    obtenues = [(a.nature, apres(a.du_le), apres(a.limite_le)) for a in actes]
    ouvres = [(n, du, jour_ouvre(DEPOT + timedelta(days=lim)) if lim else None) for n, du, lim in attendues]
    assert [(n, lim) for n, _, lim in obtenues] == [(n, apres(lim)) for n, _, lim in ouvres]
    assert [du for n, du, _ in obtenues if n != "pieces_cloture"] == [
        du for n, du, _ in attendues if n != "pieces_cloture"
    ]


def test_un_avertissement_en_retard_repousse_la_suite() -> None:
    premier, second, cloture = regles.renouvellement(situation(a_renouveler_le=date(2026, 12, 3)), valeur)
    retard = timedelta(days=40)
    for acte in (second, cloture):
        repousse = regles.repousser(acte, retard)
        assert repousse.du_le - acte.du_le >= retard
    apres = regles.repousser(cloture, retard)
    assert apres.limite_le is not None
    assert (apres.limite_le - (premier.du_le + retard)).days >= 30
    assert apres.du_le == apres.limite_le + timedelta(days=1)
    assert regles.repousser(cloture, timedelta(0)) == cloture


VIVANTS = [
    ("peremption", DEPOT, {}, True),
    ("peremption", DEPOT, {"renouvele_le": date(2026, 11, 1)}, False),
    ("peremption", DEPOT, {"etat": "clos"}, False),
    ("peremption", DEPOT, {"etat": "admis"}, False),
    ("naissance_cloture", date(2026, 9, 1), {"ne": False, "naissance_prevue_le": date(2026, 9, 1)}, True),
    ("naissance_cloture", date(2026, 9, 1), {"ne": False, "naissance_prevue_le": date(2026, 9, 9)}, False),
    ("naissance_cloture", date(2026, 9, 1), {"ne": True, "naissance_prevue_le": date(2026, 9, 1)}, False),
    ("age_cloture", date(2023, 1, 9), {"ne_le": date(2023, 1, 9)}, True),
    # The birth day was wrong, or it came back on the list since: a whole notice begins again.
    ("age_cloture", date(2023, 1, 9), {"ne_le": date(2024, 1, 9)}, False),
    ("age_cloture", date(2023, 1, 9), {"ne_le": date(2023, 1, 9), "revenu_le": DEPOT}, False),
    ("age_cloture", date(2023, 1, 9), {"ne_le": date(2023, 1, 9), "etat": "admis"}, False),
    ("pieces_1", DEPOT, {"etat": "incomplet"}, True),
    ("pieces_1", DEPOT, {}, False),
    ("piece_validite", date(2026, 12, 1), {"validites": (date(2026, 12, 1),)}, True),
    ("piece_validite", date(2026, 12, 1), {"validites": ()}, False),
    ("points_non_verifies", date(2026, 12, 1), {"points_a_verifier": True}, True),
    ("points_non_verifies", date(2026, 12, 1), {}, False),
    (
        "fin_suspension",
        date(2026, 11, 1),
        {"etat": "suspendu", "suspendu_jusqu_au": date(2026, 11, 1)},
        True,
    ),
    (
        "fin_suspension",
        date(2026, 11, 1),
        {"etat": "suspendu", "suspendu_jusqu_au": date(2026, 12, 1)},
        False,
    ),
]


@pytest.mark.parametrize(("nature", "reference", "champs", "vrai"), VIVANTS)
def test_un_acte_devient_sans_objet(
    nature: str, reference: date, champs: dict[str, object], vrai: bool
) -> None:
    acte = Acte(nature, reference, date(2026, 11, 20), date(2026, 12, 1))
    assert regles.vivant(acte, situation(**champs), date(2026, 11, 20)) is vrai


def test_une_place_proposee_ou_une_pause_font_attendre() -> None:
    acte = Acte("peremption", DEPOT, date(2026, 11, 20))
    attend = {
        etat: regles.en_suspens(acte, situation(etat=etat)) for etat in ("actif", "propose", "suspendu")
    }
    assert attend == {"actif": False, "propose": True, "suspendu": True}


def test_l_alerte_de_silence_precede_le_terme_legal() -> None:
    acte = regles.silence(date(2026, 10, 1), valeur)
    assert (acte.du_le, acte.limite_le) == (date(2026, 11, 15), date(2026, 12, 1))


def adulte(cle: int, **champs: object) -> Adulte:
    defauts = {"rang": cle, "ecarte": False, "autorite": True, "courriel": "", "adresse": f"rue {cle}"}
    return Adulte(cle=cle, **{**defauts, **champs})


@pytest.mark.parametrize(
    ("adultes", "protegee", "attendus"),
    [
        ([adulte(1), adulte(2)], False, [1, 2]),
        ([adulte(1), adulte(2, adresse="rue 1")], False, [1]),
        ([adulte(1), adulte(2, autorite=False)], False, [1]),
        ([adulte(1, ecarte=True), adulte(2)], False, [2]),
        ([adulte(1), adulte(2)], True, [1]),
        ([adulte(1, ecarte=True), adulte(2)], True, [2]),
        ([adulte(1, ecarte=True)], True, []),
    ],
)
def test_a_qui_on_ecrit(adultes: list[Adulte], protegee: bool, attendus: list[int]) -> None:
    assert [a.cle for a in d.destinataires(adultes, protegee=protegee)] == attendus


def test_sans_adresse_electronique_la_lettre_est_sur_papier() -> None:
    assert d.canal(adulte(1)) == "papier"
    assert d.canal(adulte(1, courriel="maud@exemple.invalid")) == "courriel"
