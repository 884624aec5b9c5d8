"""Any file a city brings is read the same, and its lines keep their numbers."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from dossiers.services import lecture_fichier
from dossiers.services.lecture_fichier import Tableau, lire_tableau
from guichet.erreurs import ErreurMetier

TITRES = ("Nom", "Né(e) le", "Code postal", "Téléphone", "Commune")
RANGEE = ("Lelièvre", "05/03/2026", "42100", "0639981010", "Saint-Étienne")


def lire(octets: bytes) -> Tableau:
    return lire_tableau(octets, contenu="dossiers")


def texte(separateur: str = ";", fin: str = "\r\n") -> str:
    return fin.join(separateur.join(r) for r in (TITRES, RANGEE)) + fin


@pytest.mark.parametrize(
    ("octets", "forme"),
    [
        (texte().encode(), "CSV, UTF-8, point-virgule"),
        (texte().encode("utf-8-sig"), "CSV, UTF-8 avec marque, point-virgule"),
        (texte().encode("cp1252"), "CSV, Windows-1252, point-virgule"),
        (texte(",").encode(), "CSV, UTF-8, virgule"),
        (texte("\t", "\n").encode("cp1252"), "CSV, Windows-1252, tabulation"),
        (texte("\t").encode("utf-16"), "CSV, UTF-16, tabulation"),
        (texte(";", "\r").encode(), "CSV, UTF-8, point-virgule"),
        (b"sep=;\r\n" + texte().encode(), "CSV, UTF-8, point-virgule"),
    ],
)
def test_texte_de_toute_sorte(octets: bytes, forme: str) -> None:
    tableau = lire(octets)
    assert (tableau.forme, tableau.titres) == (forme, TITRES)
    assert [ligne.cellules for ligne in tableau.lignes] == [RANGEE]


def test_numeros_de_ligne_du_fichier() -> None:
    octets = (
        'Liste au 22/11;;\n\nNom;Né(e) le;Adresse\n\n"A";1;"deux\nlignes; et un ""mot"""\n;;\nB;2;x\n'
    ).encode()
    tableau = lire(octets)
    assert (tableau.ligne_titres, tableau.titres) == (3, ("Nom", "Né(e) le", "Adresse"))
    assert [(x.numero, x.cellules[0]) for x in tableau.lignes] == [(5, "A"), (8, "B")]
    assert tableau.lignes[0].cellules[2] == 'deux\nlignes; et un "mot"'


def test_un_guillemet_ouvert_n_avale_que_sa_ligne() -> None:
    lignes = ["Nom;Né(e) le;Adresse", 'A;1;"rue sans fin', *(f"N{i};1;x" for i in range(200))]
    tableau = lire("\n".join(lignes).encode())
    assert len(tableau.lignes) == 201
    assert "guillemet" in tableau.lignes[0].decalee
    assert tableau.lignes[200].cellules == ("N199", "1", "x")


def test_nuls_et_octets_perdus() -> None:
    assert lire(texte().encode().replace(b"Leli", b"L\x00eli") * 1).lignes[0].cellules == RANGEE
    abime = texte() + "\r\n".join(";".join(RANGEE) for _ in range(20))
    tableau = lire(abime.encode().replace("è".encode(), b"\xe8", 1))
    assert tableau.forme.startswith("CSV, UTF-8, quelques signes illisibles")
    assert tableau.lignes[1].cellules == RANGEE


def classeur(*feuilles: list[list[object]]) -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie) as fichier:
        jour = fichier.add_format({"num_format": "dd/mm/yyyy"})
        for rangees in feuilles:
            feuille = fichier.add_worksheet()
            for y, rangee in enumerate(rangees):
                for x, cellule in enumerate(rangee):
                    if isinstance(cellule, date):
                        feuille.write_datetime(y, x, cellule, jour)
                    else:
                        feuille.write(y, x, cellule)
    return sortie.getvalue()


def ods(rangees: list[list[str]]) -> bytes:
    cellules = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(c)}</text:p></table:table-cell>'
            for c in rangee
        )
        + "</table:table-row>"
        for rangee in rangees
    )
    noms = "xmlns:{0}='urn:oasis:names:tc:opendocument:xmlns:{0}:1.0'"
    espaces = " ".join(noms.format(n) for n in ("office", "table", "text"))
    contenu = (
        f'<?xml version="1.0"?><office:document-content {espaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Liste">{cellules}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", contenu)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return sortie.getvalue()


def test_classeur_xlsx() -> None:
    liste = [
        list(TITRES),
        ["Lelièvre", date(2026, 3, 5), 42100, 639981010, "Saint-Étienne"],
        [],
        ["B", "", 1000.5],
    ]
    tableau = lire(classeur([["rien", "ici"]], liste))
    assert tableau.forme == "classeur, feuille « Sheet2 »"
    assert tableau.lignes[0].cellules == ("Lelièvre", "05/03/2026", "42100", "639981010", "Saint-Étienne")
    assert [(x.numero, x.cellules[2]) for x in tableau.lignes] == [(2, "42100"), (4, "1000.5")]


def test_classeur_ods() -> None:
    tableau = lire(ods([list(TITRES), list(RANGEE)]))
    assert (tableau.titres, tableau.lignes[0].cellules) == (TITRES, RANGEE)


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "fichier_vide"),
        (b"\xef\xbb\xbf\r\n;;;\r\n", "fichier_vide"),
        (b"Nom;Prenom\r\n", "fichier_sans_ligne"),
        (b"%PDF-1.4\n1 0 obj", "fichier_illisible"),
        (bytes(range(256)) * 40, "fichier_illisible"),
        (b"PK\x03\x04" + b"x" * 50, "fichier_illisible"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "fichier_illisible"),
    ],
)
def test_fichiers_refuses(octets: bytes, code: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        lire(octets)
    assert (refus.value.code, refus.value.champ) == (code, "fichier")


def test_fichiers_trop_gros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_fichier, "TAILLE_MAXIMUM", 20)
    with pytest.raises(ErreurMetier, match="dépasse"):
        lire(texte().encode())
    monkeypatch.setattr(lecture_fichier, "TAILLE_MAXIMUM", 10_000_000)
    monkeypatch.setattr(lecture_fichier, "TAILLE_DEPLIEE", 20)
    with pytest.raises(ErreurMetier, match="volumineux"):
        lire(classeur([list(TITRES), list(RANGEE)]))
    monkeypatch.setattr(lecture_fichier, "LIGNES_MAXIMUM", 0)
    with pytest.raises(ErreurMetier, match="0 lignes"):
        lire(texte().encode())
