"""The words a note must not keep: found whatever their spelling, and not where they say nothing."""

import pytest

from dossiers.regles.mots_a_eviter import SUJETS, mots_a_eviter


@pytest.mark.parametrize(
    ("texte", "trouves"),
    [
        ("Fils asthmatique, père malien", {"santé": ["asthmatique"], "origine": ["malien"]}),
        ("Mère d’origine turque, en congé maladie", {"santé": ["maladie"], "origine": ["origine", "turque"]}),
        ("PARENTS DÉPRESSIFS", {"santé": ["DÉPRESSIFS"]}),
        ("une sœur handicapée, séropositive", {"santé": ["handicapée", "séropositive"]}),
        ("Les filles sont hospitalisées", {"santé": ["hospitalisées"]}),
        ("enfant pre\u0301mature\u0301", {"santé": ["prématuré"]}),
        ("familles juives, mère voilée", {"religion": ["juives", "voilée"]}),
        ("Ne mange que halal : ramadan", {"religion": ["halal", "ramadan"]}),
        ("Algériennes sans-papiers", {"origine": ["Algériennes", "sans-papiers"]}),
        ("Titre de séjour à renouveler", {"origine": ["Titre de séjour"]}),
        ("A déposé une main courante", {"justice ou police": ["main courante"]}),
        ("mère victime de violences, violences", {"justice ou police": ["victime", "violences"]}),
        ("IP transmise à la CRIP", {"justice ou police": ["CRIP"]}),
        ("Pas de diagnostic ; diagnostic à venir", {"santé": ["diagnostic"]}),
    ],
)
def test_un_mot_se_trouve_quelle_que_soit_son_ecriture(texte: str, trouves: dict[str, list[str]]) -> None:
    assert mots_a_eviter(texte) == trouves


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "Rappeler après 17 h, la grand-mère garde le mercredi",
        "Travaille à la maison de santé de Bellevue",
        "Mère infirmière à l’hôpital Nord, horaires décalés",
        "Attestation de l’Assurance maladie à rapporter",
        "Père muté à l’étranger jusqu’en mars",
        "Habite rue de l’Église, près de la place",
        "Prière de rappeler avant midi",
        "Jugement de garde à rapporter avec le livret de famille",
        "Mairie d’origine : Fauriel",
        "Préfère les matins ; le papa part à Rome en mai",
        "Trois coups de fil sans réponse",
        "École de voile le mercredi pour l’aîné",
        "Travaille à la police municipale, de nuit",
        "Le juge aux affaires familiales a fixé les semaines",
        "Romane et Malo, jumeaux ; Policar, Sourdeval, Vaccarès",
    ],
)
def test_un_mot_anodin_ne_sonne_pas(texte: str) -> None:
    assert mots_a_eviter(texte) == {}


def test_les_listes_sont_sans_accent_et_sans_repetition() -> None:
    tous = [" ".join(mot.split()) for liste in SUJETS.values() for mot in liste.split(",")]
    assert all(mot.isascii() and mot == mot.lower() for mot in tous)
    assert len(tous) == len(set(tous))
