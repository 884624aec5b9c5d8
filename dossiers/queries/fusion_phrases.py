"""What a merge does, in sentences: the page that asks for a confirmation says exactly what moves."""

from dossiers.queries.fusion import Plan
from dossiers.regles.pieces import PREUVES


def phrases(plan: Plan) -> list[str]:
    """One sentence for each thing that moves, that is replaced or that stays."""
    return [*_rang(plan), *_pieces(plan), *_foyer(plan), *_reste(plan)]


def _rang(plan: Plan) -> list[str]:
    garde, absorbe = plan.garde.numero, plan.absorbe.numero
    complet = f", complet depuis le {plan.complet_le:%d/%m/%Y}" if plan.complet_le else ""
    lignes = [
        f"Le dossier {garde} reste, déposé le {plan.depose_le:%d/%m/%Y}{complet} : le rang le plus ancien.",
        f"Le dossier {absorbe} est clos comme doublon ; il dit toujours ce que la famille y avait déclaré.",
    ]
    if plan.passages or plan.refus:
        lignes.append(
            f"Commission : {_compte(plan.passages, 'passage', 'passages')} (le plus grand des deux) et "
            f"{_compte(plan.refus, 'offre refusée', 'offres refusées')} (la somme)."
        )
    return lignes


def _pieces(plan: Plan) -> list[str]:
    lignes = []
    if plan.reports:
        noms = ", ".join(_nom(r.piece.code) + (" (remplacée)" if r.remplace else "") for r in plan.reports)
        lignes.append(f"Pièces reprises du dossier {plan.absorbe.numero} : {noms}.")
    if plan.perdues:
        noms = ", ".join(_nom(p.code) for p in plan.perdues)
        lignes.append(f"Pièces à revoir, car elles prouvaient ce qui n’est pas retenu : {noms}.")
    return lignes


def _nom(code: str) -> str:
    return PREUVES[code].libelle.lower() if code in PREUVES else code


def _foyer(plan: Plan) -> list[str]:
    lignes = []
    if plan.ajoutes:
        lignes.append(f"Responsable ajouté : {', '.join(str(r) for r in plan.ajoutes)}.")
    if plan.laisses:
        noms = ", ".join(str(r) for r in plan.laisses)
        lignes.append(
            f"Un dossier a deux responsables au plus : {noms} reste nommé au dossier {plan.absorbe.numero}."
        )
    if plan.fratrie:
        numeros = ", ".join(d.numero for d in plan.fratrie)
        lignes.append(f"Les deux foyers n’en font qu’un : les dossiers de la fratrie suivent ({numeros}).")
    elif not plan.un_foyer:
        lignes.append("Les deux foyers restent distincts : aucun autre enfant ne change de foyer.")
    if plan.protege:
        lignes.append("La protection vaut pour les deux dossiers : elle n’est jamais levée par une fusion.")
    return lignes


def _reste(plan: Plan) -> list[str]:
    lignes = []
    comptes = (
        (plan.contacts, "contact", "contacts"),
        (plan.admissions, "admission", "admissions"),
        (len(plan.lignes), "ligne de points", "lignes de points"),
        (len(plan.anciens), "ancien dossier", "anciens dossiers"),
    )
    dits = [_compte(nombre, un, plusieurs) for nombre, un, plusieurs in comptes if nombre]
    if dits:
        lignes.append(f"Suivent aussi : {', '.join(dits)}.")
    lignes.append("Une séance déjà gelée garde sa liste telle qu’elle est, avec les deux dossiers.")
    return lignes


def _compte(nombre: int, un: str, plusieurs: str) -> str:
    return f"{nombre} {un if nombre < 2 else plusieurs}"
