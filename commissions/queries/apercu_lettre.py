"""A text being edited, shown on a real decision this person may read."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from commissions.models import Decision, Offre
from commissions.queries.lettres import (
    auteur_de,
    auteur_discret,
    contexte_lettres,
    decisions_a_ecrire,
    valeurs_de,
)
from commissions.regles import lettres as regles
from dossiers.acces import ferme_par_protection
from guichet.acces import Personne

SENS_DE = {nature: sens for sens, nature in regles.NATURE_DE.items()}


@dataclass(frozen=True)
class Apercu:
    numero: str
    objet: str
    blocs: list[tuple[str, list[str]]]


def apercu(qui: Personne, nature: str, form: Any) -> Apercu | None:
    """The text of the form on the last séance's first dossier of that answer; None when there is none."""
    objet = str(form["objet"].value() or "")
    corps = str(form["corps"].value() or "").replace("\r\n", "\n")
    decision = _exemple(qui, SENS_DE.get(nature, "non_retenu"))
    if decision is None or not corps:
        return None
    seance = decision.passage.seance
    contexte = contexte_lettres(seance, le=qui.jour)
    lue = next(d for d in decisions_a_ecrire(seance) if d.pk == decision.pk)
    offre = Offre.objects.filter(decision=lue).select_related("section__structure__gestionnaire").first()
    auteur = auteur_discret(contexte) if nature == regles.DISCRETE else auteur_de(contexte, lue, offre)
    valeurs = valeurs_de(contexte, lue, offre, limite=timezone.now(), auteur=auteur)
    valeurs["enfant"] = str(lue.passage.dossier.enfant)
    return Apercu(
        lue.passage.dossier.numero,
        regles.remplir(objet, valeurs),
        regles.blocs(regles.remplir(corps, valeurs)),
    )


def _exemple(qui: Personne, sens: str) -> Decision | None:
    lues = Decision.objects.filter(sens=sens).exclude(passage__dossier__famille__in=qui.familles_liees)
    lues = lues.select_related("passage__seance", "passage__dossier__famille").order_by("-prise_le", "pk")
    return next((d for d in lues[:20] if not ferme_par_protection(qui, d.passage.dossier)), None)
