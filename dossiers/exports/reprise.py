"""The report of a take-over, line by line, for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

TITRES = ("Ligne", "Ancien numéro", "Sort", "Colonne", "Valeur", "Ce qui est dit", "Que faire")


def ecrire_rapport(rapport: dict[str, Any], *, xlsx: bool = False) -> bytes:
    """Every remark of a report: csv for a French spreadsheet, or xlsx; no cell can be a formula."""
    rangees = sorted(_rangees(rapport), key=lambda r: r[0])
    if xlsx:
        sortie = io.BytesIO()
        with xlsxwriter.Workbook(
            sortie, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as classeur:
            feuille = classeur.add_worksheet("Rapport de reprise")
            feuille.write_row(0, 0, TITRES, classeur.add_format({"bold": True}))
            for rang, rangee in enumerate(rangees, 1):
                feuille.write_row(rang, 0, rangee)
        return sortie.getvalue()
    texte = io.StringIO(newline="")
    ecrivain = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(TITRES)
    ecrivain.writerows([garder(c) for c in rangee] for rangee in rangees)
    return texte.getvalue().encode("utf-8-sig")


def garder(cellule: Any) -> Any:
    """A cell a spreadsheet will not run: `= + - @` at its start is text."""
    return (
        "'" + cellule if isinstance(cellule, str) and cellule[:1] in {"=", "+", "-", "@", "\t"} else cellule
    )


def _rangees(rapport: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for refus in rapport.get("refusees", ()):
        yield _rangee(refus, "refusée")
        for autre in refus.get("autres_fautes", ()):
            yield _rangee({**refus, **autre}, "refusée")
    for cle, sort in (("reparations", "réparée"), ("a_verifier", "à vérifier")):
        for remarque in rapport.get(cle, ()):
            yield _rangee(remarque, sort)
    raisons = rapport.get("raisons_rapprochements", ())
    for (ligne, autre), raison in zip(rapport.get("rapprochements", ()), raisons, strict=False):
        quoi = f"ligne {autre}" if isinstance(autre, int) else f"dossier {autre}"
        yield (
            ligne,
            "",
            "à rapprocher",
            "",
            "",
            f"ressemble à {quoi} : {raison}",
            "Dites si c’est un même enfant.",
        )
    for different in rapport.get("differents", ()):
        dit = f"différente de {different['dossier']} : {', '.join(different['ecarts'])}"
        yield (
            different["ligne"],
            different["numero_origine"],
            "différente",
            "",
            "",
            dit,
            "Corrigez le dossier.",
        )
    for difference in rapport.get("differences", ()):
        dit = f"{difference['enfant']}, {difference['structure']} : {difference['detail']}"
        yield (difference["ligne"] or 0, "", difference["nature"], "", "", dit, "")


def _rangee(remarque: dict[str, Any], sort: str) -> tuple[Any, ...]:
    return (
        remarque["ligne"],
        remarque["numero_origine"],
        sort,
        remarque["colonne"],
        remarque["valeur"],
        remarque["motif"],
        remarque.get("remede", ""),
    )
