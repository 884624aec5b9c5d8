"""What the commission holds about one family: its passages, their points, the avis, the places offered."""

from datetime import date, datetime

from django.utils import timezone

from commissions.models import Offre, Passage
from dossiers.models import Famille
from dossiers.regles.acces_famille import Rubrique
from structures.regles.semaine import texte_semaine


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


def rubrique_offres(famille: Famille) -> Rubrique:
    """One row a place offered, with its answer or why it fell."""
    colonnes = {
        "dossier": "Dossier",
        "section": "Section",
        "demi_journees": "Demi-journées",
        "entree_le": "Première adaptation",
        "debut": "Début du contrat",
        "envoyee_le": "Envoyée le",
        "limite_le": "À répondre avant le",
        "etat": "État",
        "repondue_le": "Répondue le",
        "motif": "Motif",
        "entree": "Entrée",
    }
    lues = Offre.objects.filter(dossier__famille=famille).select_related("dossier", "section__structure")
    lignes = [
        [
            *(offre.dossier.numero, str(offre.section), texte_semaine(offre.demi_journees)),
            *(offre.entree_le, offre.debut),
            *(_jour(offre.envoyee_le), _jour(offre.limite_le), offre.get_etat_display()),
            *(_jour(offre.repondue_le), _motif(offre), offre.get_entree_display() or None),
        ]
        for offre in lues.order_by("preparee_le", "pk")
    ]
    return Rubrique("offres", "Places proposées", colonnes, lignes)


def _jour(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _motif(offre: Offre) -> str | None:
    return offre.get_motif_refus_display() or offre.get_motif_annulation_display() or None
