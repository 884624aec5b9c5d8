from .agent import Agent, Habilitation, Profil, ServicePartenaire
from .assistante import Agrement, AssistanteMaternelle
from .capacite import Capacite, MotifCapacite
from .creneau import CreneauSupplementaire, NatureCreneau
from .employeur import PlacesEmployeur
from .gestionnaire import Convention, Gestionnaire, NatureGestionnaire
from .identite import Identite
from .mairie import Mairie, Quartier
from .reglage import Reglage
from .structure import Section, Structure, TrancheAge, TypeStructure
from .tache import EtatTache, Tache
from .version import Versionne

__all__ = [
    "Agent",
    "Agrement",
    "AssistanteMaternelle",
    "Capacite",
    "Convention",
    "CreneauSupplementaire",
    "EtatTache",
    "Gestionnaire",
    "Habilitation",
    "Identite",
    "Mairie",
    "MotifCapacite",
    "NatureCreneau",
    "NatureGestionnaire",
    "PlacesEmployeur",
    "Profil",
    "Quartier",
    "Reglage",
    "Section",
    "ServicePartenaire",
    "Structure",
    "Tache",
    "TrancheAge",
    "TypeStructure",
    "Versionne",
]
