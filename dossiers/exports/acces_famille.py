"""The two files handed over to a family: a tagged PDF to read, a JSON to take elsewhere."""

import json
from collections.abc import Sequence
from datetime import datetime

from dossiers.regles.acces_famille import Rubrique, en_document, texte
from guichet.pdf import rendre_pdf
from structures.queries import identite


def ecrire_json(rubriques: Sequence[Rubrique], *, le: datetime, numero: str) -> bytes:
    document = en_document(rubriques, le=le, numero=numero, ville=identite().nom)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def ecrire_pdf(rubriques: Sequence[Rubrique], *, le: datetime, numero: str) -> bytes:
    imprimees = [
        (r, [list(zip(r.colonnes.values(), map(texte, ligne), strict=True)) for ligne in r.lignes])
        for r in rubriques
    ]
    contexte = {"ville": identite().nom, "le": le, "numero": numero, "rubriques": imprimees}
    return rendre_pdf("pdf/acces_famille.html", contexte)
