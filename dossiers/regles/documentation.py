"""The tables of the README: the closed sets, written from the code so that they cannot drift."""

from dossiers.regles.deductions import SOURCES
from dossiers.regles.faits import BOOL, CHOIX, DATE, ENTIER, FAITS, VOEU, Fait
from dossiers.regles.pieces import PIECES_DOSSIER, PREUVES

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


def tableau_des_pieces() -> str:
    """Le tableau des pièces : code, libellé, documents équivalents, porteur."""
    lignes = ["| pièce | libellé | documents acceptés | de |", "|---|---|---|---|"]
    lignes += [
        f"| `{p.code}` | {p.libelle} | {', '.join(p.equivalents)}"
        f" | {'l’enfant' if p.code in PIECES_DOSSIER else 'la famille'} |"
        for p in PREUVES.values()
    ]
    return "\n".join(lignes)
