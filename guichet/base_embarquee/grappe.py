"""One PostgreSQL cluster of our own: made, started under a lock, left running, stopped on demand."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guichet.base_embarquee import binaires
from guichet.base_embarquee.binaires import BaseIndisponible, Binaires
from guichet.base_embarquee.compte import Compte, compte_du_serveur

SUPERUTILISATEUR = "guichet"
PORT = 5432
# sun_path holds 108 bytes, the closing zero included.
LONGUEUR_PRISE = 107
ESSAIS = 8
ATTENTE_ARRET = 60
AILLEURS = Path("/var/lib")
CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{prise}'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
recovery_init_sync_method = syncfs
shared_buffers = 256MB
timezone = 'Europe/Paris'
log_timezone = 'Europe/Paris'
lc_messages = 'C.UTF-8'
"""
# A test cluster is thrown away: it never waits for the disk.
SANS_ATTENTE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def _empreinte(*morceaux: object) -> str:
    return hashlib.sha256("\0".join(map(str, morceaux)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Grappe:
    """A cluster named by its folder, as `var/base`; `jetable` trades durability for speed."""

    emplacement: Path
    jetable: bool = False

    @property
    def _pointeur(self) -> Path:
        return self.emplacement.with_name(self.emplacement.name + ".emplacement")

    @property
    def dossier(self) -> Path:
        """Where the data really are: elsewhere when the server's account cannot reach `emplacement`."""
        if self._pointeur.is_file():
            return Path(self._pointeur.read_text(encoding="utf-8").strip())
        return self.emplacement

    @property
    def donnees(self) -> Path:
        return self.dossier / "donnees"

    @property
    def journal(self) -> Path:
        return self.dossier / "postgresql.log"

    @property
    def prise(self) -> Path:
        """The folder of the Unix socket, in a short path."""
        proche = self.dossier / "prise"
        if len(os.fsencode(proche / f".s.PGSQL.{PORT}")) < LONGUEUR_PRISE:
            return proche
        return Path(tempfile.gettempdir()) / f"guichet-{_empreinte(self.dossier)}"

    # -- state ---------------------------------------------------------------------------------

    def _lignes_pid(self) -> list[str]:
        try:
            return (self.donnees / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def pid(self) -> int | None:
        """The living postmaster's process id; a file left by a crash, or a reused id, counts for nothing."""
        lignes = self._lignes_pid()
        if not lignes or not lignes[0].strip().isdigit():
            return None
        try:
            commande = Path(f"/proc/{lignes[0].strip()}/cmdline").read_bytes()
        except OSError:
            return None
        return int(lignes[0]) if b"postgres" in commande else None

    def en_marche(self) -> bool:
        """True when the server takes connections."""
        lignes = self._lignes_pid()
        if len(lignes) < 8 or lignes[7].strip() != "ready" or self.pid() is None:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as essai:
            try:
                essai.connect(str(self.prise / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    # -- start and stop ------------------------------------------------------------------------

    def assurer(self) -> Path:
        """Start the server unless it runs; return the folder of its socket."""
        if self.en_marche():
            return self.prise
        try:
            with self._verrou():
                if not self.en_marche():
                    self._demarrer()
        except PermissionError as refus:
            raise BaseIndisponible(
                f"Le dossier « {self.emplacement.parent} » appartient à un autre compte ({refus.filename}). "
                "Lancez le guichet sous ce compte, ou donnez un autre dossier par GUICHET_VAR."
            ) from refus
        return self.prise

    def arreter(self) -> bool:
        """Stop the server cleanly, its transactions undone; False when it was not running."""
        pid = self.pid()
        if pid is None:
            return False
        # SIGINT is PostgreSQL's fast shutdown: unlike pg_ctl it needs no program of the right version.
        os.kill(pid, signal.SIGINT)
        limite = time.monotonic() + ATTENTE_ARRET
        while self.pid() == pid:
            if time.monotonic() > limite:
                raise BaseIndisponible(f"PostgreSQL ne s’arrête pas ; voir {self.journal}.")
            time.sleep(0.02)
        return True

    @contextmanager
    def _verrou(self) -> Iterator[None]:
        self.emplacement.parent.mkdir(parents=True, exist_ok=True)
        with open(self.emplacement.with_name(self.emplacement.name + ".verrou"), "w") as fichier:
            fcntl.flock(fichier, fcntl.LOCK_EX)
            yield

    def _demarrer(self) -> None:
        compte = compte_du_serveur()
        # Found before anything is made: a machine without PostgreSQL keeps no trace of the attempt.
        outils = binaires.trouver(self._version_des_donnees())
        self._placer(compte)
        outils = self._a_portee(outils, compte)
        if not (self.donnees / "PG_VERSION").exists():
            self._creer(outils, compte)
        self._configurer(compte)
        if self.pid() is None:
            (self.donnees / "postmaster.pid").unlink(missing_ok=True)
        else:
            # Alive but deaf: its socket was removed, or it is still stopping.
            self.arreter()
        for essai in range(ESSAIS):
            depart = compte.lancer(
                *(outils.programme("pg_ctl"), "-D", str(self.donnees), "-l", str(self.journal)),
                *("-w", "-t", "120", "start"),
                dossier=self.dossier,
            )
            if self.en_marche():
                return
            # After a kill -9 the orphans of the former server hold its memory for a moment.
            time.sleep(0.25 * (essai + 1))
        raise BaseIndisponible(
            f"PostgreSQL ne démarre pas. {depart.stderr.strip()} Fin de son journal, {self.journal} :\n"
            + "\n".join(self._fin_du_journal())
        )

    def _fin_du_journal(self) -> list[str]:
        try:
            return self.journal.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        except OSError:
            return []

    # -- making --------------------------------------------------------------------------------

    def _placer(self, compte: Compte) -> None:
        """Make the cluster's folder, where the server's account can reach it."""
        if not self.dossier.exists():
            self.emplacement.mkdir(parents=True, exist_ok=True)
            if not compte.atteint(self.emplacement):
                self.emplacement.rmdir()
                # The time keeps a second clone at the same place from finding the first one's data.
                nom = f"guichet-{_empreinte(self.emplacement, time.time_ns())}"
                self._pointeur.write_text(f"{AILLEURS / nom}\n", encoding="utf-8")
        for dossier in (self.dossier, self.prise):
            self._dossier_prive(dossier, compte)

    @staticmethod
    def _dossier_prive(dossier: Path, compte: Compte) -> None:
        dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
        if compte.change:
            os.chown(dossier, compte.uid, compte.gid)
        if dossier.stat().st_uid != compte.uid:
            raise BaseIndisponible(f"Le dossier « {dossier} » appartient à un autre compte ; retirez-le.")
        dossier.chmod(0o700)

    def _version_des_donnees(self) -> int | None:
        marque = self.donnees / "PG_VERSION"
        return int(marque.read_text(encoding="utf-8")) if marque.exists() else None

    def _a_portee(self, outils: Binaires, compte: Compte) -> Binaires:
        """PostgreSQL's programs, copied beside the data when the account cannot run them in place."""
        if compte.atteint(outils.dossier / "postgres"):
            return outils
        copie = self.dossier / f"postgresql-{outils.version}"
        racine, parties = outils.arbre()
        if not copie.exists():
            neuve = copie.with_suffix(".neuf")
            shutil.rmtree(neuve, ignore_errors=True)
            for partie in parties:
                shutil.copytree(partie, neuve / partie.relative_to(racine), symlinks=True)
            _donner(neuve, compte)
            neuve.rename(copie)
        return Binaires(copie / outils.dossier.relative_to(racine), outils.version)

    def _creer(self, outils: Binaires, compte: Compte) -> None:
        """initdb beside, then rename: an interrupted creation leaves nothing half made."""
        neuf = self.dossier / "donnees.neuf"
        shutil.rmtree(neuf, ignore_errors=True)
        fait = compte.lancer(
            *(outils.programme("initdb"), "-D", str(neuf), "-U", SUPERUTILISATEUR, "-E", "UTF8"),
            *("--locale=C.UTF-8", "--auth=trust", "--no-sync", "--no-instructions"),
            dossier=self.dossier,
        )
        if fait.returncode:
            raise BaseIndisponible(f"PostgreSQL n’a pas pu créer sa base dans {neuf} : {fait.stderr.strip()}")
        neuf.rename(self.donnees)

    def _configurer(self, compte: Compte) -> None:
        contenu = CONFIGURATION.format(prise=str(self.prise).replace("'", "''"), port=PORT)
        reglage = self.donnees / "postgresql.auto.conf"
        reglage.write_text(contenu + (SANS_ATTENTE if self.jetable else ""), encoding="utf-8")
        if compte.change:
            os.chown(reglage, compte.uid, compte.gid)


def _donner(dossier: Path, compte: Compte) -> None:
    """Give a whole tree to the server's account."""
    if not compte.change:
        return
    for racine, _, fichiers in os.walk(dossier):
        for chemin in [racine, *(os.path.join(racine, f) for f in fichiers)]:
            os.chown(chemin, compte.uid, compte.gid, follow_symlinks=False)
