"""What a change began from, carried by the page itself: two versions compare whatever became of the draft."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from dossiers.forms.feuille import Feuille

SEL = "dossiers.saisie.depart"


@dataclass(frozen=True)
class Depart:
    """The sheet as it was in base at `version`, and when it was read."""

    feuille: Feuille
    version: int
    le: datetime

    def signe(self, objet: str) -> str:
        """For a hidden field; `objet` names what is changed, another page's start is not this one's."""
        dit = {"donnees": self.feuille.donnees(), "version": self.version, "le": self.le.isoformat()}
        return signing.dumps(dit, salt=f"{SEL}/{objet}", compress=True)


def relire(signe: str, objet: str) -> Depart | None:
    """Back from the hidden field; None for anything the page did not write."""
    try:
        dit = signing.loads(signe, salt=f"{SEL}/{objet}")
    except signing.BadSignature:
        return None
    return Depart(Feuille.gardee(dit["donnees"]), dit["version"], datetime.fromisoformat(dit["le"]))
