"""The closed list of pieces: what the desk sees, and never keeps, before points count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from structures.regles.ages import ajouter_mois


@dataclass(frozen=True)
class Preuve:
    """One kind of proof and the documents a city accepts as equivalent, any one of them being enough.

    `mois` is how long one of them is worth once seen, 0 for always; `par_document` those that differ.
    """

    code: str
    libelle: str
    equivalents: tuple[str, ...]
    mois: int = 0
    par_document: Mapping[str, int] = field(default_factory=dict)


_CAF = "attestation CAF ou MSA"
_AVIS = "avis d’imposition"
_LIVRET = "livret de famille"
_NAISSANCE = "acte de naissance"
GROSSESSE = "déclaration de grossesse"
_HONNEUR = "attestation sur l’honneur"
_ACTIVITE = (
    "attestation d’employeur",
    "bulletin de salaire de moins de 3 mois",
    "extrait Kbis, URSSAF ou INSEE",
    "certificat de scolarité, de formation ou de stage",
    "attestation France Travail",
    "notification de congé parental",
)
_MDPH = "notification MDPH ou AEEH"
_HANDICAP = (
    _MDPH,
    "attestation du CAMSP",
    "attestation du médecin de PMI",
    "attestation du référent santé et accueil inclusif",
    "attestation de diagnostic en cours",
)
_DUREES_HANDICAP = {_MDPH: 36, "attestation de diagnostic en cours": 6}
_SOCIAL = ("attestation d’un travailleur social", "attestation de la PMI", "attestation du département")

_PREUVES = (
    Preuve("identite", "Identité ou grossesse", (_NAISSANCE, _LIVRET, GROSSESSE)),
    Preuve(
        "domicile",
        "Justificatif de domicile",
        ("facture d’énergie ou d’eau de moins de 3 mois", "quittance de loyer", "attestation d’hébergement"),
        mois=12,
    ),
    Preuve("autorite_parentale", "Autorité parentale", (_LIVRET, _NAISSANCE, "jugement")),
    Preuve(
        "situation_familiale",
        "Situation familiale",
        (_CAF, "jugement", _LIVRET, _AVIS),
        par_document={_CAF: 12, _AVIS: 12},
    ),
    Preuve("age_parent", "Âge du parent", ("pièce d’identité", _LIVRET)),
    Preuve("activite_1", "Activité du parent 1", _ACTIVITE, mois=12),
    Preuve("activite_2", "Activité du parent 2", _ACTIVITE, mois=12),
    # Of facts deduced from both: never seen as such, so that one parent's piece does not prove the other's.
    Preuve("activites", "Activité de chaque parent", _ACTIVITE),
    Preuve("lieu_travail", "Lieu et conditions de travail", ("attestation d’employeur",), mois=12),
    Preuve("composition", "Composition du foyer", (_LIVRET, _NAISSANCE, _CAF)),
    Preuve("ressources", "Ressources ou quotient familial", (_CAF, _AVIS), mois=12),
    Preuve("minima_sociaux", "Minima sociaux", (_CAF,), mois=6),
    Preuve(
        "insertion",
        "Parcours d’insertion",
        ("contrat d’engagement", "attestation France Travail, PLIE ou mission locale"),
        mois=6,
    ),
    Preuve("handicap_enfant", "Handicap de l’enfant", _HANDICAP, mois=12, par_document=_DUREES_HANDICAP),
    Preuve(
        "handicap_foyer", "Handicap dans le foyer", (_MDPH, "carte d’invalidité"), par_document={_MDPH: 36}
    ),
    Preuve("suivi", "Suivi médico-social", _SOCIAL, mois=12),
    Preuve("vulnerabilite", "Situation de vulnérabilité", (*_SOCIAL, "ordonnance de protection"), mois=12),
    Preuve(
        "logement", "Logement", ("attestation d’hébergement", "attestation d’un travailleur social"), mois=6
    ),
    Preuve("naissance", "Naissance multiple ou fratrie", (_LIVRET, _NAISSANCE, "certificat de grossesse")),
    Preuve("adoption", "Adoption", ("jugement", "agrément d’adoption")),
    Preuve("mode_accueil", "Solution d’accueil actuelle", (_HONNEUR, "contrat d’accueil"), mois=6),
    Preuve(
        "adhesion",
        "Adhésion à une structure associative",
        ("facture", "attestation de l’association"),
        mois=12,
    ),
)

PREUVES = {preuve.code: preuve for preuve in _PREUVES}
# In a criterion's own list of proofs: its points count as soon as the family declares them.
SUR_PAROLE = "sur_parole"
# Pieces of the household; the others are those of one child's dossier.
PIECES_DOSSIER = frozenset({"identite", "handicap_enfant", "naissance", "adoption", "mode_accueil"})


def fin_de_validite(code: str, document: str, vue_le: date) -> date | None:
    """Le dernier jour où ce document, vu ce jour-là, prouve encore ; None s’il ne vieillit pas."""
    preuve = PREUVES[code]
    mois = preuve.par_document.get(document, preuve.mois)
    return ajouter_mois(vue_le, mois) if mois else None


def a_apporter(code: str) -> str:
    """Ce que la famille peut montrer, en une phrase à lui lire."""
    *premiers, dernier = PREUVES[code].equivalents
    return f"{', '.join(premiers)} ou {dernier}" if premiers else dernier
