"""How an old list writes its values: names, dates, days, weeks, amounts."""

from datetime import date
from decimal import Decimal

import pytest

from dossiers.regles.reprise.annuaire import Annuaire
from dossiers.regles.reprise.constats import FauteValeur
from dossiers.regles.reprise.dates import lire_date
from dossiers.regles.reprise.semaines import lire_jour, lire_phrase
from dossiers.regles.reprise.valeurs import (
    lire_code_postal,
    lire_courriel,
    lire_montant,
    lire_oui_non,
    lire_telephones,
)


def test_nom_ambigu_n_est_pas_devine() -> None:
    annuaire = Annuaire({"a": ["Les Lutins"], "b": ["Les Lutines"]})
    assert annuaire.chercher("Les Lutinss") is None
    trouve = annuaire.chercher("les lutins")
    assert trouve is not None
    assert (trouve.code, trouve.exact) == ("a", False)


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("05/03/2026", date(2026, 3, 5)),
        ("5-3-2026", date(2026, 3, 5)),
        ("2026/03/05", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("05/03/2026 14:30", date(2026, 3, 5)),
        ("2026-03-05T00:00:00Z", date(2026, 3, 5)),
        ("1er mars 2026", date(2026, 3, 1)),
        ("jeudi 5 mars 2026", date(2026, 3, 5)),
        ("5-mars-26", date(2026, 3, 5)),
        ("29/02/2028", date(2028, 2, 29)),
        ("46086", date(2026, 3, 5)),
    ],
)
def test_dates_lues(texte: str, jour: date) -> None:
    assert lire_date(texte).jour == jour


@pytest.mark.parametrize("texte", ["29/02/2027", "2026-13-01", "12/2026", "hier", "1/1/1", "05/03/20266"])
def test_dates_refusees(texte: str) -> None:
    with pytest.raises(FauteValeur):
        lire_date(texte)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("J", (True, True)),
        ("m", (True, False)),
        ("AM", (False, True)),
        ("après-midi", (False, True)),
        ("X", (True, True)),
        ("", (False, False)),
        ("8h-12h", (True, False)),
        ("13:30-18:00", (False, True)),
    ],
)
def test_jours_lus(texte: str, attendu: tuple[bool, bool]) -> None:
    assert lire_jour(texte) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("lundi, mardi matin et jeudi après-midi", (0, 1, 2, 7)),
        ("du lundi au mercredi", (0, 1, 2, 3, 4, 5)),
        ("LMJV", (0, 1, 2, 3, 6, 7, 8, 9)),
        ("temps plein", tuple(range(10))),
        ("lun_matin, lun_apm, ve", (0, 1, 8, 9)),
    ],
)
def test_semaine_en_une_case(texte: str, attendu: tuple[int, ...]) -> None:
    assert lire_phrase(texte) == attendu


def test_autres_valeurs() -> None:
    assert (
        lire_montant("3 540,54 €")
        == lire_montant("3.540,54")
        == lire_montant("3540.54")
        == Decimal("3540.54")
    )
    assert lire_telephones("06 39 98 10 10 / 04.77.00.00.01") == ["0639981010", "0477000001"]
    assert lire_telephones("+41 22 345 67 89") == ["+41223456789"]
    assert lire_courriel("Zoé <zoe@exemple.invalid>") == "zoe@exemple.invalid"
    assert lire_code_postal("1000") == "01000"
    assert [lire_oui_non(t) for t in ("O", "vrai", "1", "x", "Non", "0", "")] == [True] * 4 + [False] * 3
