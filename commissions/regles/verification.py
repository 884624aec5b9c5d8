"""Judging a result of the allocation without the engine: the five rules, the reasons told, the figures.

Independent on purpose: it shares the reading of the instance with the engine, and no line of the choice.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from commissions.regles.instance import canonique, empreinte
from commissions.regles.instance_lecture import valider
from commissions.regles.verification_choix import (
    COMBINAISONS,
    COMBINAISONS_DITES,
    PRESENTS,
    RESERVE,
    Contrat,
    Situation,
)
from commissions.regles.verification_forme import anomalies_de_forme

MOTIFS_EXCEPTION = ("cycle", "borne")
Reclamation = tuple[int, str, int | str]


def verifier(instance: dict[str, Any], resultat: Any) -> list[str]:
    """Les anomalies d’un résultat, une phrase chacune ; aucune si les cinq règles tiennent.

    A violation the result lists as an exception is no anomaly; one it lists that is false is. Raises
    ErreurMetier `instance_invalide` when the instance itself is malformed.
    """
    valider(instance)
    anomalies = list(anomalies_de_forme(instance, resultat))
    if anomalies:
        return anomalies
    tenus = {a["demande"]: a["voeu"] for a in resultat["affectations"]}
    return list(_Verification(instance, resultat, Situation(instance, tenus)).anomalies())


class _Verification:
    def __init__(self, instance: dict[str, Any], resultat: dict[str, Any], situation: Situation) -> None:
        self.instance, self.resultat, self.situation = instance, resultat, situation
        self.membres: dict[str, list[str]] = {g["id"]: [] for g in instance.get("groupes", [])}
        for demande in sorted(situation.demandes.values(), key=lambda d: str(d["id"])):
            if demande.get("groupe") is not None:
                self.membres[demande["groupe"]].append(demande["id"])
        self.replis = {g["id"]: g["repli"] for g in instance.get("groupes", [])}
        self.listees = {_cle(e, situation): e["motif"] for e in resultat["exceptions"]}

    def anomalies(self) -> Iterator[str]:
        if self.resultat["empreinte"] != empreinte(canonique(self.instance)):
            yield "règle 5 : l’empreinte n’est pas celle de cette instance"
        debordements = list(self._capacites())
        yield from debordements
        yield from self._places_actuelles()
        if debordements:
            return
        reclamations = {*self._regle_2(), *self._regle_3()}
        yield from self._exceptions(reclamations)
        yield from self._aucun()
        yield from self._titres()
        yield from self._raisons()
        yield from self._bilan()

    def _capacites(self) -> Iterator[str]:
        for accueil in sorted(self.situation.accueils.values(), key=lambda a: str(a["id"])):
            contrats = self.situation.occupants[accueil["id"]]
            prises = Counter(k for c in contrats for k in self.situation.voeu(c)["creneaux"])
            for k, places in enumerate(accueil["capacite"]):
                if prises[k] > places:
                    yield f"règle 1 : {accueil['id']}, créneau {k} : {prises[k]} enfants pour {places} places"

    def _places_actuelles(self) -> Iterator[str]:
        for demande in self.situation.demandes.values():
            if demande["voeux"][-1].get("place_actuelle") and demande["id"] not in self.situation.tenus:
                yield f"règle 4 : {demande['id']} perd sa place actuelle"

    def _mieux(self, demande: str) -> list[Contrat]:
        """Contracts it prefers to what it got, or to nothing."""
        voeux = self.situation.demandes[demande]["voeux"]
        fin = self.situation.tenus.get(demande, len(voeux) + 1)
        return [Contrat(demande, v) for v in range(1, fin)]

    def _structures(self, groupe: str) -> list[str]:
        """Those the lowest id asks, in its order, when every member asks them."""
        listes = [
            [
                str(self.situation.accueils[v["accueil"]]["structure"])
                for v in self.situation.demandes[m]["voeux"]
            ]
            for m in self.membres[groupe]
        ]
        return [s for s in dict.fromkeys(listes[0]) if all(s in liste for liste in listes)] if listes else []

    def _commune(self, groupe: str) -> str | None:
        """The structure that received them all, if one did."""
        trouvees = set()
        for membre in self.membres[groupe]:
            voeu = self.situation.tenus.get(membre)
            if voeu is None:
                return None
            accueil = self.situation.voeu(Contrat(membre, voeu))["accueil"]
            trouvees.add(str(self.situation.accueils[accueil]["structure"]))
        return trouvees.pop() if len(trouvees) == 1 else None

    def _seul(self, demande: str) -> bool:
        """Whether rule 2 applies: no group, or one each of whose members stands for itself."""
        groupe = self.situation.demandes[demande].get("groupe")
        if groupe is None:
            return True
        return self.replis[groupe] == "separes" and self._commune(groupe) is None

    def _regle_2(self) -> Iterator[Reclamation]:
        for demande in self.situation.demandes:
            if self._seul(demande):
                for contrat in self._mieux(demande):
                    if self.situation.serait_pris(contrat):
                        yield 2, demande, contrat.voeu

    def _regle_3(self) -> Iterator[Reclamation]:
        for groupe, membres in self.membres.items():
            commune = self._commune(groupe)
            for structure in self._structures(groupe):
                dite = (3, groupe, structure) in self.listees
                limite = COMBINAISONS_DITES if dite else COMBINAISONS
                contrats = self.situation.ensemble(membres, structure, limite=limite)
                tenus = tuple(Contrat(m, self.situation.tenus.get(m, 0)) for m in membres)
                if contrats is not None and contrats != tenus:
                    yield 3, groupe, structure
                if structure == commune:
                    break

    def _exceptions(self, reclamations: set[Reclamation]) -> Iterator[str]:
        for regle, qui, quoi in sorted(reclamations - self.listees.keys(), key=str):
            nom = f"le vœu {quoi}" if regle == 2 else f"la structure {quoi}"
            yield f"règle {regle} : {qui} serait pris pour {nom} et ne l’a pas"
        for regle, qui, quoi in sorted(self.listees.keys() - reclamations, key=str):
            yield f"exception fausse : règle {regle}, {qui}, {quoi}"

    def _aucun(self) -> Iterator[str]:
        for groupe, repli in sorted(self.replis.items()):
            if repli == "separes" or self._commune(groupe) is not None:
                continue
            for membre in self.membres[groupe]:
                voeu = self.situation.tenus.get(membre)
                actuelle = self.situation.demandes[membre]["voeux"][-1].get("place_actuelle")
                if voeu is not None and not self.situation.voeu(Contrat(membre, voeu)).get("place_actuelle"):
                    yield f"règle 3 : {membre} est placé sans les siens, le groupe {groupe} le refuse"
                elif voeu is None and actuelle:
                    yield f"règle 4 : {membre} perd sa place actuelle"

    def _titres(self) -> Iterator[str]:
        attendus = {
            prise.contrat.demande: prise.titre
            for accueil, contrats in self.situation.occupants.items()
            for prise in self.situation.choix(accueil, contrats)
        }
        for ligne in self.resultat["affectations"]:
            attendu = attendus[ligne["demande"]]
            if ligne["titre_reserve"] != attendu:
                yield f"{ligne['demande']} : titre_reserve {ligne['titre_reserve']!r}, attendu {attendu!r}"

    def _raisons(self) -> Iterator[str]:
        for ligne in (*self.resultat["affectations"], *self.resultat["refus"]):
            demande = ligne["demande"]
            mieux, dites = self._mieux(demande), ligne.get("voeux", [])
            if len(mieux) != len(dites):
                yield f"{demande} : {len(dites)} vœux expliqués, {len(mieux)} attendus"
                continue
            for contrat, dite in zip(mieux, dites, strict=True):
                attendue = self._raison(contrat)
                for cle in sorted(attendue.keys() | dite.keys()):
                    if dite.get(cle) != attendue.get(cle):
                        yield (
                            f"{demande}, vœu {contrat.voeu} : {cle} {dite.get(cle)!r}, "
                            f"attendu {attendue.get(cle)!r}"
                        )

    def _raison(self, contrat: Contrat) -> dict[str, Any]:
        voeu = self.situation.voeu(contrat)
        capacite = self.situation.accueils[voeu["accueil"]]["capacite"]
        prise, avant, apres = self.situation.tour(contrat)
        prises = Counter(k for p in avant for k in self.situation.voeu(p.contrat)["creneaux"])
        manquants = [k for k in sorted(voeu["creneaux"]) if prises[k] >= capacite[k]]
        raison = {"voeu": contrat.voeu, "accueil": voeu["accueil"], "creneaux_complets": manquants}
        if prise.retenu:
            exception = self.listees.get((2, contrat.demande, contrat.voeu))
            return raison | {"motif": exception if self._seul(contrat.demande) else "groupe"}
        if any(capacite[k] == 0 for k in manquants):
            return raison | {"motif": "sans_place"}
        raison["motif"] = "creneau" if apres else "rang"
        ceux_qui_remplissent = [
            p for p in avant if not set(self.situation.voeu(p.contrat)["creneaux"]).isdisjoint(manquants)
        ]
        ouverts = [p.contrat for p in ceux_qui_remplissent if not p.present and p.titre is None]
        if not ouverts:
            presents = all(p.present for p in ceux_qui_remplissent)
            return raison | {"occupe_par": PRESENTS if presents else RESERVE}
        dernier = max(ouverts, key=self.situation.priorite)
        return raison | {
            "dernier_admis": {
                "points": self.situation.voeu(dernier)["points"],
                "anteriorite": self.situation.demandes[dernier.demande]["anteriorite"],
            }
        }

    def _bilan(self) -> Iterator[str]:
        rangs: Counter[str] = Counter()
        libres = sum(sum(a["capacite"]) for a in self.situation.accueils.values())
        for demande, voeu in self.situation.tenus.items():
            voeux = self.situation.demandes[demande]["voeux"][:voeu]
            structures = [self.situation.accueils[v["accueil"]]["structure"] for v in voeux]
            rangs[str(len(set(structures[: structures.index(structures[-1]) + 1])))] += 1
            libres -= len(voeux[-1]["creneaux"])
        attendu = {
            "demandes": len(self.situation.demandes),
            "affectees": len(self.situation.tenus),
            "par_rang": dict(rangs),
            "places_creneaux_libres": libres,
        }
        bilan = self.resultat["bilan"]
        for cle in sorted(attendu.keys() | bilan.keys()):
            if bilan.get(cle) != attendu.get(cle):
                yield f"bilan : {cle} {bilan.get(cle)!r}, attendu {attendu.get(cle)!r}"


def _cle(exception: dict[str, Any], situation: Situation) -> Reclamation:
    if exception["regle"] == 2:
        return 2, exception["demande"], exception["voeu"]
    return 3, exception["groupe"], situation.accueils[exception["accueil"]]["structure"]
