"""The closed list of pieces: what the desk sees, and never keeps, before points count."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preuve:
    """One kind of proof and the documents a city accepts as equivalent, any one of them being enough."""

    code: str
    libelle: str
    equivalents: tuple[str, ...]


_CAF = "attestation CAF ou MSA"
_AVIS = "avis d’imposition"
_LIVRET = "livret de famille"
_NAISSANCE = "acte de naissance"
_HONNEUR = "attestation sur l’honneur"
_ACTIVITE = (
    "attestation d’employeur",
    "bulletin de salaire de moins de 3 mois",
    "extrait Kbis, URSSAF ou INSEE",
    "certificat de scolarité, de formation ou de stage",
    "attestation France Travail",
    "notification de congé parental",
)
_HANDICAP = (
    "notification MDPH ou AEEH",
    "attestation du CAMSP",
    "attestation du médecin de PMI",
    "attestation du référent santé et accueil inclusif",
    "attestation de diagnostic en cours",
)
_SOCIAL = ("attestation d’un travailleur social", "attestation de la PMI", "attestation du département")

_PREUVES = (
    Preuve("identite", "Identité ou grossesse", (_NAISSANCE, _LIVRET, "déclaration de grossesse")),
    Preuve(
        "domicile",
        "Justificatif de domicile",
        ("facture d’énergie ou d’eau de moins de 3 mois", "quittance de loyer", "attestation d’hébergement"),
    ),
    Preuve("autorite_parentale", "Autorité parentale", (_LIVRET, _NAISSANCE, "jugement")),
    Preuve("situation_familiale", "Situation familiale", (_CAF, "jugement", _LIVRET, _AVIS)),
    Preuve("age_parent", "Âge du parent", ("pièce d’identité", _LIVRET)),
    Preuve("activite_1", "Activité du parent 1", _ACTIVITE),
    Preuve("activite_2", "Activité du parent 2", _ACTIVITE),
    # Of facts deduced from both: never seen as such, so that one parent's piece does not prove the other's.
    Preuve("activites", "Activité de chaque parent", _ACTIVITE),
    Preuve("lieu_travail", "Lieu et conditions de travail", ("attestation d’employeur",)),
    Preuve("composition", "Composition du foyer", (_LIVRET, _NAISSANCE, _CAF)),
    Preuve("ressources", "Ressources ou quotient familial", (_CAF, _AVIS)),
    Preuve("minima_sociaux", "Minima sociaux", (_CAF,)),
    Preuve(
        "insertion",
        "Parcours d’insertion",
        ("contrat d’engagement", "attestation France Travail, PLIE ou mission locale"),
    ),
    Preuve("handicap_enfant", "Handicap de l’enfant", _HANDICAP),
    Preuve("handicap_foyer", "Handicap dans le foyer", ("notification MDPH ou AEEH", "carte d’invalidité")),
    Preuve("suivi", "Suivi médico-social", _SOCIAL),
    Preuve("vulnerabilite", "Situation de vulnérabilité", (*_SOCIAL, "ordonnance de protection")),
    Preuve("logement", "Logement", ("attestation d’hébergement", "attestation d’un travailleur social")),
    Preuve("naissance", "Naissance multiple ou fratrie", (_LIVRET, _NAISSANCE, "certificat de grossesse")),
    Preuve("adoption", "Adoption", ("jugement", "agrément d’adoption")),
    Preuve("mode_accueil", "Solution d’accueil actuelle", (_HONNEUR, "contrat d’accueil")),
    Preuve("adhesion", "Adhésion à une structure associative", ("facture", "attestation de l’association")),
)

PREUVES = {preuve.code: preuve for preuve in _PREUVES}
# In a criterion's own list of proofs: its points count as soon as the family declares them.
SUR_PAROLE = "sur_parole"
# Pieces of the household; the others are those of one child's dossier.
PIECES_DOSSIER = frozenset({"identite", "handicap_enfant", "naissance", "adoption", "mode_accueil"})
