"""What the page's small buttons do to the sheet: presets, choices, second responsable, alternatives.

Each returns the sheet changed, the id to give the focus to, and what to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dossiers.forms.feuille import BESOINS, NB_ALTERNATIVES, Feuille
from guichet.texte import entier_lu
from structures.models import Structure
from structures.regles.texte import cle_mots

PREREGLAGES: dict[str, tuple[str, tuple[int, ...]]] = {
    "plein": ("Temps plein", tuple(range(10))),
    "quatre": ("4 jours sans mercredi", (0, 1, 2, 3, 6, 7, 8, 9)),
    "matins": ("Matins", (0, 2, 4, 6, 8)),
    "effacer": ("Effacer", ()),
}
_SEMAINES = {
    **{nom: f"{nom}-semaine" for nom in BESOINS},
    **{f"{nom}_b": f"{nom}-semaine_b" for nom in BESOINS},
    **{f"{nom}_second": f"{nom}-second" for nom in BESOINS},
    **{f"{nom}_second_b": f"{nom}-second_b" for nom in BESOINS},
    **{f"alt{n}": f"alt{n}-semaine" for n in range(1, NB_ALTERNATIVES + 1)},
}


@dataclass(frozen=True)
class Effet:
    feuille: Feuille
    focus: str = ""
    annonce: str = ""
    partie: str = ""


def appliquer(feuille: Feuille, geste: str, structures: Mapping[int, Structure], maximum: int) -> Effet:
    """The sheet after a button; unchanged for a word no button sends."""
    verbe, _, objet = geste.partition(":")
    if verbe in PREREGLAGES and objet in _SEMAINES:
        return _preregler(feuille, verbe, objet)
    if verbe == "second":
        return _second(feuille, objet)
    if verbe == "alternative":
        return _alternative(feuille, objet)
    if verbe == "ajouter":
        return _ajouter(feuille, structures, maximum)
    if verbe in ("monter", "descendre", "retirer") and (structure := entier_lu(objet)) is not None:
        return _deplacer(feuille, verbe, structure, structures)
    return Effet(feuille)


def _preregler(feuille: Feuille, verbe: str, objet: str) -> Effet:
    libelle, creneaux = PREREGLAGES[verbe]
    changee = feuille.posee({_SEMAINES[objet]: [str(c) for c in creneaux] or None})
    return Effet(changee, f"geste-{verbe}-{objet}", f"{libelle}\u202f: fait.", "besoin")


def _second(feuille: Feuille, objet: str) -> Effet:
    if objet == "retirer":
        vides = {nom: None for nom in feuille.noms() if nom.startswith("r2-")}
        changee = feuille.posee({**vides, "second": None})
        return Effet(changee, "geste-second", "Second responsable retiré.", "responsables")
    if feuille.coche("second"):
        return Effet(feuille, "id_r2-nom", "", "responsables")
    # Most often the same household: the address of the first, to correct when it differs.
    reprises = {f"r2-{nom}": feuille.mot(f"r1-{nom}") for nom in ("adresse", "complement", "code_postal")}
    changee = feuille.posee(
        {
            "second": "1",
            "r2-lien": "parent",
            "r2-autorite_parentale": "on",
            "r2-commune": feuille.mot("r1-commune"),
            **reprises,
        }
    )
    return Effet(changee, "id_r2-nom", "Second responsable ajouté.", "responsables")


def _alternative(feuille: Feuille, objet: str) -> Effet:
    nombre = min(entier_lu(feuille.mot("alternatives")) or 0, NB_ALTERNATIVES)
    if objet == "ajouter":
        nombre = min(nombre + 1, NB_ALTERNATIVES)
        changee = feuille.posee({"alternatives": str(nombre)})
        return Effet(changee, f"id_alt{nombre}-semaine_0", "Semaine ajoutée.", "besoin")
    retiree = entier_lu(objet)
    if retiree is None or not 1 <= retiree <= nombre:
        return Effet(feuille)
    semaines = [feuille.mots(f"alt{n}-semaine") for n in range(1, nombre + 1)]
    del semaines[retiree - 1]
    semaines += [[]] * (NB_ALTERNATIVES - len(semaines))
    changes = {f"alt{n}-semaine": semaine or None for n, semaine in enumerate(semaines, 1)}
    changee = feuille.posee({**changes, "alternatives": str(nombre - 1)})
    return Effet(changee, "geste-alternative", "Semaine retirée.", "besoin")


def _ajouter(feuille: Feuille, structures: Mapping[int, Structure], maximum: int) -> Effet:
    voeux = feuille.entiers("voeux")
    dit = feuille.mot("ajout")
    trouvees = chercher(dit, structures)
    restantes = [s for s in trouvees if s.pk not in voeux]
    if len(voeux) >= maximum:
        return Effet(feuille, "ajout", f"{maximum} choix au plus\u202f: retirez-en un d’abord.", "choix")
    if len(restantes) == 1:
        [structure] = restantes
        changee = feuille.posee({"voeux": [*map(str, voeux), str(structure.pk)], "ajout": None})
        return Effet(changee, "ajout", f"{structure.nom}, choix {len(voeux) + 1}.", "choix")
    if not dit:
        message = "Écrivez un nom de structure ou de quartier."
    elif restantes:
        noms = ", ".join(s.nom for s in restantes[:6])
        message = f"Plusieurs structures conviennent\u202f: {noms}. Précisez le nom."
    elif trouvees:
        message = f"{trouvees[0].nom} est déjà choisie."
    else:
        message = f"Aucune structure ne s’appelle «\u00a0{dit}\u00a0»."
    return Effet(feuille, "ajout", message, "choix")


def chercher(dit: str, structures: Mapping[int, Structure]) -> list[Structure]:
    """The structures an agent means: the exact name first, else every word in the name or the quartier."""
    mots = cle_mots(dit.partition(" · ")[0])
    if not mots:
        return []
    ouvertes = [s for s in structures.values() if s.ouverte]
    exactes = [s for s in ouvertes if mots in (cle_mots(n) for n in (s.nom, *s.autres_noms))]
    if exactes:
        return exactes
    return [
        s
        for s in ouvertes
        if all(mot in cle_mots(" ".join((s.nom, *s.autres_noms, s.quartier.nom))) for mot in mots.split())
    ]


def _deplacer(feuille: Feuille, verbe: str, rang: int, structures: Mapping[int, Structure]) -> Effet:
    voeux = feuille.entiers("voeux")
    if not 1 <= rang <= len(voeux):
        return Effet(feuille, partie="choix")
    place = rang - 1
    choisie = structures.get(voeux[place])
    nom = choisie.nom if choisie else "Ce choix"
    if verbe == "retirer":
        del voeux[place]
        focus = f"retirer-{min(rang, len(voeux))}" if voeux else "ajout"
        annonce = f"{nom}\u202f: retirée."
    else:
        cible = max(0, min(len(voeux) - 1, place + (-1 if verbe == "monter" else 1)))
        voeux.insert(cible, voeux.pop(place))
        bout = cible == (0 if verbe == "monter" else len(voeux) - 1)
        inverse = "descendre" if verbe == "monter" else "monter"
        focus = f"{inverse if bout and len(voeux) > 1 else verbe}-{cible + 1}"
        annonce = f"{nom}, choix {cible + 1}."
    return Effet(feuille.posee({"voeux": [str(v) for v in voeux] or None}), focus, annonce, "choix")
