"""The pure rules of an offer: its table, its delay, its refusals, its entry slots, who is called next."""

from datetime import date

import pytest

from commissions.regles import offre as regles
from guichet.erreurs import ErreurMetier

DELAIS = regles.Delais(jours=10, heures_ete=48, ete_du=7, ete_au=8)
LUNDI = (0, 1)


@pytest.mark.parametrize("action", regles.TRANSITIONS)
@pytest.mark.parametrize("etat", ["preparee", "envoyee", "acceptee", "declinee", "expiree", "annulee"])
def test_la_table_dit_tout(action: str, etat: str) -> None:
    permis = regles.TRANSITIONS[action]
    if etat in permis:
        assert regles.etat_suivant(etat, action) == permis[etat]
        return
    with pytest.raises(ErreurMetier) as refus:
        regles.etat_suivant(etat, action)
    assert refus.value.code == f"offre_{etat}"


@pytest.mark.parametrize(
    ("contact", "dernier"),
    [
        (date(2027, 5, 18), date(2027, 5, 28)),
        (date(2027, 5, 4), date(2027, 5, 14)),
        # The tenth day is a Saturday, then a holiday Monday (Pentecost).
        (date(2027, 5, 5), date(2027, 5, 18)),
        (date(2027, 7, 6), date(2027, 7, 8)),
        # Forty-eight hours from a Friday end on Monday; 14 July is skipped.
        (date(2027, 7, 9), date(2027, 7, 12)),
        (date(2027, 7, 12), date(2027, 7, 15)),
        (date(2027, 8, 31), date(2027, 9, 2)),
        (date(2027, 9, 1), date(2027, 9, 13)),
    ],
)
def test_le_delai_court_du_contact_et_finit_un_jour_ouvre(contact: date, dernier: date) -> None:
    assert regles.dernier_jour(contact, DELAIS) == dernier


def test_sans_delai_d_ete_l_annee_vaut() -> None:
    delais = regles.Delais(jours=10, heures_ete=0, ete_du=7, ete_au=8)
    assert regles.dernier_jour(date(2027, 7, 5), delais) == date(2027, 7, 15)


DEMANDE = regles.Demande([(0, 1, 2, 3), (0, 1)], date(2027, 9, 1), 15)


@pytest.mark.parametrize(
    ("jours", "entree", "choix", "compte"),
    [
        ((3, 2, 1, 0), date(2027, 9, 10), 1, True),
        ((0, 1), date(2027, 9, 1), 3, True),
        ((0, 1, 2), date(2027, 9, 1), 1, False),
        ((0, 1), date(2027, 9, 17), 1, False),
        ((0, 1), date(2027, 9, 1), None, False),
    ],
)
def test_un_refus_ne_compte_que_pour_ce_qui_etait_demande(
    jours: tuple[int, ...], entree: date, choix: int | None, compte: bool
) -> None:
    assert regles.compte_comme_refus(DEMANDE, demi_journees=jours, entree_le=entree, choix=choix) is compte


def test_le_plafond_de_refus() -> None:
    assert [regles.atteint_le_plafond(n, 2) for n in (0, 1, 2, 3)] == [False, False, True, True]
    assert not regles.atteint_le_plafond(9, 0)


def test_les_adaptations_s_etalent() -> None:
    rentree, pris = date(2027, 9, 1), []
    for _ in range(5):
        pris.append(regles.creneau_entree(rentree, pris, limite=2, duree=7))
    assert pris == [rentree, rentree, date(2027, 9, 8), date(2027, 9, 8), date(2027, 9, 15)]
    assert regles.creneau_entree(date(2027, 9, 4), [], limite=1, duree=7) == date(2027, 9, 6)


@pytest.mark.parametrize(
    ("nouveau", "deja", "code"),
    [
        (date(2027, 9, 20), True, "report_deja"),
        (date(2027, 10, 2), False, "report_trop_loin"),
        (date(2027, 9, 1), False, "report_trop_loin"),
        (date(2027, 10, 1), False, ""),
    ],
)
def test_l_entree_se_reporte_une_fois_et_pas_trop_loin(nouveau: date, deja: bool, code: str) -> None:
    if not code:
        regles.controler_report(date(2027, 9, 1), nouveau, deja=deja, maximum=30)
        return
    with pytest.raises(ErreurMetier) as refus:
        regles.controler_report(date(2027, 9, 1), nouveau, deja=deja, maximum=30)
    assert (refus.value.code, refus.value.champ) == (code, "debut")


def attente(
    cle: int, rang: int, *semaines: tuple[int, ...], jour: int = 1, ecart: int = 10
) -> regles.Attente:
    return regles.Attente(cle, rang, 1, semaines, date(2027, 9, jour), ecart)


def test_qui_tient_dans_la_place_liberee_dans_l_ordre_de_la_liste() -> None:
    libres = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0]
    liste = [
        attente(4, 4, LUNDI),
        attente(1, 1, (0, 1, 2, 3), (0, 1, 4, 5)),
        attente(2, 2, (2, 3)),
        attente(3, 3, LUNDI, jour=30),
    ]
    trouves = regles.a_appeler(liste, libres, date(2027, 9, 1))
    assert [(a.cle, semaine) for a, semaine in trouves] == [(1, (0, 1, 4, 5)), (4, LUNDI)]
