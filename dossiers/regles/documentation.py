"""The tables of the README: the closed sets, written from the code so that they cannot drift."""

from collections.abc import Mapping

from dossiers.regles import cycle
from dossiers.regles.deductions import SOURCES
from dossiers.regles.faits import BOOL, CHOIX, DATE, ENTIER, FAITS, VOEU, Fait
from dossiers.regles.pieces import PIECES_DOSSIER, PREUVES, Preuve

_TYPES = {BOOL: "oui/non", CHOIX: "choix", DATE: "date", ENTIER: "entier"}


def tableau_des_faits() -> str:
    """Le tableau des faits en Markdown : code, sens, valeurs, pièce, protection."""
    lignes = ["| fait | sens | valeur | pièce |", "|---|---|---|---|"]
    lignes += [
        f"| `{f.code}` | {_sens(f)} | {_valeur(f)} | {f'`{f.preuve}`' if f.preuve else '—'} |"
        for f in FAITS.values()
    ]
    return "\n".join(lignes)


def _sens(fait: Fait) -> str:
    marques = ["par choix"] if fait.porte == VOEU else []
    marques += ["protégé"] if fait.protege else []
    if sources := SOURCES.get(fait.code):
        marques.append("déduit de " + ", ".join(f"`{source}`" for source in sources))
    return fait.libelle + (f" ({' ; '.join(marques)})" if marques else "")


def _valeur(fait: Fait) -> str:
    if fait.type == CHOIX:
        texte = ", ".join(f"`{code}`" for code, _ in fait.choix)
    else:
        texte = _TYPES.get(fait.type, "nombre") + (f", {fait.unite}" if fait.unite else "")
    if fait.sur_parole:
        texte += f" ; {', '.join(f'`{v}`' for v in fait.sur_parole)} sur parole"
    return texte


def duree_de(preuve: Preuve) -> str:
    """« 12 mois, notification MDPH ou AEEH 36 mois » ; « sans limite » pour ce qui ne vieillit pas."""
    commun = f"{preuve.mois} mois" if preuve.mois else "sans limite"
    return ", ".join([commun, *(f"{doc} {mois} mois" for doc, mois in preuve.par_document.items())])


def tableau_des_pieces() -> str:
    """Le tableau des pièces : code, libellé, documents équivalents, porteur, durée de validité."""
    lignes = ["| pièce | libellé | documents acceptés | de | vaut |", "|---|---|---|---|---|"]
    lignes += [
        f"| `{p.code}` | {p.libelle} | {', '.join(p.equivalents)}"
        f" | {'l’enfant' if p.code in PIECES_DOSSIER else 'la famille'} | {duree_de(p)} |"
        for p in PREUVES.values()
    ]
    return "\n".join(lignes)


_MODES = {cycle.SERVICE: "avec ce qui le cause", cycle.ECHEANCE: "à l’échéance, sans personne"}


def tableau_des_gestes(etats: Mapping[str, str], motifs: Mapping[str, str]) -> str:
    """La vie d’un dossier : chaque geste, d’où, vers où, par qui, avec quels motifs."""
    lignes = [
        "| geste | libellé | de l’état | à l’état | par | motifs |",
        "|---|---|---|---|---|---|",
    ]
    for a in cycle.ACTIONS.values():
        departs = ", ".join(etats[depart] for depart in a.fleches)
        arrivees = ", ".join(dict.fromkeys(etats[arrivee] for arrivee in a.fleches.values()))
        qui = ", ".join(sorted(a.profils))
        comment = " ; ".join(mot for mot in (qui, _MODES.get(a.mode, "un bouton de la fiche")) if mot)
        raisons = ", ".join(motifs[m] for m in a.motifs) or "—"
        lignes.append(f"| `{a.code}` | {a.libelle} | {departs} | {arrivees} | {comment} | {raisons} |")
    return "\n".join(lignes)
