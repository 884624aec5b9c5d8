"""The minutes on a page and on paper, the extract of one family, the attendance sheet, the decisions as a
workbook."""

import io
import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone

from commissions.exports.urgences import urgences_lues
from commissions.models import Passage, ProcesVerbal, Seance
from commissions.queries.proces_verbal import contenu_de, passages_masques
from commissions.queries.quorum import presences_de
from commissions.regles.proces_verbal import Contenu, canonique, empreinte, extrait, masquer
from guichet import texte
from guichet.pdf import rendre_pdf
from structures.queries import identite
from structures.regles.semaine import texte_semaine

COLONNES = ("Section", "Rang", "N° d’ordre", "Points", "Semaine demandée", "Avis", "Jours", "Motif", "Écart")


def contenu_du(seance: Seance) -> tuple[Contenu, ProcesVerbal | None]:
    """The validated minutes, or the draft as it stands."""
    proces = ProcesVerbal.objects.filter(seance=seance).select_related("valide_par").first()
    return (json.loads(proces.contenu), proces) if proces else (contenu_de(seance), None)


def contexte_proces_verbal(
    seance: Seance, *, familles_liees: Collection[int] = frozenset()
) -> dict[str, Any]:
    """What the page and the PDF print; `lu` is the digest the presidence signs, read before any mask."""
    contenu, proces = contenu_du(seance)
    lu = proces.empreinte if proces else empreinte(canonique(contenu))
    contenu = masquer(contenu, *passages_masques(seance, familles_liees))
    titre = f"Procès-verbal · {seance.intitule}"
    return {**_commun(seance, contenu), "proces": proces, "lu": lu, "titre": titre}


def _commun(seance: Seance, contenu: Contenu) -> dict[str, Any]:
    urgences = urgences_lues(contenu.get("urgences", ()))
    return {
        "seance": seance,
        "ville": identite().nom,
        "c": {**contenu, "urgences": urgences},
        "ouverte": _instant(contenu["seance"]["ouverte_le"]),
        "tenue": _instant(contenu["seance"]["tenue_le"]),
        "effet": texte.date_longue(seance.date_effet),
    }


def _instant(iso: str) -> str:
    return texte.date_heure(timezone.localtime(datetime.fromisoformat(iso))) if iso else ""


def rendre_proces_verbal(seance: Seance, *, avancement: Callable[[int], None] | None = None) -> bytes:
    return rendre_pdf("pdf/proces_verbal.html", contexte_proces_verbal(seance), avancement)


def rendre_extrait(passage: Passage) -> bytes:
    """The extract of one family: its own lines with its name, the others as a number of lines."""
    seance = passage.seance
    contenu, proces = contenu_du(seance)
    contexte = _commun(seance, extrait(contenu, passage.pk))
    contexte |= {
        "passage": passage,
        "proces": proces,
        "titre": f"Extrait du procès-verbal · {seance.intitule}",
    }
    return rendre_pdf("pdf/extrait_proces_verbal.html", contexte)


def rendre_emargement(seance: Seance) -> bytes:
    """The sheet members sign: one line each, blank or as it was kept."""
    contexte = {
        "seance": seance,
        "ville": identite().nom,
        "titre": f"Émargement · {seance.intitule}",
        "prevue": texte.date_heure(timezone.localtime(seance.tenue_prevue_le)),
        "presences": presences_de(seance),
    }
    return rendre_pdf("pdf/emargement.html", contexte)


def classeur_decisions(seance: Seance, *, familles_liees: Collection[int] = frozenset()) -> bytes:
    """Every line of the minutes as a row; no cell can be a formula."""
    contenu = masquer(contenu_du(seance)[0], *passages_masques(seance, familles_liees))
    memoire = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memoire, options) as classeur:
        feuille, gras = classeur.add_worksheet("Avis"), classeur.add_format({"bold": True})
        feuille.write_row(0, 0, COLONNES, gras)
        feuille.freeze_panes(1, 0)
        feuille.set_column(0, 0, 34)
        feuille.set_column(4, 8, 26)
        rangee = 0
        for section in contenu["sections"]:
            for ligne in section["lignes"]:
                rangee += 1
                feuille.write_row(rangee, 0, _rangee(section["section"], ligne))
    return memoire.getvalue()


def _rangee(section: str, ligne: dict[str, Any]) -> list[Any]:
    if ligne.get("deport"):
        return [section, ligne["rang"], "déport"]
    return [
        *(section, ligne["rang"], ligne["ordre"] or "réservé", ligne["points"]),
        *(texte_semaine(ligne["semaine"]), ligne["avis"], ligne["jours"], ligne["motif"], ligne["ecart"]),
    ]
