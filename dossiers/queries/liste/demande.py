"""What an address of the list asks, read once: filters cleaned, errors in words, canonical form."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import QueryDict

from dossiers.queries.liste.filtres import FiltresListe
from dossiers.queries.liste.masques import identites_partagees, voit_chaque_identite
from guichet.acces import Personne
from guichet.texte import entier_lu
from structures.models import Profil, Structure

VILLE, MIENNES = "ville", "mes"
TRIS = {
    "points": "points",
    "complet": "jour du dossier complet",
    "entree": "date d’entrée",
    "age": "âge à l’entrée",
    "depot": "jour du dépôt",
    "nom": "nom de l’enfant",
}
MOIS = ("entree_de", "entree_a")
NAVIGATION = ("vue", "tri", "apres", "avant", "ouvrir")


@dataclass(frozen=True)
class Demande:
    """One person's question to the list. `propres` are the filters' clean values, in canonical order."""

    qui: Personne
    filtres: FiltresListe
    partage: bool
    vue: str = VILLE
    propres: dict[str, Any] = field(default_factory=dict)
    tri: str = "points"
    inverse: bool = False
    apres: int | None = None
    avant: int | None = None
    ouvrir: str = ""
    erreurs: tuple[str, ...] = ()

    @property
    def structure(self) -> Structure | None:
        """The one structure the list is ordered for: its points, its rank."""
        if "structure" in self.propres:
            return self.propres["structure"]
        miennes = self.qui.structures_dirigees
        return miennes[0] if self.vue == MIENNES and len(miennes) == 1 else None

    @property
    def tris(self) -> dict[str, str]:
        """The sorts offered: by name only where every name shows."""
        structure = self.structure
        chez_soi = self.vue == MIENNES or (structure is not None and structure.pk in self.qui.structures)
        noms = voit_chaque_identite(self.qui, partage=self.partage, chez_soi=chez_soi)
        return {tri: mots for tri, mots in TRIS.items() if tri != "nom" or noms}

    def parametres(self, **autres: str | None) -> list[tuple[str, str]]:
        """The canonical parameters, with `autres` instead (None or empty takes one away)."""
        paires: list[tuple[str, str]] = []
        valeurs: dict[str, list[str]] = {"vue": [MIENNES] if self.vue == MIENNES else []}
        for nom in self.filtres.filters:
            valeurs[nom] = _textes(nom, self.propres[nom]) if nom in self.propres else []
        tri = f"{'-' if self.inverse else ''}{self.tri}"
        valeurs["tri"] = [] if tri == "points" else [tri]
        for nom, valeur in autres.items():
            valeurs[nom] = [valeur] if valeur and (nom, valeur) != ("tri", "points") else []
        for nom, textes in valeurs.items():
            paires += [(nom, texte) for texte in textes]
        return paires

    def adresse(self, **autres: str | None) -> str:
        """The canonical query string, « ?… », empty when nothing is asked."""
        parametres = self.parametres(**autres)
        return f"?{urlencode(parametres)}" if parametres else "?"

    def sans(self, nom: str, valeur: str = "") -> str:
        """The address without this filter, or without one value of it."""
        lies = {"entree_de": ("entree_de", "entree_a"), "demi": ("demi", "demi_mode")}.get(nom, (nom,))
        gardes = [
            (n, v) for n, v in self.parametres() if n not in lies or (valeur and n == nom and v != valeur)
        ]
        return f"?{urlencode(gardes)}" if gardes else "?"


def lire_demande(parametres: QueryDict, *, qui: Personne, jour: date) -> Demande:
    """Read an address; whatever is unknown or malformed is set aside and told, never an error page."""
    erreurs: list[str] = []
    parametres = _lisibles(parametres, erreurs)
    filtres = FiltresListe(parametres, queryset=FiltresListe.Meta.model.objects.none(), qui=qui)
    form = filtres.form
    form.is_valid()
    propres = {nom: v for nom, v in form.cleaned_data.items() if not _vide(v)}
    erreurs += [
        f"Filtre « {form.fields[nom].label} » : {message}. Il est ignoré."
        for nom, messages in form.errors.items()
        for message in (str(m).rstrip(".") for m in messages)
    ]
    connus = {*form.fields, *NAVIGATION}
    erreurs += [f"Filtre inconnu : « {nom[:40]} ». Il est ignoré." for nom in parametres if nom not in connus]
    demande = Demande(
        qui=qui,
        filtres=filtres,
        partage=identites_partagees(jour) if not qui.est(Profil.AGENT, Profil.COORDINATION) else True,
        vue=MIENNES if parametres.get("vue") == MIENNES and qui.structures else VILLE,
        propres={nom: propres[nom] for nom in filtres.filters if nom in propres},
        apres=entier_lu(parametres.get("apres")),
        avant=entier_lu(parametres.get("avant")),
        ouvrir=parametres.get("ouvrir", ""),
    )
    demande = _avec_tri(demande, parametres.get("tri", ""), erreurs)
    _verifier_ensemble(demande, erreurs)
    return replace(demande, erreurs=tuple(erreurs))


def _avec_tri(demande: Demande, tri: str, erreurs: list[str]) -> Demande:
    inverse, nom = tri.startswith("-"), tri.removeprefix("-")
    if not nom:
        return demande
    if nom not in demande.tris:
        pourquoi = "demande de voir tous les noms" if nom == "nom" else "n’existe pas"
        erreurs.append(f"Le tri « {nom[:40]} » {pourquoi}. La liste est rangée par points.")
        return demande
    return replace(demande, tri=nom, inverse=inverse)


def _verifier_ensemble(demande: Demande, erreurs: list[str]) -> None:
    """Filters that only mean something together."""
    propres = demande.propres
    if "choix" in propres and "structure" not in propres and not demande.qui.structures:
        erreurs.append("Filtre « Rang du choix » : choisissez d’abord une structure. Il est ignoré.")
        del propres["choix"]
    section, structure = propres.get("section"), propres.get("structure")
    if section and structure and section.structure_id != structure.pk:
        erreurs.append(f"Filtre « Section » : {section} n’est pas de {structure}. Il est ignoré.")
        del propres["section"]
    debut, fin = propres.get("entree_de"), propres.get("entree_a")
    if debut and fin and fin < debut:
        propres["entree_de"], propres["entree_a"] = fin, debut
    if "demi" not in propres:
        propres.pop("demi_mode", None)


def _vide(valeur: Any) -> bool:
    return valeur is None or valeur == "" or (hasattr(valeur, "__len__") and len(valeur) == 0)


def _textes(nom: str, valeur: Any) -> list[str]:
    """A clean value as the address writes it, in a stable order."""
    if isinstance(valeur, Model):
        return [str(getattr(valeur, "code", valeur.pk))]
    if isinstance(valeur, date):
        return [f"{valeur:%Y-%m}" if nom in MOIS else valeur.isoformat()]
    if isinstance(valeur, str | int):
        return [str(valeur)]
    return sorted(texte for un in valeur for texte in _textes(nom, un))


def _lisibles(parametres: QueryDict, erreurs: list[str]) -> QueryDict:
    """The same parameters without the values no database can hold."""
    if not any("\x00" in v or not v.isprintable() for valeurs in parametres.lists() for v in valeurs[1]):
        return parametres
    erreurs.append("Une valeur illisible de l’adresse est ignorée.")
    gardes = parametres.copy()
    for nom, valeurs in parametres.lists():
        gardes.setlist(nom, [v for v in valeurs if v.isprintable()])
    return gardes
