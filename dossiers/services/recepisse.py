"""The receipt printed for a family, and the secret code it carries."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dossiers.models import ActionJournal, Dossier
from dossiers.services.journal import journaliser
from structures.models import Agent, Mairie

# No letter nor digit taken for another when read aloud or copied by hand: 28 signs, 4.8 bits each.
ALPHABET = "ABCDEFGHJKMNPQRTUVWXYZ346789"
LONGUEUR, GROUPE = 12, 4


def nouveau_code() -> str:
    """Twelve random signs in groups of four: 57 bits."""
    signes = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))
    return " ".join(signes[i : i + GROUPE] for i in range(0, LONGUEUR, GROUPE))


def empreinte_code(numero: str, code: str) -> str:
    """The keyed digest kept in base: tied to the dossier, blind to spaces and capitals."""
    saisi = re.sub(r"[^A-Z0-9]", "", code.upper())
    cle = settings.CLE_CODES.encode()
    return hmac.new(cle, f"{numero}:{saisi}".encode(), hashlib.sha256).hexdigest()


def code_valable(dossier: Dossier, code: str) -> bool:
    """Whether this is the code of the last receipt printed; always in constant time."""
    attendu = dossier.code_hmac or "0" * 64
    return hmac.compare_digest(attendu, empreinte_code(dossier.numero, code)) and bool(dossier.code_hmac)


@transaction.atomic
def remettre_code(
    dossiers: Sequence[Dossier], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> str:
    """Make the code of the receipt about to be printed, one for all the twins; the former one stops working.

    Returned once, never stored: who lost it has another receipt printed.
    """
    code = nouveau_code()
    for dossier in (
        Dossier.objects.select_for_update(of=("self",)).filter(pk__in=[d.pk for d in dossiers]).order_by("pk")
    ):
        remplace = bool(dossier.code_hmac)
        dossier.code_hmac = empreinte_code(dossier.numero, code)
        dossier.code_emis_le = maintenant
        dossier.save(update_fields=["code_hmac", "code_emis_le"])
        journaliser(
            ActionJournal.RECEPISSE,
            par=par,
            maintenant=maintenant,
            dossier=dossier,
            objet="code_remplace" if remplace else "code_remis",
            mairie=mairie,
        )
    return code


def noter_copie(
    dossiers: Sequence[Dossier], *, par: Agent, maintenant: datetime, mairie: Mairie | None = None
) -> None:
    """A copy without a code: the one the family holds keeps working."""
    for dossier in dossiers:
        journaliser(
            ActionJournal.RECEPISSE,
            par=par,
            maintenant=maintenant,
            dossier=dossier,
            objet="copie",
            mairie=mairie,
        )
