"""PDFs: tagged, in our own typeface, fetching nothing but static files."""

import sys
from io import BytesIO
from pathlib import Path

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
