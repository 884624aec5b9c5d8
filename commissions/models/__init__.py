from .baisse import BaissePlaces, MotifBaisse
from .confirmation import ConfirmationGestionnaire, EtatConfirmation, MotifNonConfirmation
from .decision import (
    Decision,
    MotifDecision,
    MotifEcart,
    OrdreDuJour,
    SensDecision,
    VersionOrdreDuJour,
)
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
from .proces_verbal import ProcesVerbal
from .proposition import Proposition
from .salle import LigneADiscuter, MotifDiscussion, Projection, Recalcul
from .seance import EtatSeance, MotifSansQuorum, PlaceOfferte, Presence, Seance

__all__ = [
    "FAIT_DE_LA_STRUCTURE",
    "AvisGestionnaire",
    "BaissePlaces",
    "ConfirmationGestionnaire",
    "Decision",
    "EntreeOffre",
    "EtatConfirmation",
    "EtatOffre",
    "EtatSeance",
    "Lettre",
    "LigneADiscuter",
    "LotLettres",
    "ModeleLettre",
    "MotifAnnulation",
    "MotifBaisse",
    "MotifDecision",
    "MotifDiscussion",
    "MotifEcart",
    "MotifNonConfirmation",
    "MotifRefus",
    "MotifSansQuorum",
    "NatureLettre",
    "Offre",
    "OrdreDuJour",
    "OrigineOffre",
    "Passage",
    "PassageVoeu",
    "PlaceOfferte",
    "Presence",
    "ProcesVerbal",
    "Projection",
    "Proposition",
    "Recalcul",
    "Seance",
    "SensDecision",
    "Signataire",
    "VersionOrdreDuJour",
]
