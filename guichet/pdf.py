"""From a template to a tagged PDF. The only importer of WeasyPrint, and only when a PDF is made."""

import atexit
import functools
import gc
import importlib.resources
import logging
import mimetypes
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from guichet.erreurs import ErreurMetier

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

Avancement = Callable[[int], None]
# Relative addresses of a print sheet resolve to this; nothing is ever fetched from it.
BASE = "https://guichet.invalid/"
PANGO_ABSENT = (
    "Les PDF demandent la bibliothèque Pango, absente de ce serveur. Installez-la : "
    "« apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 »."
)


def _weasyprint() -> Any:
    """Imported at the first PDF only: it costs more than a second and needs system libraries."""
    try:
        import weasyprint
        import weasyprint.text.fonts
        import weasyprint.urls
    except OSError as absence:
        raise ErreurMetier("pango_absent", PANGO_ABSENT) from absence
    _ecriture()
    return weasyprint


@functools.cache
def _ecriture() -> None:
    """pydyf writes the list of all pages again for each tagged element: here, each page once a document."""
    import pydyf

    def references(pdf: Any) -> list[bytes]:
        connues: list[bytes] = pdf.__dict__.setdefault("_references_des_pages", [])
        nouvelles = pdf.pages["Kids"][3 * len(connues) :: 3]
        connues.extend(f"{numero} 0 R".encode("ascii") for numero in nouvelles)
        return connues

    pydyf.PDF.page_references = property(references)


@functools.cache
def polices() -> "FontConfiguration":
    """One font configuration for every PDF of the process: loading the faces costs half a letter."""
    configuration: FontConfiguration = _weasyprint().text.fonts.FontConfiguration()
    # Let go before the interpreter does: its destructor needs modules that are gone by then.
    atexit.register(polices.cache_clear)
    return configuration


def fichier_statique(url: str) -> Path:
    """The static file a print sheet names; ValueError for any other address."""
    chemin = unquote(urlsplit(url).path)
    prefixe = "/" + settings.STATIC_URL.strip("/") + "/"
    if not url.startswith(BASE) or not chemin.startswith(prefixe):
        raise ValueError(f"adresse refusée dans un PDF : {url}")
    try:
        trouve = finders.find(chemin.removeprefix(prefixe))
    except SuspiciousFileOperation as evasion:
        raise ValueError(f"adresse refusée dans un PDF : {url}") from evasion
    if not isinstance(trouve, str):
        raise ValueError(f"fichier statique inconnu dans un PDF : {url}")
    return Path(trouve)


def _chemin(url: str) -> Path:
    """The static file, or an error WeasyPrint stops on: it logs any other and prints without the style."""
    try:
        return fichier_statique(url)
    except ValueError as refus:
        raise _weasyprint().urls.FatalURLFetchingError(str(refus)) from refus


@functools.cache
def _chargeur() -> Any:
    """What WeasyPrint fetches with: static files and `data:`, never the network nor the disk at large."""
    adresses = _weasyprint().urls

    class FichiersStatiques(adresses.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            chemin = _chemin(url)
            # Answered under its own address: what a sheet names is found beside it, on our site.
            nature = mimetypes.guess_type(chemin.name)[0] or "application/octet-stream"
            return adresses.URLFetcherResponse(url, chemin.read_bytes(), {"Content-Type": nature})

    return FichiersStatiques(allowed_protocols={"data"}, allow_redirects=False)


@functools.cache
def _page() -> Any:
    """WeasyPrint's HTML, read faster and under a lighter default sheet.

    Its own sheet computes five footnote and marker styles for each element of the page; ours have none. A
    template written as well-formed XML is read by the standard library, ten times faster than as HTML 5.
    """
    import cssselect2

    weasyprint = _weasyprint()
    sheet = (importlib.resources.files("weasyprint") / "css" / "html5_ua.css").read_text(encoding="utf-8")
    legere = re.sub(r"^::(?:footnote|note)-.*$", "", sheet, flags=re.MULTILINE)
    legere = re.sub(r"^::marker", "li::marker, summary::marker", legere, flags=re.MULTILINE)
    defaut = weasyprint.CSS(string=legere)

    class Page(weasyprint.HTML):  # type: ignore[misc, name-defined]
        def __init__(self, html: str) -> None:
            try:
                racine = ElementTree.fromstring(html)
            except ElementTree.ParseError:
                super().__init__(string=html, base_url=BASE, url_fetcher=_chargeur())
                return
            self.base_url, self.url_fetcher, self.media_type = BASE, _chargeur(), "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(racine, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [defaut]

    return Page


_LIEN = re.compile(r'<link rel="stylesheet" href="([^"]+)" ?/?>')


def _feuilles(html: str) -> tuple[str, list[Any]]:
    """The page without its static sheets, and these sheets: read, with their fonts, once per process."""
    adresses: list[str] = []

    def retenir(lien: re.Match[str]) -> str:
        adresses.append(lien[1])
        return ""

    html = _LIEN.sub(retenir, html)
    urls = [urljoin(BASE, adresse) for adresse in adresses]
    chemins = [_chemin(url) for url in urls]
    return html, [
        _feuille(u, chemin, chemin.stat().st_mtime_ns) for u, chemin in zip(urls, chemins, strict=True)
    ]


@functools.lru_cache(maxsize=16)
def _feuille(url: str, chemin: Path, modifie: int) -> Any:
    texte = chemin.read_text(encoding="utf-8")
    return _weasyprint().CSS(
        string=texte, base_url=url, url_fetcher=_chargeur(), font_config=polices(), media_type="print"
    )


@contextmanager
def _grands_lots() -> Iterator[None]:
    """Fewer searches for reference cycles while a page makes a million objects that all live to its end."""
    seuils = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*seuils)


class _SuiviPages(logging.Handler):
    """Hears WeasyPrint say which page it lays out."""

    def __init__(self, avancement: Avancement) -> None:
        super().__init__()
        self.avancement = avancement

    def emit(self, record: logging.LogRecord) -> None:
        if page := re.search(r"Page (\d+)$", record.getMessage()):
            self.avancement(int(page[1]))


@contextmanager
def _suivre(avancement: Avancement | None) -> Iterator[None]:
    if avancement is None:
        yield
        return
    journal, oreille = logging.getLogger("weasyprint.progress"), _SuiviPages(avancement)
    niveau, journal.propagate = journal.level, False
    journal.addHandler(oreille)
    journal.setLevel(logging.INFO)
    try:
        yield
    finally:
        journal.removeHandler(oreille)
        journal.setLevel(niveau)
        journal.propagate = True


def html_en_pdf(html: str, avancement: Avancement | None = None) -> bytes:
    """A tagged PDF/UA-1 from a whole HTML page; its <title> and lang become the document's.

    `avancement` is told the number of each page as it is laid out.
    """
    with _grands_lots(), _suivre(avancement):
        html, feuilles = _feuilles(html)
        return _page()(html).write_pdf(
            stylesheets=feuilles, font_config=polices(), pdf_variant="pdf/ua-1", optimize_images=True
        )


def rendre_pdf(gabarit: str, contexte: dict[str, Any], avancement: Avancement | None = None) -> bytes:
    """The PDF of a print template, with the same context as its HTML twin."""
    return html_en_pdf(render_to_string(gabarit, contexte), avancement)


_UA = {"pdf_variant": "pdf/ua-1", "optimize_images": True}


@contextmanager
def lot_de_feuilles() -> Iterator[None]:
    """Around many documents kept at once, so that searching for reference cycles does not read them all."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def composer(html: str) -> Any:
    """A page laid out, to be written by itself then again with others, without laying it out twice."""
    html, feuilles = _feuilles(html)
    return _page()(html).render(stylesheets=feuilles, font_config=polices(), **_UA)


def ecrire(documents: Sequence[Any], *, titre: str = "") -> bytes:
    """One tagged PDF/UA-1 of these documents, page after page; `titre` in place of the first one's."""
    ensemble = documents[0].copy([page for document in documents for page in document.pages])
    ancien, ensemble.metadata.title = ensemble.metadata.title, titre or ensemble.metadata.title
    octets: bytes = ensemble.write_pdf(**_UA)
    ensemble.metadata.title = ancien
    return octets
