"""Two versions of one sheet, row by row, in words: mine beside theirs, and what both began from."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from dossiers.forms.feuille import BESOINS, NB_ALTERNATIVES, Feuille
from dossiers.forms.page import PageSaisie
from dossiers.regles.pieces import PREUVES
from structures.regles.semaine import JOURS, texte_semaine

MIEN, SIEN, CONFLIT = "mien", "sien", "conflit"
RIEN = "rien"
_PARTIES = {
    "e1": "Enfant",
    "r1": "Responsable 1",
    "r2": "Responsable 2",
    "regulier": "Accueil régulier",
    "occasionnel": "Accueil occasionnel",
    "urgence": "Accueil d’urgence",
}
_TECHNIQUES = ("nombre", "pieces_le")
_ALTERNATIVES = tuple(f"alt{n}-semaine" for n in range(1, NB_ALTERNATIVES + 1))


@dataclass(frozen=True)
class Rangee:
    """What is compared, and chosen, as one: a field, or several that mean nothing apart."""

    nom: str
    libelle: str
    noms: tuple[str, ...]


@dataclass(frozen=True)
class Ecart:
    """A row both sheets do not write alike; `sens` says who changed it, `choix` what is proposed."""

    rangee: Rangee
    depart: str
    mien: str
    sien: str
    sens: str
    choix: str

    @property
    def nom(self) -> str:
        return self.rangee.nom

    @property
    def libelle(self) -> str:
        return self.rangee.libelle


def comparer(
    mienne: Feuille,
    sienne: Feuille,
    page: PageSaisie,
    depart: Feuille | None,
    choix: Mapping[str, str] | None = None,
) -> list[Ecart]:
    """The rows that differ, those both changed first, then in the order of the page.

    A row only one of us changed is proposed as changed; one both changed, or any when nobody knows the
    start, is proposed to nobody: somebody must choose.
    """
    mots = _Mots(page)
    ecarts = []
    for rangee in _rangees(page, mienne, sienne):
        a, b = _valeurs(mienne, rangee), _valeurs(sienne, rangee)
        if a == b:
            continue
        origine = None if depart is None else _valeurs(depart, rangee)
        sens = SIEN if a == origine else MIEN if b == origine else CONFLIT
        propose = (choix or {}).get(rangee.nom, "" if sens == CONFLIT else sens)
        dits = (mots.dire(rangee, f) for f in (depart or Feuille(), mienne, sienne))
        ecarts.append(Ecart(rangee, *dits, sens, propose))
    return sorted(ecarts, key=lambda e: e.sens != CONFLIT)


def fusionner(mienne: Feuille, sienne: Feuille, les_siens: Iterable[Ecart], version: int) -> Feuille:
    """My sheet, with their words for the rows chosen, begun again from their version."""
    noms = [nom for ecart in les_siens for nom in ecart.rangee.noms]
    reprises: dict[str, Any] = {nom: sienne.mots(nom) or None for nom in noms}
    return mienne.posee({**reprises, "version": str(version)})


def _valeurs(feuille: Feuille, rangee: Rangee) -> tuple[tuple[str, ...], ...]:
    """What decides that two sheets say the same: neither order of boxes nor spaces in a number count."""

    def propre(nom: str) -> tuple[str, ...]:
        dits = [m for m in feuille.mots(nom) if m]
        if "telephone" in nom:
            dits = [re.sub(r"\D", "", m) for m in dits]
        return tuple(sorted(dits) if nom.endswith(("-semaine", "-semaine_b")) else dits)

    return tuple(propre(nom) for nom in rangee.noms)


def _rangees(page: PageSaisie, mienne: Feuille, sienne: Feuille) -> Iterator[Rangee]:
    yield from _champs(page.naissance)
    yield from _champs(page.enfants[0], sans=() if page.demande_handicap else ("handicap_enfant",))
    sans_heures = () if page.demande_heures else ("heures_hebdo",)
    yield from _champs(page.responsables[0], sans=sans_heures)
    deux = [f.coche("second") for f in (mienne, sienne)]
    if all(deux):
        yield from _champs(page.responsables[1], sans=sans_heures)
    elif any(deux):
        noms = _noms("r2-", mienne, sienne)
        yield Rangee("second", "Second responsable", ("second", *noms))
    yield from _champs(page.foyer)
    for besoin in BESOINS:
        demande = f"{besoin}-demande"
        demandes = [f.coche(demande) for f in (mienne, sienne)]
        if all(demandes):
            yield from _champs(page.besoins[besoin], sans=("demande",))
        elif any(demandes):
            yield Rangee(demande, _PARTIES[besoin], (demande, *_noms(f"{besoin}-", mienne, sienne)))
    yield Rangee("alternatives", "Autres semaines acceptées", _ALTERNATIVES)
    yield Rangee("voeux", "Choix, dans l’ordre", ("voeux",))
    yield from _champs(page.depot)
    for code, preuve in PREUVES.items():
        yield Rangee(
            f"piece-{code}", f"Pièce\u00a0: {preuve.libelle}", (f"piece-{code}", f"equivalent-{code}")
        )


def _noms(prefixe: str, *feuilles: Feuille) -> list[str]:
    return sorted({nom for f in feuilles for nom in f.noms() if nom.startswith(prefixe)})


def _champs(formulaire: forms.Form, sans: tuple[str, ...] = ()) -> Iterator[Rangee]:
    partie = _PARTIES.get(str(formulaire.prefix), "")
    for nom in formulaire.fields:
        if nom in sans or nom in _TECHNIQUES:
            continue
        champ = formulaire[nom]
        libelle = _heure(nom) or str(champ.label or nom)
        if partie:
            libelle = f"{partie}, {libelle[:1].lower()}{libelle[1:]}"
        yield Rangee(champ.html_name, libelle, (champ.html_name,))


def _heure(nom: str) -> str:
    """« Lundi matin, début » for the hours of one half-day, « Matin, fin » for those of every one."""
    if trouve := re.fullmatch(r"h([0-9])_(debut|fin)", nom):
        creneau = int(trouve[1])
        quand = f"{JOURS[creneau // 2]} {'après-midi' if creneau % 2 else 'matin'}"
    elif trouve := re.fullmatch(r"(matin|apm)_(debut|fin)", nom):
        quand = "matin" if trouve[1] == "matin" else "après-midi"
    else:
        return ""
    return f"{quand}, {'début' if trouve[2] == 'debut' else 'fin'}"


class _Mots:
    """The values of a sheet as somebody would say them."""

    def __init__(self, page: PageSaisie) -> None:
        self.structures = page.cadre.structures
        formulaires = (page.naissance, *page.enfants, *page.responsables, page.foyer, *page.besoins.values())
        self.champs = {
            formulaire.add_prefix(nom): champ
            for formulaire in (*formulaires, page.depot)
            for nom, champ in formulaire.fields.items()
        }

    def dire(self, rangee: Rangee, feuille: Feuille) -> str:
        nom = rangee.nom
        if nom == "second":
            return self._adulte(feuille) if feuille.coche("second") else "aucun"
        if nom.endswith("-demande"):
            return (
                self._besoin(feuille, nom.removesuffix("-demande")) if feuille.coche(nom) else "non demandé"
            )
        if nom == "alternatives":
            semaines = [texte_semaine(feuille.entiers(n)) for n in rangee.noms if feuille.mots(n)]
            return "\u202f; ".join(semaines) or "aucune"
        if nom.startswith("piece-"):
            document = feuille.mot(rangee.noms[1])
            return (f"vue, {document}" if document else "vue") if feuille.coche(nom) else "pas vue"
        if nom == "voeux":
            connues = [self.structures[pk].nom for pk in feuille.entiers(nom) if pk in self.structures]
            return ", ".join(connues) or RIEN
        return self._champ(nom, feuille)

    def _champ(self, nom: str, feuille: Feuille) -> str:
        dits = [m for m in feuille.mots(nom) if m]
        champ = self.champs.get(nom)
        if isinstance(champ, forms.BooleanField):
            return "oui" if dits else "non"
        if not dits:
            return RIEN
        if nom.endswith(("-semaine", "-semaine_b")):
            return texte_semaine(feuille.entiers(nom))
        if isinstance(champ, forms.ChoiceField):
            choix = {str(valeur): str(libelle) for valeur, libelle in champ.choices}  # type: ignore[misc]
            return choix.get(dits[-1], dits[-1])
        if isinstance(champ, forms.DateField) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", dits[-1]):
            annee, mois, jour = dits[-1].split("-")
            return f"{jour}/{mois}/{annee}"
        return dits[-1]

    def _adulte(self, feuille: Feuille) -> str:
        dits = (feuille.mot(f"r2-{nom}") for nom in ("prenom", "nom", "telephone", "courriel"))
        return ", ".join(d for d in dits if d) or "sans nom"

    def _besoin(self, feuille: Feuille, besoin: str) -> str:
        semaine = texte_semaine(feuille.entiers(f"{besoin}-semaine")) or "aucune demi-journée"
        return f"à partir du {self._champ(f'{besoin}-entree_le', feuille)}, {semaine}"
