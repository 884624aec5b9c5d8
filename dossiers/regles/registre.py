"""The register of processing (article 30 of the GDPR): what the software can say of itself.

What only the city knows (its officer, its legal basis) is proposed and marked « à valider ».
"""

from collections.abc import Mapping
from dataclasses import dataclass

A_VALIDER = "à valider par la ville"


@dataclass(frozen=True)
class Article:
    """A heading of the register; `a_valider` when the city has to confirm it."""

    titre: str
    points: tuple[str, ...]
    a_valider: bool = False


_DUREES = (
    (
        "conservation_retire",
        "dossier retiré par la famille, ou qui a déménagé",
        "après la clôture",
    ),
    ("conservation_perime", "dossier non renouvelé, sans réponse ou hors d’âge", "après la clôture"),
    ("conservation_doublon", "doublon réuni à un autre dossier", "après la clôture"),
    ("conservation_admis", "enfant admis", "après son départ de la structure"),
    ("conservation_courriers", "courriers", "après leur préparation"),
    ("conservation_notes", "notes lisibles par la famille", "après leur écriture"),
    ("conservation_lectures", "journal des lectures et des exports", "après l’acte"),
    ("conservation_nominatif", "ordres du jour nominatifs imprimés", "après leur demande"),
    ("conservation_reprises", "fichiers repris d’un ancien logiciel", "après leur dépôt"),
    ("conservation_exports", "fichiers d’export", "après leur demande"),
    ("conservation_renseignements", "nom et téléphone d’un renseignement sans dossier", "après l’avoir noté"),
    ("brouillon_conservation", "brouillons de saisie", "sans modification"),
)
CLES = tuple(cle for cle, _, _ in _DUREES)

ARTICLES = (
    Article(
        "Finalités",
        (
            "Recueillir les demandes de place en crèche dans un dossier unique, partagé.",
            "Classer les demandes selon la grille de critères votée et préparer la commission d’admission.",
            "Répondre aux familles, suivre les renouvellements, compter la demande et l’offre.",
        ),
    ),
    Article(
        "Base légale",
        (
            "Mission d’intérêt public (article 6, 1, e du RGPD) : service public de la petite enfance.",
            "Handicap, réponse « oui » ou « non » sans document gardé : article 9, 2, g du RGPD.",
        ),
        a_valider=True,
    ),
    Article(
        "Responsable du traitement",
        (
            "La commune, avec les gestionnaires associés pour leurs propres structures (convention).",
            "Délégué à la protection des données de la commune.",
        ),
        a_valider=True,
    ),
    Article(
        "Personnes concernées",
        ("Enfants nés ou à naître, responsables légaux, agents, membres de la commission.",),
    ),
    Article(
        "Catégories de données",
        (
            "Identité et date de naissance de l’enfant ; identité, lien et coordonnées des responsables.",
            "Situation du foyer : activité, ressources, numéro d’allocataire, faits de la grille.",
            "Besoin, choix de structures, points, pièces vues (jamais copiées), contacts, décisions.",
            "Ni données de santé, ni numéro de sécurité sociale, ni nationalité, ni religion.",
        ),
    ),
    Article(
        "Destinataires",
        (
            "Agents des mairies de proximité et coordination petite enfance : le dossier.",
            "Directions : la liste ; l’identité là où leur structure est un choix, sauf réglage contraire.",
            "Membres de la commission : l’ordre du jour sans noms.",
            "Partenaires (PMI, service social, relais…) : les seules situations qu’ils suivent.",
            "Aucun transfert hors de l’Union européenne par le logiciel.",
        ),
    ),
    Article(
        "Mesures de sécurité",
        (
            "Comptes nominatifs, droits datés par profil ; session fermée après inactivité.",
            "Historique que la base refuse de réécrire ; lectures et exports inscrits au journal.",
            "Familles protégées masquées hors de leur guichet ; accès motivé et signalé.",
            "Anonymisation chaque nuit, jusque dans l’historique, les fichiers et les exports.",
            "Codes des familles gardés sous forme d’empreinte ; aucun contenu chargé d’un autre site.",
        ),
    ),
    Article(
        "Droits des personnes",
        (
            "Information sur le récépissé et les courriers ; accès par un export (PDF et JSON).",
            "Rectification au guichet ; opposition et limitation par un maintien motivé.",
            "Aucune décision automatique : la commission donne un avis, une autorité décide.",
        ),
    ),
)


def durees(valeurs: Mapping[str, int], unites: Mapping[str, str]) -> list[tuple[str, str]]:
    """Chaque catégorie et sa durée, telle que la ville l’a réglée : « courriers », « 24 mois après… »."""
    return [(quoi, f"{valeurs[cle]}\u00a0{unites[cle]} {depuis}") for cle, quoi, depuis in _DUREES]
