"""What holds for any grid and any facts: lines add up, verified points are those of the verified facts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.regles.grille import Grille
from tests.dossiers.petite_grille import cote, grille, oui

BOOLEENS = ("adoption", "parent_mineur", "residence_commune", "handicap_enfant", "quartier_structure")
_condition = st.recursive(
    st.builds(oui, st.sampled_from(BOOLEENS), st.booleans()),
    lambda sous: st.one_of(
        st.lists(sous, min_size=1, max_size=3).map(lambda c: {"tous": c}),
        st.lists(sous, min_size=1, max_size=3).map(lambda c: {"un": c}),
        sous.map(lambda c: {"non": c}),
    ),
    max_leaves=4,
)


@st.composite
def _grille(draw: st.DrawFn) -> Grille:
    nombre = draw(st.integers(1, 6))
    criteres = []
    for rang in range(nombre):
        critere = {"code": f"c{rang}", "libelle": f"C{rang}", "groupe": draw(st.sampled_from(["g", "h"]))}
        if draw(st.booleans()):
            del critere["groupe"]
        if draw(st.booleans()):
            niveaux = draw(st.lists(st.tuples(_condition, st.integers(-50, 50)), min_size=1, max_size=3))
            critere["niveaux"] = [{"si": si, "points": points} for si, points in niveaux]
        else:
            critere |= {"points": draw(st.integers(-50, 50)), "si": draw(_condition)}
        criteres.append(critere)
    coupe = draw(st.integers(1, nombre))
    plafonds = [
        {
            "code": "p",
            "libelle": "P",
            "criteres": [c["code"] for c in criteres[:coupe]],
            "max": 40,
            "min": -40,
        },
        {"code": "q", "libelle": "Q", "criteres": [c["code"] for c in criteres], "max": 60},
    ]
    if coupe == nombre:
        del plafonds[1]
    groupes = [{"code": "g", "libelle": "G"}, {"code": "h", "libelle": "H"}]
    reste = {"plafond_total": draw(st.integers(0, 80))} if draw(st.booleans()) else {}
    return grille(*criteres, groupes=groupes, plafonds=plafonds, **reste)


@settings(max_examples=300, deadline=None)
@given(
    version=_grille(),
    faits=st.dictionaries(st.sampled_from(BOOLEENS[:4]), st.booleans()),
    verifies=st.lists(st.sampled_from(BOOLEENS[:4]), unique=True),
    au_voeu=st.lists(st.booleans(), max_size=2),
)
def test_printed_lines_always_add_up_to_both_totals(
    version: Grille, faits: dict[str, bool], verifies: list[str], au_voeu: list[bool]
) -> None:
    voeux = [{"structure": str(i), "faits": {"quartier_structure": v}} for i, v in enumerate(au_voeu)]
    cotation = cote(version, faits, *verifies, voeux=voeux)
    communes = cotation.lignes
    assert sum(x.points for x in communes) == cotation.declare
    assert sum(x.points for x in communes if x.verifie) == cotation.verifie
    for voeu in cotation.par_voeu:
        toutes = communes + voeu.lignes
        assert sum(x.points for x in toutes) == voeu.declare
        assert sum(x.points for x in toutes if x.verifie) == voeu.verifie


@settings(max_examples=200, deadline=None)
@given(version=_grille(), faits=st.dictionaries(st.sampled_from(BOOLEENS), st.booleans()))
def test_with_every_proof_seen_both_totals_are_equal(version: Grille, faits: dict[str, bool]) -> None:
    cotation = cote(version, faits, *faits)
    assert cotation.declare == cotation.verifie
    assert all(ligne.verifie for ligne in cotation.lignes)


@settings(max_examples=200, deadline=None)
@given(
    version=_grille(),
    faits=st.dictionaries(st.sampled_from(BOOLEENS), st.booleans()),
    verifies=st.lists(st.sampled_from(BOOLEENS), unique=True),
)
def test_the_verified_total_is_the_total_of_the_verified_facts_alone(
    version: Grille, faits: dict[str, bool], verifies: list[str]
) -> None:
    surs = {f: v for f, v in faits.items() if f in verifies or not v or f == "quartier_structure"}
    assert cote(version, faits, *verifies).verifie == cote(version, surs, *verifies).declare
