"""The list as a file: the same lines, masked as on screen, one per child or one per choice."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.text import slugify

from dossiers.exports.colonnes import CHOIX, MON_CHOIX, Colonne, retenues
from dossiers.queries.liste import Demande, LigneVue
from dossiers.queries.liste.lignes import Choix
from dossiers.queries.liste.mots import resume
from guichet.texte import date_heure, date_longue, nombre

PAR_ENFANT, PAR_CHOIX = "enfant", "choix"
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")
_NB_CHOIX = 5


@dataclass(frozen=True)
class Origine:
    """Who took the list out, when and with which filters: told by its name and, in a workbook, by a sheet."""

    demande: Demande
    le: datetime
    nombre: int
    forme: str = PAR_ENFANT
    au: date | None = None
    colonnes: tuple[str, ...] = ()

    @property
    def retenues(self) -> tuple[Colonne, ...]:
        """The columns of the file: those chosen among those its reader may see, else the usual ones."""
        return retenues(self.demande.qui, self.colonnes)

    def lignes(self) -> list[str]:
        qui = self.demande.qui
        unite = "ligne par choix" if self.forme == PAR_CHOIX else "ligne par enfant"
        return [
            "Liste partagée des demandes d’accueil"
            + (f", telle qu’elle était le {date_longue(self.au)}" if self.au else ""),
            f"Le {date_heure(timezone.localtime(self.le))}, par {qui.agent}, {qui.lieu}",
            f"Filtres : {resume(self.demande)}",
            f"{compte(self.nombre)}, une {unite}. Document confidentiel, à ne pas conserver.",
        ]


def nom_du_fichier(origine: Origine, forme: str) -> str:
    """The day and the filters, which a CSV says nowhere else: its first line is its headings."""
    filtres = slugify(resume(origine.demande))[:80].rstrip("-")
    if origine.au:
        return f"liste-au-{origine.au}.{forme}"
    return f"liste-{timezone.localtime(origine.le):%Y-%m-%d-%Hh%M}-{filtres}.{forme}"


def compte(dossiers: int) -> str:
    """« 1 dossier », « 1 307 dossiers »."""
    return f"{nombre(dossiers)} {'dossier' if dossiers < 2 else 'dossiers'}"


def entetes(origine: Origine) -> list[str]:
    return [titre for c in origine.retenues for titre in _titres(c, origine.forme)]


def _titres(colonne: Colonne, forme: str) -> list[str]:
    if colonne.code == CHOIX:
        choix = [*(f"Choix {n}" for n in range(1, _NB_CHOIX + 1)), "Autres choix"]
        return ["Rang du choix", "Structure"] if forme == PAR_CHOIX else choix
    if colonne.code == MON_CHOIX and forme == PAR_CHOIX:
        return ["Ma structure"]
    return [colonne.titre]


def rangees(lignes: Iterable[LigneVue], origine: Origine) -> Iterator[list[Any]]:
    colonnes = origine.retenues
    for ligne in lignes:
        choix: Sequence[Choix | None] = (ligne.choix or (None,)) if origine.forme == PAR_CHOIX else (None,)
        for un in choix:
            yield [v for c in colonnes for v in _valeurs(c, ligne, un, origine.forme)]


def _valeurs(colonne: Colonne, ligne: LigneVue, choix: Choix | None, forme: str) -> list[Any]:
    """The cells of one column: a choice has its own line, or five cells and the rest."""
    if forme == PAR_CHOIX and colonne.code == MON_CHOIX:
        return ["oui" if choix and choix.mien else None]
    if forme == PAR_CHOIX and colonne.code == CHOIX:
        return [choix.rang, choix.structure] if choix else [None, None]
    if colonne.code == CHOIX:
        noms = [c.structure for c in ligne.choix]
        premiers = [*noms[:_NB_CHOIX], *([None] * (_NB_CHOIX - len(noms)))]
        return [*premiers, "\u202f; ".join(noms[_NB_CHOIX:]) or None]
    return [colonne.valeur(ligne)]


class _Echo:
    """A file that gives back what is written: csv streams line by line."""

    def write(self, texte: str) -> str:
        return texte


def flux_csv(origine: Origine, lignes: Iterable[LigneVue]) -> Iterator[bytes]:
    """CSV as Excel opens it in French: BOM, headings, semicolons, French dates, formulas disarmed."""
    ecrivain = csv.writer(_Echo(), delimiter=";")
    yield b"\xef\xbb\xbf"
    yield _encode(ecrivain.writerow(entetes(origine)))
    for rangee in rangees(lignes, origine):
        yield _encode(ecrivain.writerow([_texte(cellule) for cellule in rangee]))


def _encode(ecrit: Any) -> bytes:
    return str(ecrit).encode()


def ecrire(fichier: IO[bytes], origine: Origine, lignes: Iterable[LigneVue], *, format: str) -> None:
    """The whole file, workbook or CSV, on disk."""
    if format == "csv":
        fichier.writelines(flux_csv(origine, lignes))
    else:
        ecrire_xlsx(fichier, origine, lignes)


def _texte(cellule: Any) -> Any:
    if isinstance(cellule, date):
        return f"{cellule:%d/%m/%Y}"
    if isinstance(cellule, str) and cellule.startswith(FORMULES):
        return f"'{cellule}"
    return "" if cellule is None else cellule


def ecrire_xlsx(fichier: IO[bytes], origine: Origine, lignes: Iterable[LigneVue]) -> None:
    """A workbook of two sheets, the list and where it comes from, written row by row on disk."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(fichier, options) as classeur:
        feuille = classeur.add_worksheet("Liste")
        gras = classeur.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        titres = entetes(origine)
        feuille.freeze_panes(1, min(3, len(titres) - 1))
        feuille.set_column(0, len(titres) - 1, 14)
        if "Enfant" in titres:
            feuille.set_column(titres.index("Enfant"), titres.index("Enfant"), 26)
        feuille.write_row(0, 0, titres, gras)
        numero = 0
        for numero, rangee in enumerate(rangees(lignes, origine), 1):
            for colonne, cellule in enumerate(rangee):
                if isinstance(cellule, str):
                    feuille.write_string(numero, colonne, cellule)
                elif isinstance(cellule, date):
                    feuille.write_datetime(numero, colonne, cellule)
                elif cellule is not None:
                    feuille.write_number(numero, colonne, cellule)
        feuille.autofilter(0, 0, numero, len(titres) - 1)
        source = classeur.add_worksheet("Origine")
        source.set_column(0, 0, 110)
        for rang, texte in enumerate(origine.lignes()):
            source.write_string(rang, 0, texte)
