"""Small allocation instances: written by hand, or drawn with everything the format allows."""

from random import Random
from typing import Any

JOUR = "2026-01-12"
TITRES = ("insertion", "personnel", "quartier")


def contrat(accueil: str, points: int, creneaux: tuple[int, ...] = (0,), **reste: Any) -> dict[str, Any]:
    return {"accueil": accueil, "creneaux": list(creneaux), "points": points, **reste}


def demande(numero: str, *voeux: dict[str, Any], **reste: Any) -> dict[str, Any]:
    return {"id": numero, "anteriorite": JOUR, "voeux": list(voeux), **reste}


def accueil(nom: str, *capacite: int, reserves: tuple[tuple[str, int], ...] = ()) -> dict[str, Any]:
    return {
        "id": nom,
        "structure": nom,
        "capacite": list(capacite),
        "reserves": [{"titre": titre, "places": places} for titre, places in reserves],
    }


def instance(
    accueils: list[dict[str, Any]],
    demandes: list[dict[str, Any]],
    groupes: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "version": 1,
        "creneaux": [f"c{k}" for k in range(len(accueils[0]["capacite"]))],
        "accueils": accueils,
        "demandes": demandes,
        "groupes": [{"id": g, "regle": "ensemble", "repli": r} for g, r in (groupes or {}).items()],
    }


def petite(rng: Random, *, creneaux: int = 3, demandes: int = 7, groupes: bool = True) -> dict[str, Any]:
    """A few half-days, reserves, transfers, siblings with both replis, alternatives, ties in everything."""
    accueils = [_accueil(rng, i, creneaux) for i in range(rng.randint(1, 4))]
    noms = [{"id": f"F{i}", "regle": "ensemble", "repli": rng.choice(("separes", "aucun"))} for i in range(2)]
    liste = [
        _demande(rng, i, accueils, noms if groupes else [], creneaux) for i in range(rng.randint(1, demandes))
    ]
    instance = {
        "version": 1,
        "creneaux": [f"c{k}" for k in range(creneaux)],
        "accueils": accueils,
        "demandes": liste,
        "groupes": noms if groupes else [],
    }
    _ajuster(instance)
    return instance


def _accueil(rng: Random, i: int, creneaux: int) -> dict[str, Any]:
    titres = rng.sample(TITRES, rng.choice((0, 0, 1, 2)))
    return {
        "id": f"A{i}",
        "structure": f"S{i // 2}" if rng.random() < 0.5 else f"S{i}",
        "capacite": [rng.choice((0, 1, 1, 2, 3)) for _ in range(creneaux)],
        "reserves": [{"titre": t, "places": rng.randint(0, 2)} for t in titres],
    }


def _demande(
    rng: Random, i: int, accueils: list[dict[str, Any]], groupes: list[dict[str, Any]], creneaux: int
) -> dict[str, Any]:
    commun = rng.randint(0, 4)
    voeux: list[dict[str, Any]] = []
    for accueil in rng.sample(accueils, rng.randint(1, len(accueils))):
        points = commun + rng.choice((0, 0, 1, 3))
        semaine = sorted(rng.sample(range(creneaux), rng.randint(1, creneaux)))
        voeux.append({"accueil": accueil["id"], "creneaux": semaine, "points": points})
        if rng.random() < 0.4:
            moins = rng.sample(semaine, rng.randint(1, len(semaine)))
            voeux.append({"accueil": accueil["id"], "creneaux": moins, "points": points})
    if rng.random() < 0.2:
        actuelle = rng.sample(range(creneaux), rng.randint(1, creneaux))
        accueil = rng.choice(accueils)
        voeux.append(
            {"accueil": accueil["id"], "creneaux": actuelle, "points": commun, "place_actuelle": True}
        )
    demande: dict[str, Any] = {
        "id": f"D{i}",
        "anteriorite": f"2026-01-0{rng.randint(1, 3)}",
        "titres": rng.sample(TITRES, rng.choice((0, 0, 1, 2))),
        "voeux": voeux,
    }
    if rng.random() < 0.6:
        demande["tirage"] = rng.choice((None, 1, 2, 3))
    if groupes and rng.random() < 0.5:
        demande["groupe"] = rng.choice(groupes)["id"]
    return demande


def _ajuster(instance: dict[str, Any]) -> None:
    """The capacities given include the places actuelles."""
    capacites = {a["id"]: a["capacite"] for a in instance["accueils"]}
    for demande in instance["demandes"]:
        voeu = demande["voeux"][-1]
        if voeu.get("place_actuelle"):
            for k in voeu["creneaux"]:
                capacites[voeu["accueil"]][k] += 1


def melanger(instance: dict[str, Any], rng: Random) -> dict[str, Any]:
    """The same instance, every list whose order means nothing shuffled."""

    def melange(valeurs: list[Any]) -> list[Any]:
        return rng.sample(valeurs, len(valeurs))

    demandes = [
        {
            **demande,
            "titres": melange(demande.get("titres", [])),
            "voeux": [{**v, "creneaux": melange(v["creneaux"])} for v in demande["voeux"]],
        }
        for demande in instance["demandes"]
    ]
    return {
        **instance,
        "accueils": melange(instance["accueils"]),
        "demandes": melange(demandes),
        "groupes": melange(instance["groupes"]),
    }
