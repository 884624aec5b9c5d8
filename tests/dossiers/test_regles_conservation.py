"""The rule of retention: which day a dossier, a child, a household lose their names, and why."""

from datetime import date

import pytest

from dossiers.regles import conservation
from dossiers.regles.acces_famille import Valeur, texte
from dossiers.regles.conservation import Delais, DossierVu, Echus, Foyer, arrondir_periodes, echus

DELAIS = Delais(retire=12, perime=12, doublon=6, admis=36, restauration=6)
CLOS = date(2025, 3, 31)


def foyer(*dossiers: DossierVu, sorties: dict[int, tuple[date | None, ...]] | None = None) -> Foyer:
    return Foyer(date(2024, 1, 1), dossiers, sorties or {d.enfant: () for d in dossiers})


def clos(pk: int = 1, enfant: int = 1, motif: str = "retire_famille", **champs: object) -> DossierVu:
    return DossierVu(pk, enfant, "clos", motif, clos_le=CLOS, **champs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dossier", "sorties", "jour", "raison"),
    [
        (clos(), (), date(2026, 3, 31), "retire"),
        (clos(motif="perime"), (), date(2026, 3, 31), "perime"),
        (clos(motif="sans_reponse"), (), date(2026, 3, 31), "perime"),
        # Its delay is shorter than the one to restore it: the longer wins, by a day.
        (clos(motif="doublon"), (), date(2025, 10, 1), "doublon"),
        (clos(maintenu_jusqu_au=date(2027, 1, 15)), (), date(2027, 1, 16), "retire"),
        (clos(maintenu_jusqu_au=date(2026, 1, 15)), (), date(2026, 3, 31), "retire"),
        (DossierVu(1, 1, "admis", admis_le=CLOS), (date(2027, 8, 31),), date(2030, 8, 31), "admis"),
        (DossierVu(1, 1, "admis", admis_le=CLOS), (), date(2028, 3, 31), "admis"),
        (DossierVu(1, 1, "admis", admis_le=CLOS), (date(2027, 8, 31), None), None, ""),
        (DossierVu(1, 1, "actif"), (), None, ""),
        (DossierVu(1, 1, "suspendu"), (), None, ""),
        (DossierVu(1, 1, "anonymise", motif="perime"), (), None, ""),
    ],
)
def test_terme_d_un_dossier(
    dossier: DossierVu, sorties: tuple[date | None, ...], jour: date | None, raison: str
) -> None:
    terme = conservation.terme_dossier(dossier, sorties, DELAIS)
    assert (terme.jour, terme.raison) == (jour, raison) if terme else jour is None


def test_le_foyer_suit_son_dernier_dossier() -> None:
    le = date(2026, 4, 1)
    assert echus(foyer(clos()), DELAIS, le=le) == Echus({1: "retire"}, frozenset({1}), True, "")
    # Another child still waits: its sibling goes, the household stays.
    partage = foyer(clos(), DossierVu(2, 2, "actif"))
    assert echus(partage, DELAIS, le=le) == Echus({1: "retire"}, frozenset({1}), False)
    # The same child asks again: only the closed dossier goes.
    redemande = foyer(clos(), DossierVu(2, 1, "incomplet"))
    assert echus(redemande, DELAIS, le=le) == Echus({1: "retire"}, frozenset(), False)
    # The child is received by another door: it keeps its name until it has left for long.
    present = foyer(clos(), sorties={1: (date(2026, 8, 31),)})
    assert echus(present, DELAIS, le=le) == Echus({1: "retire"}, frozenset(), False)
    assert echus(present, DELAIS, le=date(2029, 8, 31)).famille


def test_la_veille_rien_ne_part() -> None:
    assert not echus(foyer(clos()), DELAIS, le=date(2026, 3, 30))
    assert echus(foyer(clos()), DELAIS, le=date(2026, 3, 31))


def test_un_foyer_sans_dossier() -> None:
    presents = Foyer(date(2024, 1, 1), (), {1: (date(2025, 8, 31),)})
    assert not echus(presents, DELAIS, le=date(2028, 8, 30))
    assert echus(presents, DELAIS, le=date(2028, 8, 31)).famille
    vide = Foyer(date(2025, 1, 1), (), {})
    assert not echus(vide, DELAIS, le=date(2025, 12, 31))
    assert echus(vide, DELAIS, le=date(2026, 1, 1)) == Echus({}, frozenset(), True, "sans_dossier")


def test_les_contrats_arrondis_ne_se_chevauchent_pas() -> None:
    suite = [
        (date(2025, 9, 3), date(2026, 1, 15)),
        (date(2026, 1, 16), date(2026, 1, 30)),
        (date(2026, 2, 2), None),
    ]
    assert arrondir_periodes(suite) == [
        (date(2025, 9, 1), date(2026, 1, 31)),
        None,
        (date(2026, 2, 1), None),
    ]


@pytest.mark.parametrize(
    ("valeur", "dit"),
    [(35.0, "35"), (1929.5, "1\u202f929,50"), (643, "643"), (None, "—"), (True, "oui"), ("42100", "42100")],
)
def test_une_valeur_remise_a_la_famille_se_lit_en_francais(valeur: Valeur, dit: str) -> None:
    assert texte(valeur) == dit
