"""Real connections changing the same dossiers at once: nobody's work is lost, no deadlock is left.

`make mesures` does the same at full size.
"""

import pytest

from dossiers.models import Dossier, Journal
from tests import factories
from tests.dossiers.test_depot import MAINTENANT
from tests.mesures.concurrence import jumeaux_a_modifier, mesurer_concurrence


@pytest.mark.django_db(transaction=True)
def test_huit_connexions_sur_quatre_dossiers_ne_perdent_rien() -> None:
    structure = factories.creer_structure()
    factories.creer_section(structure)
    factories.creer_version_grille(publiee=True)
    agent = factories.creer_agent("agent")
    mairie = agent.habilitations.get().mairie
    cadre = jumeaux_a_modifier(4, par=agent, mairie=mairie, maintenant=MAINTENANT)
    bilan = mesurer_concurrence(cadre, edits=32, connexions=8)
    assert (len(bilan.edits), bilan.perdus, bilan.pannes) == (32, 0, [])
    assert bilan.refus
    assert Journal.objects.filter(action="modification").count() == 32
    assert Journal.objects.filter(action="piece").count() == len(bilan.pieces)
    # Every act moved its dossier's version, and the twin's when the household was touched.
    freres = {d.pk: d.famille_id for d in Dossier.objects.all()}
    touches = [freres[pk] for pk in (*bilan.edits, *bilan.pieces)]
    assert {d.pk: d.version for d in Dossier.objects.all()} == {
        pk: 1 + touches.count(famille) for pk, famille in freres.items()
    }
