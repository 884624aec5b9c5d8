"""PDFs: tagged, in our own typeface, fetching nothing but static files."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from guichet import pdf
from guichet.erreurs import ErreurMetier

PAGE = (
    '<html lang="fr"><head><title>Récépissé n° 2026-000042</title></head>'
    "<body><h1>Récépissé</h1><p>Crèche Câlin-Doudou, à partir du 1er septembre</p></body></html>"
)


def test_un_pdf_est_balise_titre_et_en_francais() -> None:
    with pikepdf.open(BytesIO(pdf.html_en_pdf(PAGE))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        metadonnees = document.open_metadata()
        assert metadonnees["pdfuaid:part"] == "1"
        assert metadonnees["dc:title"] == "Récépissé n° 2026-000042"


def test_une_seule_configuration_de_polices() -> None:
    assert pdf.polices() is pdf.polices()


def test_une_feuille_de_style_statique_se_trouve() -> None:
    assert pdf.fichier_statique(f"{pdf.BASE}static/icone.svg").name == "icone.svg"
    assert pdf.fichier_statique(f"{pdf.BASE}static/icone.svg?v=2").is_absolute()


@pytest.mark.parametrize(
    "adresse",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/static/icone.svg",
        "https://guichet.invalid.exemple.invalid/static/icone.svg",
        f"{pdf.BASE}static/absent.css",
        f"{pdf.BASE}static/../guichet/settings.py",
        f"{pdf.BASE}static/%2e%2e/%2e%2e/etc/passwd",
        f"{pdf.BASE}media/x.pdf",
    ],
)
def test_toute_autre_adresse_est_refusee(adresse: str) -> None:
    with pytest.raises(ValueError, match=r"refusée|inconnu"):
        pdf.fichier_statique(adresse)
    page = PAGE.replace("</head>", f'<link rel="stylesheet" href="{adresse}"></head>')
    with pytest.raises(pdf._weasyprint().urls.FatalURLFetchingError):
        pdf.html_en_pdf(page)


def test_sans_pango_le_refus_dit_quoi_installer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')\n")
    for nom in [n for n in sys.modules if n.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, nom)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ErreurMetier, match="libpango") as refus:
        pdf._weasyprint()
    assert refus.value.code == "pango_absent"


def test_chaque_balise_nomme_sa_page_et_la_liste_des_pages_ne_se_refait_pas() -> None:
    feuilles = [pdf.composer(PAGE.replace("Récépissé</h1>", f"Récépissé {n}</h1>")) for n in range(3)]
    with pikepdf.open(BytesIO(pdf.ecrire(feuilles, titre="Trois"))) as document:
        pages = [page.objgen for page in document.pages]
        titres = [balise for balise in _balises(document.Root.StructTreeRoot) if balise.get("/S") == "/H1"]
        assert [pages.index(titre.Pg.objgen) for titre in titres] == [0, 1, 2]
    import pydyf

    vide = pydyf.PDF()
    vide.add_page(pydyf.Dictionary({"Type": "/Page"}))
    premieres = vide.page_references
    vide.add_page(pydyf.Dictionary({"Type": "/Page"}))
    assert vide.page_references is premieres
    assert [*premieres] == [f"{numero} 0 R".encode() for numero in vide.pages["Kids"][::3]]


def _balises(noeud: Any) -> Iterator[Any]:
    for enfant in noeud.get("/K", []):
        if isinstance(enfant, pikepdf.Dictionary):
            yield enfant
            yield from _balises(enfant)
