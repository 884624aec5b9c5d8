"""What settings.py needs to know of the embedded database: nothing is started nor read here."""

import re
from pathlib import Path
from typing import Any

from structures.regles.texte import cle_mots


def nom_de_base(ville: str) -> str:
    """One database per city: « Saint-Étienne » is kept in `guichet_saint_etienne`."""
    return "guichet_" + re.sub(r"[^a-z0-9]+", "_", cle_mots(ville))[:40].strip("_")


def reglages(var: Path, ville: str) -> dict[str, Any]:
    """The DATABASES entry of the embedded database; `guichet.postgres` starts it at the first connection."""
    return {
        "ENGINE": "guichet.postgres",
        "NAME": nom_de_base(ville),
        "CONN_MAX_AGE": 60,
        "GRAPPE": str(var / "base"),
        "TEST": {"GRAPPE": str(var / "tests")},
    }
