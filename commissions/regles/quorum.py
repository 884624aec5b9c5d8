"""Whether enough members are there. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quorum:
    """`requis` members must be there among `appeles`; mandates do not count."""

    appeles: int
    presents: int
    requis: int

    @property
    def atteint(self) -> bool:
        return self.presents >= self.requis


def quorum(appeles: int, presents: int, part: int) -> Quorum:
    """Le quorum est atteint quand plus de `part` % des membres appelés sont présents.

    `part` = 0 asks for nobody; nobody called, nobody required.
    """
    requis = appeles * part // 100 + 1 if appeles and part else 0
    return Quorum(appeles, presents, min(requis, appeles))
