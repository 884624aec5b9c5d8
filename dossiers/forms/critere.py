"""One criterion of a draft, in rows for the common cases and in JSON for the others."""

import json
from typing import Any

from django import forms

from dossiers.forms.conditions import champs_de_condition, condition_saisie, habiller, ligne_de
from dossiers.forms.faits import NombreField, choix_de_faits
from dossiers.regles.grille_json import lire_critere
from dossiers.regles.lecture import CODE, lire_json
from dossiers.regles.pieces import PREUVES, SUR_PAROLE
from guichet.erreurs import ErreurMetier
from guichet.formulaires import aide

LIBELLES_MODES = {
    "points": "Points fixes",
    "niveaux": "Par niveaux (tranches de revenu, d’âge, d’heures…)",
    "par": "Répétée (par séance, par mois…)",
    "manuel": "Donnée à la main, entre deux bornes",
}
LIGNES_LIBRES = 2
CONDITIONS, NIVEAUX = 3, 4
EXPERT = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "code-json"})


class CritereForm(forms.Form):
    """`document` is the criterion as it is (empty for a new one), `mode` how it gives its points."""

    libelle = forms.CharField(label="Libellé", max_length=200)
    code = forms.CharField(
        label="Code",
        max_length=40,
        required=False,
        help_text="En minuscules, sans accent. Laissez vide : il viendra du libellé.",
    )
    groupe = forms.ChoiceField(
        label="Groupe exclusif",
        required=False,
        help_text="Dans un groupe, seule la meilleure ligne compte.",
    )
    plafond = NombreField(label="Plafond de la ligne, en points", required=False, minimum=0)
    preuves = forms.MultipleChoiceField(
        label="Pièces demandées, si ce ne sont pas celles des faits",
        required=False,
        choices=[(p.code, p.libelle) for p in PREUVES.values()] + [(SUR_PAROLE, "Aucune : sur parole")],
        widget=forms.CheckboxSelectMultiple,
    )
    protege = forms.BooleanField(label="Ligne protégée : jamais montrée hors du guichet", required=False)
    portee = forms.BooleanField(label="Se calcule pour chaque choix (structure)", required=False)
    liaison = forms.ChoiceField(
        label="Les points comptent quand",
        choices=[("tous", "toutes ces conditions sont vraies"), ("un", "l’une de ces conditions est vraie")],
        required=False,
    )
    si_json = forms.CharField(
        label="Condition en JSON",
        required=False,
        widget=EXPERT,
        help_text="Remplace les lignes au-dessus. Le langage est décrit dans la notice.",
    )

    def __init__(
        self,
        *args: Any,
        document: dict[str, Any],
        mode: str,
        groupes: list[tuple[str, str]],
        codes_pris: set[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.mode, self.codes_pris = document, mode, codes_pris
        self.nouveau = not document
        self.fields["groupe"].choices = [("", "aucun"), *groupes]  # type: ignore[attr-defined]
        if not self.nouveau:
            del self.fields["code"]
        self.lues: dict[str, Any] = {}
        self._ajouter_conditions()
        self._ajouter_mode()
        self.initial = self._initial_simple() | dict(self.initial)
        self.helper = aide()

    # --- fields

    def _ajouter_conditions(self) -> None:
        condition = self.document.get("si")
        membres, liaison = _membres(condition)
        lignes = [ligne_de(membre, f"c{rang}") for rang, membre in enumerate(membres, start=1)]
        representable = None not in lignes
        self.nb_conditions = max(CONDITIONS, len(lignes) + 1) if representable else CONDITIONS
        for rang in range(1, self.nb_conditions + 1):
            self.fields.update(champs_de_condition(f"c{rang}"))
        if representable:
            self.initial = {
                "liaison": liaison,
                **{c: v for ligne in lignes if ligne for c, v in ligne.items()},
            }
        else:
            self.initial = {"si_json": _texte_json(condition)}

    def _ajouter_mode(self) -> None:
        if self.mode == "points":
            self.fields["points"] = NombreField(label="Points", required=True)
        elif self.mode == "par":
            self.fields["par_fait"] = forms.ChoiceField(
                label="Ce qui se répète", choices=choix_de_faits(comptes=True)
            )
            self.fields["par_points"] = NombreField(label="Points à chaque fois")
            self.fields["par_tranche"] = NombreField(
                label="Par tranche de", required=False, minimum=1, help_text="1 si vide."
            )
            self.fields["par_max"] = NombreField(label="Nombre de fois au plus", required=False, minimum=1)
            self.fields["par_au_dela_de"] = NombreField(label="Au-delà de", required=False)
        elif self.mode == "manuel":
            self.fields["manuel_min"] = NombreField(label="Points, au moins")
            self.fields["manuel_max"] = NombreField(label="Points, au plus")
            self.fields["manuel_pas"] = NombreField(label="De combien en combien", required=False, minimum=1)
        else:
            self._ajouter_niveaux()

    def _ajouter_niveaux(self) -> None:
        niveaux = self.document.get("niveaux", [])
        lignes = [ligne_de(niveau["si"], f"n{rang}") for rang, niveau in enumerate(niveaux, start=1)]
        representable = None not in lignes
        self.nb_niveaux = max(NIVEAUX, len(niveaux) + LIGNES_LIBRES) if representable else NIVEAUX
        for rang in range(1, self.nb_niveaux + 1):
            self.fields[f"n{rang}_libelle"] = forms.CharField(label="Libellé", required=False, max_length=200)
            self.fields.update(champs_de_condition(f"n{rang}"))
            self.fields[f"n{rang}_points"] = NombreField(label="Points", required=False)
            habiller(self.fields[f"n{rang}_libelle"])
            habiller(self.fields[f"n{rang}_points"])
        self.fields["niveaux_json"] = forms.CharField(
            label="Niveaux en JSON",
            required=False,
            widget=EXPERT,
            help_text="Remplace les lignes au-dessus.",
        )
        if not representable:
            self.initial["niveaux_json"] = _texte_json(niveaux)
            return
        for rang, (niveau, ligne) in enumerate(zip(niveaux, lignes, strict=True), start=1):
            self.initial.update(ligne or {})
            self.initial[f"n{rang}_libelle"] = niveau.get("libelle", "")
            self.initial[f"n{rang}_points"] = niveau["points"]

    def _initial_simple(self) -> dict[str, Any]:
        d = self.document
        simples = {
            cle: d.get(cle) for cle in ("libelle", "points", "plafond", "groupe", "preuves", "protege")
        }
        for mode in ("par", "manuel"):
            simples |= {f"{mode}_{cle}": valeur for cle, valeur in (d.get(mode) or {}).items()}
        return simples | {"portee": d.get("portee") == "voeu"}

    # --- rows, for the template

    def lignes_conditions(self) -> list[list[forms.BoundField]]:
        noms = ("sens", "fait", "op", "a", "b")
        return [[self[f"c{rang}_{nom}"] for nom in noms] for rang in range(1, self.nb_conditions + 1)]

    def lignes_niveaux(self) -> list[list[forms.BoundField]]:
        if self.mode != "niveaux":
            return []
        noms = ("libelle", "sens", "fait", "op", "a", "b", "points")
        return [[self[f"n{rang}_{nom}"] for nom in noms] for rang in range(1, self.nb_niveaux + 1)]

    def champs_du_mode(self) -> list[forms.BoundField]:
        prefixes = {"points": "points", "par": "par_", "manuel": "manuel_"}
        prefixe = prefixes.get(self.mode)
        return [self[nom] for nom in self.fields if prefixe and nom.startswith(prefixe)]

    # --- reading

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code and not CODE.match(code):
            raise forms.ValidationError("Un code s’écrit en minuscules sans accent : parent_seul.", "code")
        if code in self.codes_pris:
            raise forms.ValidationError("Un autre critère porte déjà ce code.", "code_pris")
        return code

    def clean(self) -> dict[str, Any]:
        propres = super().clean() or {}
        lu: dict[str, Any] = {
            "code": self.document.get("code") or propres.get("code") or "nouveau",
            "libelle": propres.get("libelle") or "?",
        }
        si = self._condition()
        if si is not None:
            lu["si"] = si
        if self.mode == "points" and si is None and not self.errors:
            self.add_error(
                "c1_fait", "Choisissez au moins un fait : ces points ne comptent que s’il est vrai."
            )
        valeur = self._valeur_du_mode()
        if valeur is not None:
            lu[self.mode] = valeur
        for cle in ("plafond", "groupe", "preuves"):
            if propres.get(cle) not in (None, "", []):
                lu[cle] = propres[cle]
        if propres.get("protege"):
            lu["protege"] = True
        if propres.get("portee"):
            lu["portee"] = "voeu"
        if not self.errors:
            self._controler(lu)
        self.lues = lu
        return propres

    def _condition(self) -> Any:
        texte = (self.cleaned_data.get("si_json") or "").strip()
        if texte:
            return self._json("si_json", texte)
        membres = [
            condition
            for rang in range(1, self.nb_conditions + 1)
            if (condition := condition_saisie(self, f"c{rang}")) is not None
        ]
        if len(membres) < 2:
            return membres[0] if membres else None
        return {self.cleaned_data.get("liaison") or "tous": membres}

    def _valeur_du_mode(self) -> Any:
        propres = self.cleaned_data
        if self.mode == "points":
            return propres.get("points")
        if self.mode == "niveaux":
            return self._niveaux()
        noms = {"par": ("fait", "points", "tranche", "max", "au_dela_de"), "manuel": ("min", "max", "pas")}
        valeurs = {nom: propres.get(f"{self.mode}_{nom}") for nom in noms[self.mode]}
        return {nom: valeur for nom, valeur in valeurs.items() if valeur not in (None, "")}

    def _niveaux(self) -> Any:
        texte = (self.cleaned_data.get("niveaux_json") or "").strip()
        if texte:
            return self._json("niveaux_json", texte)
        niveaux = []
        for rang in range(1, self.nb_niveaux + 1):
            condition = condition_saisie(self, f"n{rang}")
            points, libelle = (self.cleaned_data.get(f"n{rang}_{nom}") for nom in ("points", "libelle"))
            if condition is None:
                if points is not None and f"n{rang}_points" not in self.errors:
                    self.add_error(f"n{rang}_fait", "Choisissez le fait de ce niveau.")
                continue
            if points is None:
                self.add_error(f"n{rang}_points", "Indiquez les points de ce niveau.")
                continue
            niveaux.append({**({"libelle": libelle} if libelle else {}), "si": condition, "points": points})
        if not niveaux and not self.errors:
            self.add_error("n1_fait", "Écrivez au moins un niveau.")
        return niveaux or None

    def _json(self, champ: str, texte: str) -> Any:
        try:
            return lire_json(texte, nom="Ce texte")
        except ErreurMetier as faute:
            self.add_error(champ, f"{faute.message}.")
            return None

    def _controler(self, lu: dict[str, Any]) -> None:
        """The last word is the grid's own strict reader, its fault put on the field it speaks of."""
        try:
            lire_critere(lu, "")
        except ErreurMetier as faute:
            chemin = faute.champ or ""
            message = faute.message.partition(" : ")[2] or faute.message
            self.add_error(self._champ_fautif(chemin), message[:1].upper() + message[1:] + ".")

    def _champ_fautif(self, chemin: str) -> str | None:
        if chemin.startswith(".si"):
            return "si_json" if self.cleaned_data.get("si_json") else "c1_fait"
        if chemin.startswith(".niveaux"):
            return "niveaux_json" if self.cleaned_data.get("niveaux_json") else "n1_fait"
        nom = chemin.strip(".").replace(".", "_")
        nom = {"manuel": "manuel_min", "par": "par_fait"}.get(nom, nom)
        return nom if nom in self.fields else None


def _membres(condition: Any) -> tuple[list[Any], str]:
    if not condition:
        return [], "tous"
    for liaison in ("tous", "un"):
        if liaison in condition:
            return condition[liaison], liaison
    return [condition], "tous"


def _texte_json(valeur: Any) -> str:
    return json.dumps(valeur, ensure_ascii=False, indent=2)
