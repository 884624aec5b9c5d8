"""Each fault of an old list: refused with its remedy, repaired and said, or shown to be checked."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dossiers.regles.reprise.annuaire import Annuaire
from dossiers.regles.reprise.bilan import Bilan, numeros_repetes
from dossiers.regles.reprise.colonnes import reconnaitre
from dossiers.regles.reprise.empreintes import empreinte, identite_de, meme_enfant
from dossiers.regles.reprise.lecture import lire_ligne
from dossiers.regles.reprise.lignes import Contexte, Lecture
from dossiers.regles.reprise.rangees import ranger
from dossiers.services.lecture_fichier import lire_tableau

JOUR = date(2026, 11, 22)
STRUCTURES = Annuaire(
    {
        "ribambelle": ["Ribambelle"],
        "minouchat": ["Minouchat"],
        "ile": ["L’Île aux Enfants", "Île aux Mômes"],
        "loups": ["Petits Loups"],
        "calins": ["Petits Câlins"],
        "ursules": ["Micro-crèche des Ursules"],
        "p-tits-matrus": ["Les P’tits Matrus"],
        "saint-saens": ["Saint-Saëns"],
    }
)
MAIRIES = Annuaire({"fauriel": ["Fauriel"], "cote-chaude": ["Côte-Chaude"], "terrenoire": ["Terrenoire"]})
CONTEXTE = Contexte(JOUR, STRUCTURES, MAIRIES, "Saint-Étienne", mairie_defaut="fauriel")
BONNE = {
    "N° dossier": "2025-00001",
    "Date de dépôt": "12/03/2026",
    "Date dossier complet": "20/03/2026",
    "Mairie de dépôt": "Fauriel",
    "Nom enfant": "MARTINAUD",
    "Prénom enfant": "Zélie",
    "Date de naissance": "14/05/2025",
    "Date présumée d’accouchement": "",
    "Naissance multiple": "",
    "Nom resp. 1": "Martinaud",
    "Prénom resp. 1": "Odile",
    "Lien": "Mère",
    "Téléphone": "06 39 98 10 10",
    "Courriel": "martinaud@exemple.invalid",
    "Code postal": "42100",
    "Commune": "Saint-Étienne",
    "N° allocataire": "9000001",
    "Situation familiale": "Parent isolé",
    "Activité resp. 1": "Recherche d’emploi",
    "Enfants à charge": "2",
    "Frère/sœur en crèche": "",
    "Handicap enfant": "",
    "Ressources mensuelles": "2140,50",
    "Entrée souhaitée": "01/09/2027",
    "Type d’accueil": "Régulier",
    "Lundi": "J",
    "Mardi": "M",
    "Mercredi": "",
    "Jeudi": "",
    "Vendredi": "A",
    "Choix 1": "Ribambelle",
    "Choix 2": "Minouchat",
    "Choix 3": "",
    "Observations": "",
}


def lue(**change: str) -> Lecture:
    cellules = {**BONNE, **{_TITRES.get(c, c): v for c, v in change.items()}}
    titres = tuple(cellules)
    return lire_ligne(ranger(2, tuple(cellules.values()), titres, reconnaitre(titres, "dossiers")), CONTEXTE)


_TITRES = {
    "depot": "Date de dépôt",
    "complet": "Date dossier complet",
    "mairie": "Mairie de dépôt",
    "nom": "Nom enfant",
    "prenom": "Prénom enfant",
    "naissance": "Date de naissance",
    "terme": "Date présumée d’accouchement",
    "telephone": "Téléphone",
    "entree": "Entrée souhaitée",
    "type": "Type d’accueil",
    "choix1": "Choix 1",
    "choix2": "Choix 2",
    "choix3": "Choix 3",
    "ressources": "Ressources mensuelles",
    "fratrie": "Frère/sœur en crèche",
    "cp": "Code postal",
    "situation": "Situation familiale",
}
SANS_JOURS = {"Lundi": "", "Mardi": "", "Vendredi": ""}


def test_une_bonne_ligne_est_acceptee() -> None:
    lecture = lue()
    assert (lecture.refus, lecture.reparations, lecture.a_verifier) == ([], [], [])
    dossier = lecture.dossier
    assert dossier is not None
    assert (dossier.nom, dossier.prenom, dossier.naissance) == ("MARTINAUD", "Zélie", date(2025, 5, 14))
    assert dossier.semaine == (0, 1, 2, 9)
    assert dossier.voeux == ("ribambelle", "minouchat")
    assert dossier.mairie == "fauriel"
    assert dossier.ressources == Decimal("2140.50")
    assert dossier.situation == "isole"
    responsable = dossier.responsables[0]
    assert (responsable.lien, responsable.telephones) == ("mere", ("0639981010",))
    assert responsable.activite == "recherche_emploi"


@pytest.mark.parametrize(
    ("change", "colonne"),
    [
        ({"nom": ""}, "Nom enfant"),
        ({"nom": "?"}, "Nom enfant"),
        ({"naissance": ""}, "Date de naissance"),
        ({"naissance": "00/00/0000"}, "Date de naissance"),
        ({"naissance": "31/02/2026"}, "Date de naissance"),
        ({"naissance": "05/31/2026"}, "Date de naissance"),
        ({"naissance": "bientôt"}, "Date de naissance"),
        ({"depot": "32/01/2026"}, "Date de dépôt"),
        ({"complet": "30/02/2026"}, "Date dossier complet"),
        ({"entree": ""}, "Entrée souhaitée"),
        ({"entree": "13/13/2027"}, "Entrée souhaitée"),
        ({"entree": "13/05/2025"}, "Entrée souhaitée"),
        ({"naissance": "", "terme": "01/03/2027", "entree": "01/02/2027"}, "Entrée souhaitée"),
        ({"naissance": "14/05/1991"}, "Entrée souhaitée"),
        (SANS_JOURS, "Lundi"),
        ({"Lundi": "Z"}, "Lundi"),
        ({"choix1": "", "choix2": ""}, "Choix 1"),
        ({"choix1": "Crèche des Nuages", "choix2": "Nuages"}, "Choix 1"),
    ],
)
def test_refusee_avec_sa_colonne_et_un_remede(change: dict[str, str], colonne: str) -> None:
    lecture = lue(**change)
    assert lecture.dossier is None
    assert lecture.refusee
    assert lecture.refus[0].colonne == colonne
    assert lecture.refus[0].motif.endswith(".")
    assert lecture.refus[0].remede.endswith(".")


@pytest.mark.parametrize(
    ("change", "mots"),
    [
        ({"depot": "12/03/26"}, "deux chiffres"),
        ({"naissance": "14/05/25"}, "deux chiffres"),
        ({"depot": ""}, "celle du dossier complet"),
        ({"choix1": "ribambelle"}, "lue « Ribambelle »"),
        ({"choix1": "Crèche Ribambelle"}, "lue « Ribambelle »"),
        ({"choix1": "RIBAMBELE"}, "lue « Ribambelle »"),
        ({"choix1": "ile aux enfants"}, "lue « L’Île aux Enfants »"),
        ({"choix1": "st saens"}, "lue « Saint-Saëns »"),
        ({"choix1": "les ptits matrus"}, "lue « Les P’tits Matrus »"),
        ({"choix2": "Ribambelle"}, "répété"),
        ({"choix3": "Crèche des Nuages"}, "inconnue"),
        ({"Observations": "à voir"}, "6 signes laissée de côté"),
        ({"telephone": "06 39"}, "dix chiffres"),
        ({"Courriel": "moi@"}, "mal formée"),
        ({"cp": "421"}, "cinq chiffres"),
        ({"ressources": "-5"}, "possible"),
        ({"ressources": "beaucoup"}, "illisible"),
        ({"Enfants à charge": "3,5"}, "nombre"),
        ({"Handicap enfant": "peut-être"}, "ni oui ni non"),
        ({"situation": "à voir"}, "situation"),
        ({"mairie": "Bellevue"}, "rattaché à « Fauriel »"),
        ({"mairie": ""}, "mairie absente"),
        ({"type": "mystère"}, "repris comme régulier"),
        ({"complet": "en cours"}, "incomplet"),
        ({"naissance": "01/03/2027"}, "prise comme date prévue"),
        ({"nom": "M" * 90}, "coupé à 80"),
    ],
)
def test_reparee_et_dite(change: dict[str, str], mots: str) -> None:
    lecture = lue(**change)
    assert lecture.refus == []
    assert lecture.reparee
    assert [r for r in lecture.reparations if mots in r.motif]


@pytest.mark.parametrize(
    ("change", "mots"),
    [
        ({"naissance": "", "terme": "27/03/2027", "depot": "18/02/2026"}, "neuf mois"),
        ({"naissance": "14/05/2024"}, "plus de 3 ans"),
        ({"Commune": "La Talaudière"}, "autre commune"),
        ({"prenom": ""}, "sans prénom"),
        ({"complet": "02/12/2026"}, "à venir"),
        ({"complet": "01/03/2026"}, "avant son dépôt"),
        ({"depot": "01/12/2026", "complet": ""}, "à venir"),
        ({"naissance": "", "terme": "01/10/2026", "depot": "01/06/2026"}, "terme passé"),
        ({"terme": "01/09/2025"}, "deux mois"),
        ({"entree": "01/10/2026"}, "déjà passée"),
        ({"Nom resp. 1": "", "Prénom resp. 1": ""}, "aucun responsable"),
    ],
)
def test_acceptee_a_verifier(change: dict[str, str], mots: str) -> None:
    lecture = lue(**change)
    assert lecture.refus == []
    assert not lecture.reparee
    assert [a for a in lecture.a_verifier if mots in a.motif]


@pytest.mark.parametrize(
    "change",
    [
        {"Commune": "ST ETIENNE"},
        {"choix1": "Île aux Mômes"},
        {"choix3": "Les P'tits Matrus"},
        {"nom": "  MARTINAUD "},
        {"Lundi": "journée"},
        {"Mercredi": "8h30-17h"},
        {"Mercredi": "non"},
        {"telephone": "+33639981010"},
        {"telephone": "639981010"},
        {"cp": "42100.0"},
        {"naissance": "2025-05-14 00:00:00"},
        {"naissance": "14.05.2025"},
        {"naissance": "14 mai 2025"},
        {"terme": "20/05/2025"},
        {"Handicap enfant": "X"},
        {"ressources": "NC"},
        {"fratrie": "oui"},
    ],
)
def test_ecritures_admises_sans_rien_dire(change: dict[str, str]) -> None:
    lecture = lue(**change)
    assert (lecture.refus, lecture.reparations, lecture.a_verifier) == ([], [], [])


def test_la_note_n_est_nulle_part() -> None:
    lecture = lue(Observations="Mère à surveiller")
    assert "surveiller" not in repr(lecture.dossier)


def test_une_formule_est_du_texte() -> None:
    lecture = lue(nom='=HYPERLINK("x")', prenom="@Ana", depot="12/03/2026")
    assert lecture.dossier is not None
    assert lecture.dossier.nom == '=HYPERLINK("x")'


@pytest.mark.parametrize("prenom", ["À naître", "BÉBÉ 1", "x"])
def test_un_prenom_d_attente_n_en_est_pas_un(prenom: str) -> None:
    attendu = lue(prenom=prenom, naissance="", terme="01/02/2027", depot="12/09/2026", complet="").dossier
    assert attendu is not None
    assert attendu.prenom == ""


def test_un_nom_court_est_un_nom() -> None:
    lecture = lue(nom="So", prenom="Na")
    assert lecture.dossier is not None
    assert (lecture.dossier.nom, lecture.dossier.prenom) == ("So", "Na")


def test_trop_de_choix() -> None:
    contexte = Contexte(JOUR, STRUCTURES, MAIRIES, "Saint-Étienne", nombre_voeux=1, mairie_defaut="fauriel")
    titres = tuple(BONNE)
    lecture = lire_ligne(ranger(2, tuple(BONNE.values()), titres, reconnaitre(titres, "dossiers")), contexte)
    assert lecture.dossier is not None
    assert lecture.dossier.voeux == ("ribambelle",)
    assert "au-delà de 1 choix" in lecture.reparations[0].motif


def test_une_ligne_qui_deborde_est_refusee() -> None:
    titres = tuple(BONNE)
    rangee = ranger(7, (*BONNE.values(), "", "reste"), titres, reconnaitre(titres, "dossiers"))
    lecture = lire_ligne(rangee, CONTEXTE)
    assert lecture.refusee
    assert lecture.numero == "2025-00001"
    assert "guillemets" in lecture.refus[0].remede


def test_une_ligne_courte_manque_de_ce_qui_manque() -> None:
    titres = tuple(BONNE)
    rangee = ranger(7, tuple(BONNE.values())[:8], titres, reconnaitre(titres, "dossiers"))
    assert {r.colonne for r in lire_ligne(rangee, CONTEXTE).refus} == {"Entrée souhaitée", "Lundi", "Choix 1"}


def test_empreinte_stable_et_sensible() -> None:
    un, deux = lue().dossier, lue(naissance="2025-05-14", telephone="0033639981010").dossier
    assert empreinte("dossiers", un) == empreinte("dossiers", deux)
    assert empreinte("dossiers", un) != empreinte("dossiers", lue(prenom="Zélia").dossier)
    assert empreinte("dossiers", un) != empreinte("dossiers", un, 1)


def test_meme_numero_et_meme_enfant() -> None:
    premier = lue().dossier
    autre = lue(nom="OUDIN", prenom="Max").dossier
    frere = lue(prenom="Paul", naissance="02/02/2024").dossier
    attendu = lue(prenom="", naissance="", terme="20/05/2027").dossier
    assert premier
    assert autre
    assert frere
    assert attendu
    assert meme_enfant(identite_de(premier), identite_de(lue(prenom="Zélie Anne").dossier or premier))
    assert meme_enfant(identite_de(premier), identite_de(attendu))
    assert not meme_enfant(identite_de(premier), identite_de(autre))
    assert not meme_enfant(identite_de(premier), identite_de(frere))


def test_fichier_temoin_ligne_a_ligne() -> None:
    """Counted by hand in `tests/donnees/reprise.csv`: 20 lines, one blank, one spanning two."""
    octets = (Path(__file__).parent.parent / "donnees" / "reprise.csv").read_bytes()
    tableau = lire_tableau(octets, contenu="dossiers")
    colonnes = reconnaitre(tableau.titres, "dossiers")
    lectures = [
        lire_ligne(ranger(x.numero, x.cellules, tableau.titres, colonnes, x.decalee), CONTEXTE)
        for x in tableau.lignes
    ]
    bilan = Bilan(lectures, numeros_repetes=numeros_repetes(lectures)).en_json()
    assert (bilan["lignes"], bilan["acceptees"], bilan["reparees"]) == (20, 9, 5)
    assert [(r["ligne"], r["colonne"]) for r in bilan["refusees"]] == [
        (6, "Nom enfant"),
        (7, "Date de naissance"),
        (8, "Date de naissance"),
        (9, "Lundi"),
        (10, "Choix 1"),
        (11, "Entrée souhaitée"),
    ]
    assert {r["ligne"] for r in bilan["reparations"]} == {5, 12, 13, 22, 23}
    assert bilan["numeros_repetes"] == [{"numero_origine": "2025-00001", "lignes": [2, 20]}]
    assert [x.ligne for x in lectures][-7:] == [16, 18, 19, 20, 21, 22, 23]
