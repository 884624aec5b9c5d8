from .baisse import BaissePlaces, MotifBaisse
from .decision import Decision, MotifDecision, OrdreDuJour, SensDecision, VersionOrdreDuJour
from .lettre import Lettre, LotLettres, ModeleLettre, NatureLettre, Signataire
from .offre import (
    FAIT_DE_LA_STRUCTURE,
    AvisGestionnaire,
    EntreeOffre,
    EtatOffre,
    MotifAnnulation,
    MotifRefus,
    Offre,
    OrigineOffre,
)
from .passage import Passage, PassageVoeu
from .proposition import Proposition
from .seance import EtatSeance, PlaceOfferte, Presence, Seance

__all__ = [
    "FAIT_DE_LA_STRUCTURE",
    "AvisGestionnaire",
    "BaissePlaces",
    "Decision",
    "EntreeOffre",
    "EtatOffre",
    "EtatSeance",
    "Lettre",
    "LotLettres",
    "ModeleLettre",
    "MotifAnnulation",
    "MotifBaisse",
    "MotifDecision",
    "MotifRefus",
    "NatureLettre",
    "Offre",
    "OrdreDuJour",
    "OrigineOffre",
    "Passage",
    "PassageVoeu",
    "PlaceOfferte",
    "Presence",
    "Proposition",
    "Seance",
    "SensDecision",
    "Signataire",
    "VersionOrdreDuJour",
]
