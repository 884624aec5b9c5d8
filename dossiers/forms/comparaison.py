"""Two versions of one sheet, field by field, in words: mine beside theirs."""

from dataclasses import dataclass
from typing import Any

from django import forms

from dossiers.forms.feuille import BESOINS, Feuille
from dossiers.forms.page import PageSaisie
from dossiers.regles.pieces import PREUVES
from structures.regles.semaine import texte_semaine

_PARTIES = {
    "r1": "Responsable 1",
    "r2": "Responsable 2",
    "regulier": "Accueil régulier",
    "occasionnel": "Accueil occasionnel",
    "urgence": "Urgence",
    "alt1": "Autre semaine 1",
    "alt2": "Autre semaine 2",
    "alt3": "Autre semaine 3",
}
_TECHNIQUES = ("jeton", "version", "ajout", "alternatives", "second", "nombre", "pieces_le")


@dataclass(frozen=True)
class Ecart:
    """A field both sheets do not write alike; `touche` when I am the one who changed it."""

    nom: str
    libelle: str
    mien: str
    sien: str
    touche: bool


def comparer(mienne: Feuille, sienne: Feuille, page: PageSaisie, base: Feuille) -> list[Ecart]:
    """The fields that differ, in the order of the page; a need neither asks is not compared.

    `base` is what both began from: a field I left alone is proposed as the other one wrote it.
    """
    libelles = _libelles(page)
    ecarts = []
    for nom, libelle in libelles.items():
        a, b = ([m for m in f.mots(nom) if m] for f in (mienne, sienne))
        if a == b or _sans_objet(nom, mienne, sienne):
            continue
        touche = not base.noms() or a != [m for m in base.mots(nom) if m]
        ecarts.append(Ecart(nom, libelle, _en_mots(nom, a, page), _en_mots(nom, b, page), touche))
    return ecarts


def _sans_objet(nom: str, mienne: Feuille, sienne: Feuille) -> bool:
    besoin = nom.partition("-")[0]
    return besoin in BESOINS and not any(f.coche(f"{besoin}-demande") for f in (mienne, sienne))


def fusionner(mienne: Feuille, sienne: Feuille, garder_les_siens: list[str], version: int) -> Feuille:
    """My sheet, with their word for the fields chosen, begun again from their version."""
    reprises: dict[str, Any] = {nom: sienne.mots(nom) or None for nom in garder_les_siens}
    if any(nom.startswith("r2-") for nom in garder_les_siens):
        reprises["second"] = sienne.mots("second") or None
    if any(nom.startswith("alt") for nom in garder_les_siens):
        reprises["alternatives"] = sienne.mots("alternatives") or None
    return mienne.posee({**reprises, "version": str(version)})


def _libelles(page: PageSaisie) -> dict[str, str]:
    libelles: dict[str, str] = {}
    formulaires: list[forms.Form] = [
        page.naissance,
        page.enfants[0],
        *page.responsables,
        page.foyer,
        *page.besoins.values(),
        *page.alternatives,
        page.depot,
    ]
    for formulaire in formulaires:
        partie = _PARTIES.get(str(formulaire.prefix), "")
        for nom in formulaire.fields:
            champ = formulaire[nom]
            libelle = str(champ.label or "demandé")
            libelles[champ.html_name] = f"{partie}, {libelle.lower()}" if partie else libelle
    libelles["voeux"] = "Choix, dans l’ordre"
    for code, preuve in PREUVES.items():
        libelles[f"piece-{code}"] = f"Pièce vue, {preuve.libelle.lower()}"
        libelles[f"equivalent-{code}"] = f"Document, {preuve.libelle.lower()}"
    return {nom: libelle for nom, libelle in libelles.items() if nom not in _TECHNIQUES}


def _en_mots(nom: str, valeurs: list[str], page: PageSaisie) -> str:
    dits = [v for v in valeurs if v]
    if not dits:
        return "rien"
    if nom.endswith(("-semaine", "-semaine_b")):
        return texte_semaine(int(v) for v in dits if v.isdecimal())
    if nom == "voeux":
        structures = page.cadre.structures
        return ", ".join(structures[int(v)].nom for v in dits if v.isdecimal() and int(v) in structures)
    champ = _champ(nom, page)
    if isinstance(champ, forms.BooleanField) or nom.startswith("piece-"):
        return "oui"
    if isinstance(champ, forms.ChoiceField):
        choix = {str(valeur): str(libelle) for valeur, libelle in champ.choices}  # type: ignore[misc]
        return choix.get(dits[-1], dits[-1])
    if isinstance(champ, forms.DateField) and len(dits[-1]) == 10 and dits[-1][4] == "-":
        annee, mois, jour = dits[-1].split("-")[:3]
        return f"{jour}/{mois}/{annee}"
    return dits[-1]


def _champ(nom: str, page: PageSaisie) -> forms.Field | None:
    formulaires = (page.naissance, *page.enfants, *page.responsables, page.foyer, *page.besoins.values())
    for formulaire in (*formulaires, *page.alternatives, page.depot):
        for court, champ in formulaire.fields.items():
            if formulaire.add_prefix(court) == nom:
                return champ
    return None
