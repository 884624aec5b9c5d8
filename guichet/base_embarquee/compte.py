"""The account PostgreSQL runs under: it refuses root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guichet.base_embarquee.binaires import BaseIndisponible

SANS_PRIVILEGE = ("postgres", "nobody")


@dataclass(frozen=True)
class Compte:
    uid: int
    gid: int

    @property
    def change(self) -> bool:
        """True when the server runs under another account than ours."""
        return self.uid != os.geteuid()

    def lancer(self, *commande: str, dossier: Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from a folder it can read, and wait for it."""
        identite: dict[str, Any] = {}
        if self.change:
            identite = {"user": self.uid, "group": self.gid, "extra_groups": []}
        # Variables such as PGHOST or PGDATA of the caller must not reach our own server.
        environnement = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LC_ALL": "C.UTF-8",
            "HOME": str(dossier),
        }
        return subprocess.run(
            commande, cwd="/", env=environnement, capture_output=True, text=True, check=False, **identite
        )

    def atteint(self, chemin: Path) -> bool:
        """True when this account may enter the folder, or run the file."""
        if not self.change:
            return os.access(chemin, os.X_OK)
        return self.lancer("/usr/bin/test", "-x", str(chemin), dossier=Path("/")).returncode == 0


def compte_du_serveur() -> Compte:
    """Ourselves, or an existing unprivileged account when we are root."""
    if os.geteuid() != 0:
        return Compte(os.geteuid(), os.getegid())
    for nom in SANS_PRIVILEGE:
        try:
            entree = pwd.getpwnam(nom)
        except KeyError:
            continue
        return Compte(entree.pw_uid, entree.pw_gid)
    raise BaseIndisponible(
        "PostgreSQL refuse de tourner sous root et cette machine n’a ni compte « postgres » ni compte "
        "« nobody ». Lancez le guichet sous un compte ordinaire."
    )
