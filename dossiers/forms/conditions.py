"""Conditions as rows of a form: one fact compared to one value, « si » or « sauf si »."""

from datetime import date, datetime
from typing import Any

from django import forms

from dossiers.forms.faits import OPERATEURS, choix_de_faits
from dossiers.regles.faits import BOOL, CHOIX, DATE, FAITS, Fait

_BORNES = ("min", "plus_de", "max", "moins_de", "est")


def champs_de_condition(prefixe: str) -> dict[str, forms.Field]:
    """The fields of one row; every one may stay empty."""
    court = forms.TextInput(attrs={"autocomplete": "off"})
    champs: dict[str, forms.Field] = {
        f"{prefixe}_fait": forms.ChoiceField(label="Fait", choices=choix_de_faits(), required=False),
        f"{prefixe}_op": forms.ChoiceField(label="Comparaison", choices=OPERATEURS, required=False),
        f"{prefixe}_a": forms.CharField(label="Valeur", required=False, max_length=15, widget=court),
        f"{prefixe}_b": forms.CharField(label="et", required=False, max_length=15, widget=court),
    }
    sens = [("si", "si"), ("sauf", "sauf si")]
    champs = {f"{prefixe}_sens": forms.ChoiceField(label="Sens", choices=sens, required=False), **champs}
    for champ in champs.values():
        habiller(champ)
    return champs


def habiller(champ: forms.Field) -> None:
    """The look of a field shown alone in a row, without crispy."""
    liste = isinstance(champ.widget, forms.Select)
    champ.widget.attrs["class"] = "form-select" if liste else "form-control"


def condition_saisie(form: forms.Form, prefixe: str) -> dict[str, Any] | None:
    """The condition one row says, None for an empty row; each fault is told on the field at fault."""
    propres = form.cleaned_data
    choisi, operateur = propres.get(f"{prefixe}_fait") or "", propres.get(f"{prefixe}_op") or ""
    sauf = propres.get(f"{prefixe}_sens") == "sauf"
    if not choisi:
        if operateur or propres.get(f"{prefixe}_a"):
            form.add_error(f"{prefixe}_fait", "Choisissez le fait à comparer.")
        return None
    code, _, valeur = choisi.partition("=")
    fait = FAITS[code]
    if fait.type == BOOL:
        return {"fait": code, "est": not sauf}
    if fait.type == CHOIX:
        condition: dict[str, Any] | None = {"fait": code, "est": valeur}
    else:
        condition = _comparaison(form, prefixe, fait, operateur)
    return {"non": condition} if sauf and condition else condition


def _comparaison(form: forms.Form, prefixe: str, fait: Fait, operateur: str) -> dict[str, Any] | None:
    if not operateur:
        form.add_error(f"{prefixe}_op", f"Dites comment comparer « {fait.libelle} ».")
        return None
    a = _valeur(form, f"{prefixe}_a", fait)
    if a is None:
        return None
    if operateur != "entre":
        return {"fait": fait.code, operateur: a}
    b = _valeur(form, f"{prefixe}_b", fait)
    if b is None:
        return None
    if a > b:
        form.add_error(f"{prefixe}_b", "La seconde valeur est plus petite que la première.")
        return None
    return {"fait": fait.code, "min": a, "max": b}


def _valeur(form: forms.Form, champ: str, fait: Fait) -> Any:
    texte = "".join((form.cleaned_data.get(champ) or "").split())
    if not texte:
        form.add_error(champ, "Indiquez la valeur.")
        return None
    if fait.type == DATE:
        return _jour(form, champ, texte)
    try:
        nombre = float(texte.replace(",", ".").replace("−", "-"))
        if not abs(nombre) <= 10_000_000:
            raise ValueError
    except ValueError:
        form.add_error(champ, "Écrivez un nombre, par exemple 650 ou 712,33.")
        return None
    if fait.type == "entier" and not nombre.is_integer():
        form.add_error(champ, "Écrivez un nombre entier.")
        return None
    return int(nombre) if nombre.is_integer() else nombre


def _jour(form: forms.Form, champ: str, texte: str) -> str | None:
    for modele in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            lu: date = datetime.strptime(texte, modele).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        return lu.isoformat()
    form.add_error(champ, "Écrivez la date ainsi : 01/09/2027.")
    return None


def ligne_de(condition: dict[str, Any], prefixe: str) -> dict[str, str] | None:
    """The row that says this condition, None when a row cannot (list of choices, nested conditions)."""
    sens = "si"
    if set(condition) == {"non"}:
        sens, condition = "sauf", condition["non"]
    if "fait" not in condition or "parmi" in condition:
        return None
    fait = FAITS[condition["fait"]]
    if fait.type == BOOL:
        if not condition["est"]:
            sens = "si" if sens == "sauf" else "sauf"
        return {f"{prefixe}_sens": sens, f"{prefixe}_fait": fait.code}
    if fait.type == CHOIX:
        return {f"{prefixe}_sens": sens, f"{prefixe}_fait": f"{fait.code}={condition['est']}"}
    ecrites = {cle: _ecrit(fait, condition[cle]) for cle in _BORNES if cle in condition}
    ligne = {f"{prefixe}_sens": sens, f"{prefixe}_fait": fait.code}
    if set(ecrites) == {"min", "max"}:
        return ligne | {
            f"{prefixe}_op": "entre",
            f"{prefixe}_a": ecrites["min"],
            f"{prefixe}_b": ecrites["max"],
        }
    if len(ecrites) != 1:
        return None
    [(operateur, valeur)] = ecrites.items()
    return ligne | {f"{prefixe}_op": operateur, f"{prefixe}_a": valeur}


def _ecrit(fait: Fait, valeur: Any) -> str:
    if fait.type == DATE:
        return f"{date.fromisoformat(valeur):%d/%m/%Y}"
    return str(valeur).replace(".", ",")
