"""The children admitted by a séance, for the city's crèche software: one JSON, one CSV, the same columns."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from commissions.models import Offre
from guichet.acces import Personne
from structures.regles.semaine import CRENEAUX

FORMAT = 1
COLONNES = (
    *("dossier", "nom", "prenom", "naissance", "structure", "section", "demi_journees"),
    *("adaptation_le", "debut", "fin", "telephone", "protege"),
)


def lignes_de(offres: Iterable[Offre], qui: Personne) -> list[dict[str, Any]]:
    """One line per accepted offer; the identity of a protected child is asked of its counter."""
    return [_ligne(offre) for offre in offres if offre.dossier.famille_id not in qui.familles_liees]


def _ligne(offre: Offre) -> dict[str, Any]:
    enfant, protege = offre.dossier.enfant, offre.dossier.protege
    premier = next(iter(offre.dossier.famille.responsables.all()), None)
    return {
        "dossier": offre.dossier.numero,
        "nom": "" if protege else enfant.nom,
        "prenom": "" if protege else enfant.prenom,
        "naissance": "" if protege or not enfant.date_naissance else enfant.date_naissance.isoformat(),
        "structure": "" if protege else offre.section.structure.code,
        "section": "" if protege else offre.section.nom,
        "demi_journees": [CRENEAUX[k] for k in offre.demi_journees],
        "adaptation_le": offre.entree_le.isoformat(),
        "debut": offre.debut.isoformat(),
        "fin": offre.fin.isoformat() if offre.fin else "",
        "telephone": "" if protege or premier is None else premier.telephone,
        "protege": protege,
    }


def en_json(lignes: list[dict[str, Any]], *, seance: int) -> bytes:
    document = {"format": FORMAT, "seance": seance, "admis": lignes}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def en_csv(lignes: list[dict[str, Any]]) -> bytes:
    """Semicolons and a byte-order mark, as the spreadsheets of a French office read them."""
    sortie = io.StringIO()
    plume = csv.DictWriter(sortie, COLONNES, delimiter=";", lineterminator="\r\n")
    plume.writeheader()
    for ligne in lignes:
        jours = " ".join(ligne["demi_journees"])
        plume.writerow({**ligne, "demi_journees": jours, "protege": "oui" if ligne["protege"] else "non"})
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()
