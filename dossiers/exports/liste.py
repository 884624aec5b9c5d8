"""The list as a file: the same lines, masked as on screen, one per child or one per choice."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.text import slugify

from dossiers.queries.liste import Demande, LigneVue
from dossiers.queries.liste.mots import resume
from guichet.texte import date_heure, date_longue, nombre
from structures.regles.semaine import texte_semaine

PAR_ENFANT, PAR_CHOIX = "enfant", "choix"
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")
_NB_CHOIX = 5
_DEBUT = (
    *("Rang", "Numéro", "Enfant", "Né le", "Âge à l’entrée", "À naître", "Jumeaux", "Nature", "État"),
    *("Entrée souhaitée", "Souplesse (jours)", "Besoin", "Semaine demandée", "Semaine B"),
    *("Points vérifiés", "Points à vérifier", "Complet le", "Déposé le", "Quartier", "Mairie"),
    *("Solution aujourd’hui", "Dernier contact le", "Dernier contact par"),
)


@dataclass(frozen=True)
class Origine:
    """Who took the list out, when and with which filters: told by its name and, in a workbook, by a sheet."""

    demande: Demande
    le: datetime
    nombre: int
    forme: str = PAR_ENFANT
    au: date | None = None

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
    return f"liste-{timezone.localtime(origine.le):%Y-%m-%d-%Hh%M}-{filtres}.{forme}"


def compte(dossiers: int) -> str:
    """« 1 dossier », « 1 307 dossiers »."""
    return f"{nombre(dossiers)} {'dossier' if dossiers < 2 else 'dossiers'}"


def entetes(forme: str) -> tuple[str, ...]:
    if forme == PAR_CHOIX:
        return (*_DEBUT, "Rang du choix", "Structure", "Ma structure")
    return (*_DEBUT, "Mon choix", *(f"Choix {n}" for n in range(1, _NB_CHOIX + 1)), "Autres choix")


def rangees(lignes: Iterable[LigneVue], forme: str) -> Iterator[list[Any]]:
    for ligne in lignes:
        debut = _debut(ligne)
        if forme == PAR_ENFANT:
            noms = [c.structure for c in ligne.choix]
            premiers = [*noms[:_NB_CHOIX], *([None] * (_NB_CHOIX - len(noms)))]
            yield [*debut, ligne.mon_choix, *premiers, " ; ".join(noms[_NB_CHOIX:]) or None]
        elif ligne.choix:
            for choix in ligne.choix:
                yield [*debut, choix.rang, choix.structure, "oui" if choix.mien else None]
        else:
            yield [*debut, None, None, None]


def _debut(ligne: LigneVue) -> list[Any]:
    besoin = ligne.besoin
    enfant = ligne.enfant or ("dossier protégé" if ligne.regard.protege else "identité masquée")
    return [
        *(ligne.rang, ligne.numero or None, enfant, ligne.naissance, ligne.age or None),
        *("oui" if ligne.a_naitre else None, "oui" if ligne.jumeaux else None),
        *(ligne.mutation or None, ligne.etat_mots or None),
        *((besoin.entree_le, besoin.tolerance_jours) if besoin else (None, None)),
        ", ".join(ligne.types).lower() or None,
        texte_semaine(besoin.demi_journees) if besoin else None,
        texte_semaine(besoin.demi_journees_b) if besoin and besoin.demi_journees_b else None,
        *(ligne.verifie, ligne.reste, ligne.complet_le, ligne.depose_le),
        *(ligne.quartier or None, ligne.mairie or None, ligne.solution or None),
        *(ligne.contact_le, ligne.contact or None),
    ]


class _Echo:
    """A file that gives back what is written: csv streams line by line."""

    def write(self, texte: str) -> str:
        return texte


def flux_csv(origine: Origine, lignes: Iterable[LigneVue]) -> Iterator[bytes]:
    """CSV as Excel opens it in French: BOM, headings, semicolons, French dates, formulas disarmed."""
    ecrivain = csv.writer(_Echo(), delimiter=";")
    yield b"\xef\xbb\xbf"
    yield _encode(ecrivain.writerow(entetes(origine.forme)))
    for rangee in rangees(lignes, origine.forme):
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
        titres = entetes(origine.forme)
        feuille.freeze_panes(1, 3)
        feuille.set_column(0, len(titres) - 1, 14)
        feuille.set_column(2, 2, 26)
        feuille.write_row(0, 0, titres, gras)
        numero = 0
        for numero, rangee in enumerate(rangees(lignes, origine.forme), 1):
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
