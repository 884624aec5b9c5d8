"""Before a séance: which families have points still to verify, and are told in time."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from commissions.models import EtatSeance, Seance
from commissions.queries.candidats import cadre_de, dossiers_attendus, places_de
from dossiers.models import EtatDossier
from dossiers.queries.echeances import Valeurs, points_a_verifier
from dossiers.regles import echeances as regles
from dossiers.services.echeances import inscrire


def ouvrir_preavis(jour: date) -> int:
    """Write the acts of every séance that closes soon; the night's work does them. Returns how many.

    The notice is the setting of the day the séance was planned. Two that close on one day make one letter.
    """
    valeur, ecrites = Valeurs(), 0
    loin = jour + timedelta(days=max(valeur.toutes("gel_preavis")))
    proches = Seance.objects.filter(etat=EtatSeance.PLANIFIEE, cloture_le__range=(jour, loin))
    for seance in proches.order_by("cloture_le", "pk"):
        acte = regles.avant_gel(seance.cloture_le, valeur("gel_preavis", timezone.localdate(seance.creee_le)))
        if acte.du_le <= jour:
            ecrites += inscrire((pk, acte) for pk in _a_prevenir(seance, jour))
    return ecrites


def _a_prevenir(seance: Seance, jour: date) -> list[int]:
    """Dossiers the séance would look at, that are incomplete or declare more than what was verified."""
    attendus = dossiers_attendus(cadre_de(seance, places_de(seance), le=jour))
    douteux = Exists(points_a_verifier().filter(dossier=OuterRef("pk")))
    vises = attendus.filter(Q(etat=EtatDossier.INCOMPLET) | Q(douteux, etat=EtatDossier.ACTIF))
    return list(vises.order_by("pk").values_list("pk", flat=True))
