"""The measure of the agenda, on three lines: it prints both ways and says their ratio."""

import io

import pikepdf
import pytest

from tests.mesures.agenda import imprimer_chromium, mesurer_agenda, page_agenda


@pytest.mark.navigateur
def test_la_mesure_imprime_les_deux_facons() -> None:
    mesure = mesurer_agenda(3, essais=1)
    assert (mesure.lignes, mesure.pages) == (3, 1)
    assert mesure.rapport == pytest.approx(mesure.weasyprint_s / mesure.chromium_s)
    assert "× Chromium" in mesure.figure().detail
    with pikepdf.open(io.BytesIO(imprimer_chromium(page_agenda(3)))) as pdf:
        assert len(pdf.pages) == 1


def test_la_page_mesuree_a_ses_lignes() -> None:
    assert page_agenda(47).count('class="d"') == 47
