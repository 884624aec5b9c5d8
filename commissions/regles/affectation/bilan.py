"""The result, in the documented format, from what the engine placed."""

import json
from collections import Counter
from typing import Any

from commissions.regles.affectation.choix import OUVERT, Tenues, choisir
from commissions.regles.affectation.groupes import ensemble
from commissions.regles.affectation.moteur import PLACE, SEPARE, Moteur, structure_commune
from commissions.regles.affectation.probleme import NUL, Probleme
from commissions.regles.affectation.refus import GROUPE, Explications

VERSION_MOTEUR = "1.0.0"
CYCLE, BORNE = "cycle", "borne"


def resultat(moteur: Moteur, empreinte: str) -> dict[str, Any]:
    """Les affectations, les refus expliqués vœu par vœu, ce qui reste en exception, et le bilan."""
    p, tenues = moteur.p, moteur.tenues
    motif = CYCLE if moteur.restants > 0 else BORNE
    affectations, refus, rangs = [], [], Counter[int]()
    reclamations: list[dict[str, Any]] = []
    titres, explications = _titres(tenues), Explications(tenues)
    for d, demande in enumerate(p.demandes):
        tenu = tenues.tenu[d]
        g = p.groupe_de[d]
        sinon = motif if g == NUL or moteur.etats[g] == SEPARE else GROUPE
        fin = p.debut[d + 1] if tenu == NUL else tenu
        raisons = [explications.expliquer(k, sinon) for k in range(p.debut[d], fin)]
        reclamations += [
            {"regle": 2, "demande": demande, "voeu": raison["voeu"], "accueil": raison["accueil"]}
            for raison in raisons
            if raison["motif"] == motif
        ]
        if tenu == NUL:
            refus.append({"demande": demande, "voeux": raisons})
            continue
        ligne = {
            "demande": demande,
            "accueil": p.accueils[p.accueil[tenu]],
            "voeu": tenu - p.debut[d] + 1,
            "titre_reserve": titres.get(d),
        }
        affectations.append(ligne | {"voeux": raisons} if raisons else ligne)
        structures = [p.structure_de[p.accueil[k]] for k in range(p.debut[d], tenu + 1)]
        rangs[1 + list(dict.fromkeys(structures)).index(structures[-1])] += 1
    return {
        "version": 1,
        "moteur": VERSION_MOTEUR,
        "empreinte": empreinte,
        "affectations": affectations,
        "refus": refus,
        "exceptions": [e | {"motif": motif} for e in (*reclamations, *_exceptions_de_groupe(moteur))],
        "bilan": {
            "demandes": len(p.demandes),
            "affectees": len(affectations),
            "par_rang": {str(rang): rangs[rang] for rang in sorted(rangs)},
        },
    }


def _titres(tenues: Tenues) -> dict[int, str]:
    """The title each holder counts for, where there is a reserve."""
    p = tenues.p
    return {
        p.demande[k]: p.noms_titres[titre]
        for a in range(len(p.accueils))
        if p.reserves[a]
        for k, titre in choisir(p, a, tenues.de(a)).items()
        if titre != OUVERT
    }


def places_creneaux_libres(instance: dict[str, Any], affectations: list[dict[str, Any]]) -> int:
    """Les places restées vides, créneau par créneau, tous accueils ensemble."""
    voeux = {d["id"]: d["voeux"] for d in instance["demandes"]}
    prises = sum(len(voeux[a["demande"]][a["voeu"] - 1]["creneaux"]) for a in affectations)
    return sum(sum(a["capacite"]) for a in instance["accueils"]) - prises


def _exceptions_de_groupe(moteur: Moteur) -> list[dict[str, Any]]:
    """The structures that would still take all the members of a group at once, and that it prefers."""
    p, tenues = moteur.p, moteur.tenues
    lignes: list[dict[str, Any]] = []
    for g, groupe in enumerate(p.groupes):
        tenus = [tenues.tenu[d] for d in groupe.membres]
        ici = structure_commune(p, tenus) if moteur.etats[g] == PLACE else None
        siennes = []
        for s in groupe.structures:
            contrats = ensemble(tenues, groupe, s)
            if contrats is not None and contrats != tenus:
                siennes.append(contrats[0])
            if s == ici:
                break
        lignes += [{"regle": 3, "groupe": groupe.id} | _contrat(p, k) for k in sorted(siennes)]
    return lignes


def _contrat(p: Probleme, k: int) -> dict[str, Any]:
    return {"voeu": k - p.debut[p.demande[k]] + 1, "accueil": p.accueils[p.accueil[k]]}


def resultat_canonique(resultat: dict[str, Any]) -> bytes:
    """Les octets d’un résultat, les mêmes pour la même instance."""
    texte = json.dumps(resultat, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return texte.encode("utf-8")
