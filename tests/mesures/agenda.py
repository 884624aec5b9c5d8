"""The agenda of n lines against Chromium's own print of the same page, its start included."""

import io
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pikepdf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from commissions.exports.ordre_du_jour import GABARIT_PDF, LigneAgenda, SectionAgenda
from commissions.regles.agenda import texte_alternatives
from guichet.pdf import html_en_pdf
from guichet.semaine_svg import dessin_imprime
from tests.mesures.chrono import Figure

BUDGET = 2.5
PAR_SECTION = 20
SEMAINES = (
    *(tuple(range(10)), (0, 1, 2, 3), (0, 1, 4, 5, 8, 9), (2, 3, 6, 7), (0, 2, 4, 6, 8), (4, 5)),
    *((0, 1, 2, 3, 6, 7, 8, 9), (0, 1, 2, 3, 4, 5, 6, 7), (6, 7, 8, 9), (1, 3, 5, 7, 9)),
)


@dataclass(frozen=True)
class MesureAgenda:
    """Medians in seconds over paired runs, and the median of their ratios."""

    lignes: int
    pages: int
    weasyprint_s: float
    chromium_s: float
    rapport: float

    def figure(self) -> Figure:
        detail = f"{self.rapport:.2f} × Chromium ({self.chromium_s * 1000:.0f} ms), {self.pages} pages"
        return Figure(f"ordre du jour, {self.lignes} lignes", self.weasyprint_s * 1000, 0, 0, detail)


def mesurer_agenda(n: int, *, essais: int = 3) -> MesureAgenda:
    """Print n invented lines both ways, one after the other, so that both meet the same machine."""
    html = page_agenda(n)
    html_en_pdf("<!DOCTYPE html><html lang='fr'><title>Chauffe</title><p>Chauffe</p></html>")
    couples, pages = [], 0
    for _ in range(essais):
        debut = time.perf_counter()
        octets = html_en_pdf(html)
        milieu = time.perf_counter()
        imprimer_chromium(html)
        couples.append((milieu - debut, time.perf_counter() - milieu))
        with pikepdf.open(io.BytesIO(octets)) as pdf:
            pages = len(pdf.pages)
    return MesureAgenda(
        lignes=n,
        pages=pages,
        weasyprint_s=statistics.median(w for w, _ in couples),
        chromium_s=statistics.median(c for _, c in couples),
        rapport=statistics.median(w / c for w, c in couples),
    )


def imprimer_chromium(html: str) -> bytes:
    """A fresh headless Chromium prints the page from the disk."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise RuntimeError("Chromium est absent : « apt-get install chromium ».")
    feuille = finders.find("pdf/ordre-du-jour.css")
    racine = Path(str(feuille)).resolve().parent.parent
    with tempfile.TemporaryDirectory() as dossier:
        page, sortie = Path(dossier, "page.html"), Path(dossier, "page.pdf")
        page.write_text(html.replace('href="/static/', f'href="{racine.as_uri()}/'), encoding="utf-8")
        subprocess.run(
            [
                *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *("--no-pdf-header-footer", f"--user-data-dir={dossier}/profil", f"--print-to-pdf={sortie}"),
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        return sortie.read_bytes()


def page_agenda(n: int) -> str:
    """The print page of n seeded lines, twenty to a section, three sections to a structure."""
    rng, noms = Random(300), ("Bébés", "Moyens", "Grands")
    sections = []
    for k, debut in enumerate(range(0, n, PAR_SECTION)):
        sections.append(
            SectionAgenda(
                pk=k,
                structure=f"Crèche {k // 3 + 1}",
                nature="association" if k % 2 else "ville",
                nom=noms[k % 3],
                ages="2 mois ½ à 15 mois",
                matins=(4, 4, 2, 3, 4),
                apres_midis=(4, 4, 2, 3, 0),
                places=(4, 4, 4, 4, 2, 2, 3, 3, 4, 0),
                limites=(),
                reserves="dont 1 garantie insertion",
                lignes=tuple(_ligne(rng, rang) for rang in range(1, min(PAR_SECTION, n - debut) + 1)),
                premiere=k % 3 == 0,
            )
        )
    contexte: dict[str, Any] = {
        "seance": SimpleNamespace(intitule="Commission de mai", lieu="Hôtel de ville"),
        "ville": "Ville",
        "titre": "Ordre du jour · mercredi 12 mai 2027, 14 h",
        "version": "Version sans noms",
        "nominative": False,
        "gelee": "Liste gelée le 5 mai 2027 à 18 h",
        "grille": "Grille 2026",
        "effet": "1er septembre 2027",
        "cloture": "30 avril 2027",
        "departage": "puis le plus petit numéro de dossier",
        "complements": "",
        "proposition": "30 avril 2027 à 18\u00a0h",
        "sections": sections,
        "dossiers": n,
        "lignes": n,
    }
    return render_to_string(GABARIT_PDF, contexte)


def _ligne(rng: Random, rang: int) -> LigneAgenda:
    semaine = rng.choice(SEMAINES)
    autres = [rng.choice(SEMAINES)] if rng.random() < 0.4 else []
    besoin: dict[str, Any] = {
        "rang": rang,
        "semaine": dessin_imprime(semaine),
        "entree": "sept.\u00a02027",
        "aussi": texte_alternatives(semaine, autres),
        "points": 400 - rang,
    }
    if rng.random() < 0.02:
        return LigneAgenda(**besoin, reservee=True)
    proposition = rng.choice(("admis", "admis choix 2", "complet", "rang"))
    return LigneAgenda(
        **besoin,
        ordre=f"B{rng.randrange(100, 999)}",
        age=f"{rng.randrange(3, 15)}\u00a0mois",
        choix=rng.randrange(1, 6),
        quartier=rng.choice(("Tarentaize", "Bellevue", "Montreynaud", "")),
        complet_le=f"{rng.randrange(1, 28):02d}/03/2027",
        solution=rng.choice(("congé parental", "assistante mat.", "famille", "aucune solution")),
        a_savoir=rng.choice(("", "", "", "", "", "", "mutation", "jumeaux avec B123")),
        proposition=proposition,
        entre=proposition == "admis",
    )
