"""Five hundred letters of a séance: one file a family, then the print file, as the job renders them."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from commissions.exports.lettres import composer_lettre
from commissions.models import Lettre
from commissions.regles import lettres as regles
from commissions.regles import mentions
from guichet.pdf import ecrire, lot_de_feuilles

BUDGET = 45.0
LE = date(2027, 5, 18)


@dataclass(frozen=True)
class MesureLettres:
    lettres: int
    secondes: float
    fichiers_s: float
    impression_s: float
    octets: int


def mesurer_lettres(n: int) -> MesureLettres:
    """Render n invented letters both ways; the first one, which loads the fonts, is counted too."""
    lettres = lettres_inventees(n)
    debut = time.perf_counter()
    with lot_de_feuilles():
        feuilles = [composer_lettre(lettre, ville="Ville", le=LE) for lettre in lettres]
        octets = sum(len(ecrire([feuille])) for feuille in feuilles)
        milieu = time.perf_counter()
        octets += len(ecrire(feuilles, titre="Lettres"))
    fin = time.perf_counter()
    return MesureLettres(n, fin - debut, milieu - debut, fin - milieu, octets)


def lettres_inventees(n: int) -> list[Any]:
    """Refusals, the longest letters, of five choices each."""
    rng, objet, corps = Random(500), *_modele("refus")
    return [_lettre(rng, k, objet, corps) for k in range(n)]


def _modele(nature: str) -> tuple[str, str]:
    chemin = Path(settings.BASE_DIR) / "fixtures" / "lettres" / f"{nature}.txt"
    objet, _, corps = chemin.read_text(encoding="utf-8").partition("\n")
    return objet, regles.typographie(corps.strip())


def _lettre(rng: Random, k: int, objet: str, corps: str) -> Any:
    points = rng.randrange(50, 200)
    voeux = "\n".join(
        f"- Choix {c}, Crèche {rng.randrange(25)}, Bébés : 3 places au plus par demi-journée. Plus de place"
        f" le mercredi : le dernier admis y a {points + c} points, cette demande {points}."
        for c in range(1, 6)
    )
    valeurs = {
        "enfant": f"Enfant {k}",
        "numero": f"2026-{k:06d}",
        "seance": "12 mai 2027",
        "mairie": "Mairie Tarentaize",
        "jours": "toute la semaine",
        "motif": "rang inférieur au dernier admis",
        "voeux": voeux,
        "points": "\n".join(f"- Critère {c} : {rng.randrange(40)} points" for c in range(6)),
        "departage": "À égalité de points, le dossier complet depuis le plus longtemps passe d’abord.",
        "renouvellement": "6",
        "relais": mentions.relais("Relais petite enfance de la ville"),
        "auteur": mentions.auteur("Claire Roche", "adjointe au maire", "arrêté 2026-12"),
        "mention": mentions.mention("à votre guichet"),
        "recours": mentions.recours(maire=True, tribunal="tribunal administratif"),
    }
    return SimpleNamespace(
        nature=Lettre._meta.get_field("nature").choices[2][0],
        titre=regles.remplir(objet, valeurs),
        texte=regles.remplir(corps, valeurs),
        identite={"destinataire": f"Maud Parent {k}", "adresse": f"{k} rue du Colibri\n42100 Saint-Étienne"},
        dossier=SimpleNamespace(mairie=SimpleNamespace(nom="Mairie Tarentaize")),
    )
