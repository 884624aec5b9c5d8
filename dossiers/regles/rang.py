"""The order of the shared list, as one sortable key."""

from datetime import date

_MAXIMUM = 500_000
CLASSE, INCOMPLET, OCCASIONNEL = "1", "2", "3"
# Where complements stand, as the city votes it: before every other ranked dossier, or after.
AVANT, APRES = "avant", "apres"
# The two lists of the ranked ones: signs that sort before and after any digit.
_COMPLEMENTS = {AVANT: f"{CLASSE}-", APRES: f"{CLASSE}~"}


def cle_rang(
    *, points: int, complet_le: date | None, numero: str, regulier: bool = True, complement: str = ""
) -> str:
    """La place dans la liste : plus de points d’abord, puis le plus ancien dossier complet, puis le numéro.

    Les compléments de jours ont leur propre liste, tout entière avant ou après les autres demandes
    (`complement` : « avant », « apres », vide pour une autre demande).

    Keys sort as bytes (collation "C"). A dossier not yet complete comes after every ranked one, an
    occasional need after them: neither has a rank. `points` are verified points, within ±500 000.
    """
    if not -_MAXIMUM < points < _MAXIMUM:
        raise ValueError(f"points hors bornes\u00a0: {points}")
    famille = CLASSE if complet_le and regulier else INCOMPLET if regulier else OCCASIONNEL
    if famille == CLASSE and complement:
        famille = _COMPLEMENTS[complement]
    anciennete = complet_le.strftime("%Y%m%d") if complet_le else "99999999"
    return f"{famille}{_MAXIMUM - points:06d}{anciennete}{numero}"


def est_classe(cle: str) -> bool:
    """Vrai si cette clé donne un rang : dossier complet, besoin régulier."""
    return cle.startswith(CLASSE)


def debut_de_liste(cle: str) -> str:
    """La plus petite clé de la liste où cette clé a son rang : les compléments se comptent entre eux."""
    return next((debut for debut in _COMPLEMENTS.values() if cle.startswith(debut)), f"{CLASSE}0")
