"""Headings of any city's file, in any order."""

import pytest

from dossiers.regles.reprise.colonnes import reconnaitre

TITRES = {
    "Nom de l'enfant": "nom",
    "NOM ENFANT": "nom",
    "Prénom(s)": "prenom",
    "Né(e) le": "naissance",
    "DDN": "naissance",
    "Date naissance": "naissance",
    "DPA": "terme",
    "Terme prévu": "terme",
    "Date présumée d’accouchement": "terme",
    "Tél. mobile": "telephone",
    "Portable": "telephone",
    "E-mail": "courriel",
    "Vœu 1": "choix_1",
    "1er choix": "choix_1",
    "Choix n° 2": "choix_2",
    "Structure demandée 3": "choix_3",
    "2ème vœu": "choix_2",
    "Structures souhaitées": "choix",
    "Commune": "commune",
    "Ville": "commune",
    "CP": "code_postal",
    "Lundi matin": "lundi_matin",
    "Lun. après-midi": "lundi_apm",
    "Mercredi": "mercredi",
    "Jours souhaités": "semaine",
    "Jours de présence": "semaine",
    "N°": "numero",
    "Réf. dossier": "numero",
    "Déposé le": "depot",
    "Date de la demande": "depot",
    "Complet le": "complet",
    "Mairie de quartier": "mairie",
    "Nom de la mère": "nom_1",
    "Prénom du père": "prenom_2",
    "Nom responsable légal 2": "nom_2",
    "Parent 1 - Nom": "nom_1",
    "Tél. père": "telephone_2",
    "N° CAF": "allocataire",
    "QF": "quotient",
    "Revenus mensuels": "ressources",
    "Date d'entrée souhaitée": "entree",
    "À partir du": "entree",
    "Jumeaux": "multiple",
    "Fratrie": "fratrie",
    "Profession mère": "activite_1",
    "Remarques de l’agent": "note",
    "Adresse confidentielle": "protegee",
    "Nom et prénom de l'enfant": "identite",
}


@pytest.mark.parametrize(("titre", "champ"), TITRES.items())
def test_titre_reconnu(titre: str, champ: str) -> None:
    assert list(reconnaitre([titre], "dossiers").positions) == [champ]


@pytest.mark.parametrize("titre", ["Date de naissance du père", "Tarif", "Couleur", "", "Samedi"])
def test_titre_inconnu(titre: str) -> None:
    colonnes = reconnaitre([titre], "dossiers")
    assert not colonnes.positions
    assert colonnes.ignorees == ((titre,) if titre else ())


def test_donnees_jamais_gardees() -> None:
    colonnes = reconnaitre(["Nom", "Nationalité", "N° de sécurité sociale", "Couleur"], "dossiers")
    assert colonnes.sensibles == ("Nationalité", "N° de sécurité sociale")


def test_colonnes_obligatoires_manquantes() -> None:
    manquantes = reconnaitre(["Nom", "Né le", "Choix 1"], "dossiers").manquantes
    assert manquantes == ("l’entrée souhaitée", "la semaine demandée")


def test_deux_colonnes_pour_un_champ() -> None:
    colonnes = reconnaitre(["Date de naissance", "Nom", "Date de naissance"], "dossiers")
    assert colonnes.doubles == {"naissance": (0, 2)}
    assert not colonnes.utilisable
    choisies = reconnaitre(["Date de naissance", "Nom", "Date de naissance"], "dossiers", {"naissance": [2]})
    assert choisies.positions["naissance"] == (2,)
    assert choisies.ignorees == ("Date de naissance",)


def test_le_titre_le_plus_sur_l_emporte() -> None:
    colonnes = reconnaitre(["Nom de naissance", "Nom", "Date de saisie", "Date de dépôt"], "dossiers")
    assert (colonnes.positions["nom"], colonnes.positions["depot"]) == ((1,), (3,))


def test_une_personne_ecarte_ou_choisit_une_colonne() -> None:
    colonnes = reconnaitre(["Nom", "Zone 12", "Commune"], "dossiers", {"prenom": [1], "commune": []})
    assert colonnes.positions == {"nom": (0,), "prenom": (1,)}
    assert colonnes.ignorees == ("Commune",)


def test_plusieurs_telephones() -> None:
    assert reconnaitre(["Portable", "Tél. fixe", "Téléphone"], "dossiers").positions["telephone"] == (2, 0, 1)


def test_enfants_presents() -> None:
    titres = ["Établissement", "Groupe", "Nom", "Prénom", "Né(e) le", "Début contrat", "Fin contrat", "Lundi"]
    colonnes = reconnaitre(titres, "presents")
    assert set(colonnes.positions) == {
        "structure", "section", "nom", "prenom", "naissance", "debut", "fin", "lundi",
    }  # fmt: skip
    assert colonnes.utilisable
    autres = ["Nom de la crèche", "Groupe d’âge", "Enfant", "DDN", "Du", "Au", "Demi-journées"]
    assert set(reconnaitre(autres, "presents").positions) == {
        "structure", "section", "identite", "naissance", "debut", "fin", "semaine",
    }  # fmt: skip
