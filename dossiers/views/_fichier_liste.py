"""The list as a file answered at once: what today's list and a past one have in common."""

import tempfile
from collections.abc import Iterable

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from dossiers.exports.liste import Origine, ecrire_xlsx, flux_csv
from dossiers.queries.liste.lignes import LigneVue


def en_fichier(origine: Origine, lignes: Iterable[LigneVue], *, nom: str, format: str) -> HttpResponseBase:
    """A CSV goes out row by row; a workbook is written on disk first."""
    if format == "csv":
        flux = StreamingHttpResponse(flux_csv(origine, lignes), content_type="text/csv; charset=utf-8")
        flux["Content-Disposition"] = f'attachment; filename="{nom}"'
        return flux
    fichier = tempfile.TemporaryFile()  # noqa: SIM115, FileResponse closes it
    ecrire_xlsx(fichier, origine, lignes)
    fichier.seek(0)
    return FileResponse(fichier, as_attachment=True, filename=nom)
