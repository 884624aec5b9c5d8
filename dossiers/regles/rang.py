"""The order of the shared list, as one sortable key."""

from datetime import date

_MAXIMUM = 500_000
CLASSE, INCOMPLET, OCCASIONNEL = "1", "2", "3"


def cle_rang(*, points: int, complet_le: date | None, numero: str, regulier: bool = True) -> str:
    """La place dans la liste : plus de points d’abord, puis le plus ancien dossier complet, puis le numéro.

    Keys sort as bytes (collation "C"). A dossier not yet complete comes after every ranked one, an
    occasional need after them: neither has a rank. `points` are verified points, within ±500 000.
    """
    if not -_MAXIMUM < points < _MAXIMUM:
        raise ValueError(f"points hors bornes : {points}")
    famille = CLASSE if complet_le and regulier else INCOMPLET if regulier else OCCASIONNEL
    anciennete = complet_le.strftime("%Y%m%d") if complet_le else "99999999"
    return f"{famille}{_MAXIMUM - points:06d}{anciennete}{numero}"


def est_classe(cle: str) -> bool:
    """Vrai si cette clé donne un rang : dossier complet, besoin régulier."""
    return cle.startswith(CLASSE)
