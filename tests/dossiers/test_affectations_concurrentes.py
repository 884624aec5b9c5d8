"""Two real connections, the last place of an agrément: only one child takes it."""

from typing import Any

import pytest

from dossiers.models import Affectation
from dossiers.services.affectations import affecter
from dossiers.services.jours import changer_jours
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from tests import factories
from tests.dossiers.test_mutations_concurrentes import pendant

pytestmark = pytest.mark.django_db(transaction=True)


def acteur(par: Agent) -> dict[str, Any]:
    return {"par": par, "maintenant": factories.INSTANT}


def test_la_derniere_place_de_l_agrement_ne_se_prend_pas_deux_fois() -> None:
    section, par = factories.creer_familiale(), factories.creer_agent("coordination")
    une = factories.creer_assistante(section.structure, places=1)
    un = factories.creer_admission(section, demi_journees=[0, 1])
    autre = factories.creer_admission(section, demi_journees=[1, 2])
    refus = pendant(
        lambda: affecter(un, assistante=une, a_partir_du=un.debut, **acteur(par)),
        lambda: affecter(autre, assistante=une, a_partir_du=autre.debut, **acteur(par)),
    )
    assert isinstance(refus, ErreurMetier)
    assert refus.code == "agrement_plein"
    assert Affectation.objects.get().admission == un


def test_des_jours_ajoutes_pendant_qu_un_autre_arrive() -> None:
    section, par = factories.creer_familiale(), factories.creer_agent("coordination")
    une = factories.creer_assistante(section.structure, places=1)
    un = factories.creer_admission(section, demi_journees=[0])
    autre = factories.creer_admission(section, demi_journees=[1])
    affecter(un, assistante=une, a_partir_du=un.debut, **acteur(par))
    refus = pendant(
        lambda: affecter(autre, assistante=une, a_partir_du=autre.debut, **acteur(par)),
        lambda: changer_jours(un, a_partir_du=un.debut, demi_journees=[0, 1], **acteur(par)),
    )
    # The days are changed; the child has to be assigned again.
    assert refus is None
    assert Affectation.objects.get().admission == autre
