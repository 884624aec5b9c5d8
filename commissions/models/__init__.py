from .baisse import BaissePlaces, MotifBaisse
from .decision import Decision, MotifDecision, OrdreDuJour, SensDecision, VersionOrdreDuJour
from .passage import Passage, PassageVoeu
from .proposition import Proposition
from .seance import EtatSeance, PlaceOfferte, Presence, Seance

__all__ = [
    "BaissePlaces",
    "Decision",
    "EtatSeance",
    "MotifBaisse",
    "MotifDecision",
    "OrdreDuJour",
    "Passage",
    "PassageVoeu",
    "PlaceOfferte",
    "Presence",
    "Proposition",
    "Seance",
    "SensDecision",
    "VersionOrdreDuJour",
]
