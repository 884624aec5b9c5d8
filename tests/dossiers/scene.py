"""A whole dossier for the page, the receipt and the search: marked names, an address, a grid, points."""

from datetime import date, timedelta
from typing import Any

from dossiers.models import (
    Contact,
    Cotation,
    Critere,
    Dossier,
    EtatGrille,
    GrilleCriteres,
    PieceJustificative,
)
from structures.models import Structure
from tests import factories

NOM, PARENT, ADRESSE, TELEPHONE = "Zyntharel", "Quorvamond", "77 sente du Marqueur", "06 39 98 77 66"
CAF, ANCIEN = "7654321", "PE-ANCIEN-991"
MARQUES = (NOM, PARENT, ADRESSE, "06\u00a039\u00a098\u00a077\u00a066", CAF, ANCIEN)


def une_grille(**champs: Any) -> GrilleCriteres:
    """The grid in force: residence on its proof, a handicap that must not leak."""
    defauts = {
        "nom": f"Grille {factories.suivant()}",
        "debut": date(2026, 1, 1),
        "etat": EtatGrille.EN_VIGUEUR,
        "publiee_le": factories.INSTANT,
    }
    grille = GrilleCriteres.objects.create(**{**defauts, **champs})
    lignes = [
        ("residence", "Réside dans la commune", 100, "residence_commune", False),
        ("handicap", "Enfant en situation de handicap", 30, "handicap_enfant", True),
    ]
    for ordre, (code, libelle, points, fait, protege) in enumerate(lignes, 1):
        Critere.objects.create(
            grille=grille,
            code=code,
            libelle=libelle,
            points=points,
            si={"fait": fait, "est": True},
            ordre=ordre,
            protege=protege,
        )
    return grille


def coter(dossier: Dossier, grille: GrilleCriteres) -> Cotation:
    """The points as they would be: 100 verified by the domicile, 30 still to verify."""
    return Cotation.objects.create(
        dossier=dossier,
        grille=grille,
        lignes=[
            {
                "critere": "residence",
                "libelle": "Réside dans la commune",
                "points": 100,
                "verifie": True,
                "raison": "Réside dans la commune",
                "protege": False,
            },
            {
                "critere": "handicap",
                "libelle": "Enfant en situation de handicap",
                "points": 30,
                "verifie": False,
                "raison": "Enfant en situation de handicap",
                "protege": True,
            },
        ],
        declare=130,
        verifie=100,
        cle_rang="1499900",
        calculee_le=factories.INSTANT,
    )


def un_dossier_complet(
    *, structure: Structure | None = None, grille: GrilleCriteres | None = None, **champs: Any
) -> Dossier:
    """Every part filled in with marked words, so that a leak can be seen in any page."""
    foyer = champs.pop("foyer", {})
    enfant_dit = champs.pop("enfant_dit", {})
    famille = factories.creer_famille(
        responsable={
            "nom": PARENT,
            "prenom": "Maud",
            "adresse": ADRESSE,
            "telephone": TELEPHONE,
            "courriel": "maud@exemple.invalid",
            "activite": "salarie",
        },
        numero_allocataire=CAF,
        **foyer,
    )
    enfant = factories.creer_enfant(famille, **{"nom": NOM, **enfant_dit})
    structure = structure or factories.creer_structure()
    if not structure.sections.exists():
        factories.creer_section(structure, nom="Petits pas")
    champs.setdefault("numero_origine", ANCIEN)
    dossier = factories.creer_dossier(
        enfant=enfant,
        voeux=[structure, factories.creer_structure()],
        besoin={"heures_semaine": "38.5", "alternatives": [[0, 1, 2, 3]]},
        **champs,
    )
    vue = {"etat": "vue", "equivalent": "quittance de loyer", "vue_le": date(2026, 11, 3)}
    PieceJustificative.objects.create(famille=famille, code="domicile", obligatoire=True, **vue)
    Contact.objects.create(
        dossier=dossier, canal="appel", issue="joint", le=factories.INSTANT - timedelta(days=9)
    )
    if grille:
        coter(dossier, grille)
    return dossier
