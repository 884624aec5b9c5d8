"""What the commission holds about one family: its passages, their points and the avis."""

from django.utils import timezone

from commissions.models import Passage
from dossiers.models import Famille
from dossiers.regles.acces_famille import Rubrique


def rubrique_commission(famille: Famille) -> Rubrique:
    """One row a passage; the avis once it is taken."""
    colonnes = {
        "dossier": "Dossier",
        "seance": "Séance",
        "le": "Le",
        "numero_ordre": "Numéro d’ordre",
        "points": "Points vérifiés",
        "avis": "Avis",
        "motif": "Motif",
    }
    lues = Passage.objects.filter(dossier__famille=famille).select_related("seance", "dossier", "decision")
    lignes = []
    for passage in lues.order_by("seance__tenue_prevue_le", "pk"):
        avis = getattr(passage, "decision", None)
        lignes.append(
            [
                *(passage.dossier.numero, passage.seance.intitule),
                timezone.localdate(passage.seance.tenue_prevue_le),
                *(passage.numero_ordre, passage.verifie),
                *((avis.get_sens_display(), avis.get_motif_display()) if avis else (None, None)),
            ]
        )
    return Rubrique("commission", "Passages en commission", colonnes, lignes)
