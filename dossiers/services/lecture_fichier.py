"""Reading the file a city brings, whatever wrote it: csv in any usual encoding, xlsx, ods or xls."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import python_calamine

from dossiers.regles.reprise.colonnes import nombre_reconnues
from guichet.erreurs import ErreurMetier

TAILLE_MAXIMUM = 50 * 1024 * 1024
TAILLE_DEPLIEE = 500 * 1024 * 1024
LIGNES_MAXIMUM = 100_000
LIGNES_DE_TITRE = 10
LIGNES_PAR_CELLULE = 60
SEPARATEURS_PAR_CELLULE = 8
SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_CONVERTIR = "Enregistrez-le depuis le tableur en CSV, XLSX ou ODS, puis recommencez."


@dataclass(frozen=True)
class LigneBrute:
    """One line of the file: its number there (headings included), its cells, and a fault of quoting."""

    numero: int
    cellules: tuple[str, ...]
    decalee: str = ""


@dataclass(frozen=True)
class Tableau:
    """A file as read; `forme` says how, in words, for the person who checks."""

    titres: tuple[str, ...]
    lignes: tuple[LigneBrute, ...]
    ligne_titres: int
    forme: str


def lire_tableau(octets: bytes, *, contenu: str) -> Tableau:
    """Read a whole file; the heading line is the one of the first ten whose headings are best known.

    Raises ErreurMetier with a code among fichier_vide, fichier_trop_gros, fichier_illisible,
    fichier_protege, fichier_sans_ligne.
    """
    if not octets.strip(b"\x00\r\n\t ;,\xef\xbb\xbf"):
        raise ErreurMetier("fichier_vide", "Ce fichier est vide.", champ="fichier")
    if len(octets) > TAILLE_MAXIMUM:
        raise ErreurMetier(
            "fichier_trop_gros",
            f"Ce fichier dépasse {TAILLE_MAXIMUM // 1024 // 1024} Mo. Découpez-le en plusieurs fichiers.",
            champ="fichier",
        )
    if octets.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        feuilles = _lire_classeur(octets)
    else:
        feuilles = _lire_texte(octets)
    choisies = [_entete(lignes, forme, contenu) for forme, lignes in feuilles]
    _, tableau = max(choisies, key=lambda choix: choix[0], default=(0, None))
    if tableau is None or not any(t.strip() for t in tableau.titres):
        raise ErreurMetier("fichier_vide", "Ce fichier n’a pas de ligne de titres.", champ="fichier")
    if not tableau.lignes:
        raise ErreurMetier(
            "fichier_sans_ligne", "Ce fichier n’a que des titres : aucune ligne à reprendre.", champ="fichier"
        )
    if len(tableau.lignes) > LIGNES_MAXIMUM:
        raise ErreurMetier(
            "fichier_trop_gros",
            f"Ce fichier dépasse {LIGNES_MAXIMUM} lignes. Découpez-le en plusieurs fichiers.",
            champ="fichier",
        )
    return tableau


def _entete(lignes: Sequence[LigneBrute], forme: str, contenu: str) -> tuple[int, Tableau | None]:
    """The headings among the first lines (a page title may stand above them), and what follows."""
    pleines = [ligne for ligne in lignes if any(c.strip() for c in ligne.cellules)]
    candidates = [
        (nombre_reconnues(ligne.cellules, contenu), -rang)
        for rang, ligne in enumerate(pleines[:LIGNES_DE_TITRE])
    ]
    if not candidates:
        return 0, None
    connues, rang = max(candidates)
    titres = pleines[-rang]
    propres = tuple(" ".join(t.split()) for t in titres.cellules)
    return connues, Tableau(propres, tuple(pleines[-rang + 1 :]), titres.numero, forme)


def _lire_texte(octets: bytes) -> list[tuple[str, list[LigneBrute]]]:
    """Every reading of a text file, one per separator: the headings tell which is right."""
    encodage, texte = _decoder(octets)
    texte = texte.replace("\x00", "")
    decalage = 0
    if texte[:5].lower().startswith("sep=") and "\n" in texte:
        texte, decalage = texte[texte.index("\n") + 1 :], 1
    tete = texte[:20_000]
    lectures = []
    for separateur, nom in SEPARATEURS.items():
        if separateur in tete or separateur == ";":
            lignes = list(_lignes_csv(texte, separateur, decalage))
            lectures.append((f"CSV, {encodage}, {nom}", lignes))
    return lectures


def _decoder(octets: bytes) -> tuple[str, str]:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "UTF-16", octets.decode("utf-16")
        except UnicodeDecodeError:
            raise _illisible() from None
    commandes = sum(octets[:65536].count(c) for c in (*range(1, 9), *range(14, 32)))
    if octets.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"\x1f\x8b")) or (
        commandes + octets[:65536].count(0) > len(octets[:65536]) // 100
    ):
        raise _illisible()
    try:
        texte = octets.decode("utf-8-sig")
        return ("UTF-8 avec marque" if octets.startswith(b"\xef\xbb\xbf") else "UTF-8"), texte
    except UnicodeDecodeError:
        pass
    tolerant = octets.decode("utf-8-sig", errors="replace")
    perdus = tolerant.count("\ufffd")
    accents = sum(c > "\x7f" for c in tolerant) - perdus
    if accents > 10 * perdus:
        return "UTF-8, quelques signes illisibles", tolerant
    return "Windows-1252", octets.decode("cp1252", errors="replace")


def _illisible() -> ErreurMetier:
    return ErreurMetier(
        "fichier_illisible", f"Ce fichier n’est pas un tableau. {_CONVERTIR}", champ="fichier"
    )


def _lignes_csv(texte: str, separateur: str, decalage: int) -> Iterator[LigneBrute]:
    """Lines numbered as in the file, whatever a quoted cell spans; an open quote is told, not followed."""
    physiques = io.StringIO(texte, newline="").readlines()
    debut = 0
    while debut < len(physiques):
        limite = min(debut + LIGNES_PAR_CELLULE, len(physiques))
        fin = debut + 1
        while fin < limite and _guillemet_ouvert(physiques[debut:fin], separateur):
            fin += 1
        cellules = _cellules("".join(physiques[debut:fin]), separateur)
        numero = debut + 1 + decalage
        if _guillemet_ouvert(physiques[debut:fin], separateur) or any(
            "\n" in c and c.count(separateur) > SEPARATEURS_PAR_CELLULE for c in cellules
        ):
            # A stray quote would swallow the lines that follow: this one alone is set aside.
            cellules = tuple(physiques[debut].rstrip("\r\n").split(separateur))
            yield LigneBrute(numero, cellules, "guillemet ouvert et jamais fermé")
            fin = debut + 1
        else:
            yield LigneBrute(numero, cellules)
        debut = fin


def _guillemet_ouvert(lignes: Sequence[str], separateur: str) -> bool:
    """True when the last cell of these lines is still inside its quotes."""
    if len(lignes) == 1 and '"' not in lignes[0]:
        return False
    try:
        list(csv.reader(lignes, delimiter=separateur, strict=True))
    except csv.Error as erreur:
        return "unexpected end of data" in str(erreur)
    return False


def _cellules(ligne: str, separateur: str) -> tuple[str, ...]:
    try:
        rangees = list(csv.reader(io.StringIO(ligne, newline=""), delimiter=separateur))
    except csv.Error:
        return (ligne,)
    return tuple(rangees[0]) if rangees else ()


def _lire_classeur(octets: bytes) -> list[tuple[str, list[LigneBrute]]]:
    try:
        if octets.startswith(b"PK") and _taille_depliee(octets) > TAILLE_DEPLIEE:
            raise ErreurMetier(
                "fichier_trop_gros", "Ce classeur est trop volumineux une fois ouvert.", champ="fichier"
            )
        classeur = python_calamine.load_workbook(io.BytesIO(octets))
        feuilles = [
            (f"classeur, feuille « {nom} »", _lignes_feuille(classeur.get_sheet_by_name(nom)))
            for nom in classeur.sheet_names
        ]
    except python_calamine.PasswordError:
        raise ErreurMetier(
            "fichier_protege", "Ce classeur est protégé par un mot de passe. Retirez-le.", champ="fichier"
        ) from None
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError):
        raise _illisible() from None
    return feuilles


def _taille_depliee(octets: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return sum(membre.file_size for membre in archive.infolist())


def _lignes_feuille(feuille: python_calamine.CalamineSheet) -> list[LigneBrute]:
    rangees = feuille.to_python(skip_empty_area=False)
    return [LigneBrute(rang, tuple(_texte(c) for c in rangee)) for rang, rangee in enumerate(rangees, 1)]


def _texte(cellule: object) -> str:
    """A cell as it would be typed: whole numbers lose their ".0", dates are French, true is oui."""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, float) and cellule.is_integer():
        return str(int(cellule))
    if isinstance(cellule, datetime | date):
        return f"{cellule:%d/%m/%Y}" if cellule.year >= 1000 else str(cellule)
    return str(cellule).replace("\x00", "")
