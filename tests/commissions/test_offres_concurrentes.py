"""Nothing is offered twice: two real connections, and a process killed between two steps."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commissions.models import Offre
from commissions.services.offres import preparer_offre, preparer_offres
from commissions.services.reponses import accepter_offre, expirer_offres
from dossiers.models import Admission, Journal
from guichet.erreurs import ErreurMetier
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.offres import ENVOI, appeler, apres, decision_de, offre_envoyee, seance_validee
from tests.dossiers.test_mutations_concurrentes import pendant

pytestmark = pytest.mark.django_db(transaction=True)

RACINE = Path(__file__).resolve().parents[2]
# The process does the gesture and kills itself, without a word, as soon as `moment` is called.
_TUE = """
import os, signal, django
django.setup()
from datetime import datetime
from commissions.models import Offre, Seance
from commissions.services import offres, reponses
from structures.models import Agent
quand = datetime.fromisoformat("{quand}")
par = Agent.objects.get(pk={par})
def mourir(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
{avant}
{geste}
"""


def tuer(environnement: dict[str, str], **morceaux: object) -> None:
    script = _TUE.format(**{"avant": "", **morceaux})
    fini = subprocess.run(
        [sys.executable, "-c", script],
        env={**environnement, "DJANGO_SETTINGS_MODULE": "guichet.settings"},
        cwd=RACINE,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert fini.returncode == -signal.SIGKILL, fini.stderr.decode()


@pytest.fixture
def monde() -> Monde:
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    factories.creer_capacite(cree.bebes, places=[3] * 10)
    return cree


def test_la_meme_place_ne_s_offre_pas_a_deux_enfants(monde: Monde) -> None:
    un, autre = monde.dossier(90), monde.dossier(80)
    seance_validee(monde, dict.fromkeys((un, autre), "liste_complementaire"), places={monde.bebes: 1})
    refus = pendant(lambda: appeler(monde, un), lambda: appeler(monde, autre))
    assert isinstance(refus, ErreurMetier)
    assert refus.code == "place_deja_offerte"
    assert [o.dossier for o in Offre.objects.all()] == [un]


def test_le_meme_enfant_n_est_pas_propose_deux_fois(monde: Monde) -> None:
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    quoi = {"par": monde.coordination, "maintenant": ENVOI}
    decision = decision_de(dossier)
    refus = pendant(lambda: preparer_offre(decision, **quoi), lambda: preparer_offre(decision, **quoi))
    assert isinstance(refus, ErreurMetier)
    assert refus.code == "deja_proposee"
    assert Offre.objects.count() == 1


def test_une_reponse_et_la_nuit_ne_se_croisent_pas(monde: Monde) -> None:
    """The family accepts at the last minute while the night expires: one of the two, never both."""
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    offre = offre_envoyee(monde, dossier)
    quoi = {"par": monde.coordination, "maintenant": apres(9)}
    expirees: list[int] = []
    refus = pendant(
        lambda: accepter_offre(offre, **quoi),
        lambda: expirees.append(expirer_offres(maintenant=apres(12))),
    )
    assert (refus, expirees) == (None, [0])
    offre.refresh_from_db()
    assert offre.etat == "acceptee"


def test_tue_entre_deux_offres_on_reprend_ou_l_on_etait(
    monde: Monde, environnement_de_test: dict[str, str]
) -> None:
    dossiers = [monde.dossier(90 - n) for n in range(3)]
    seance = seance_validee(monde, dict.fromkeys(dossiers, "admis"))
    tuer(
        environnement_de_test,
        quand=ENVOI.isoformat(),
        par=monde.coordination.pk,
        avant=(
            "vrai, vus = offres.preparer_offre, []\n"
            "def suivre(*a, **k):\n    vus.append(1)\n"
            "    return vrai(*a, **k) if len(vus) < 3 else mourir()\n"
            "offres.preparer_offre = suivre"
        ),
        geste=f"offres.preparer_offres(Seance.objects.get(pk={seance.pk}), par=par, maintenant=quand)",
    )
    assert Offre.objects.count() == 2
    assert preparer_offres(seance, par=monde.coordination, maintenant=ENVOI).preparees == 1
    assert sorted(Offre.objects.values_list("dossier", flat=True)) == sorted(d.pk for d in dossiers)


@pytest.mark.parametrize("moment", ["admettre_enfant", "noter_offre"])
def test_tue_pendant_une_acceptation_rien_n_est_fait_a_moitie(
    monde: Monde, environnement_de_test: dict[str, str], moment: str
) -> None:
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    offre = offre_envoyee(monde, dossier)
    tuer(
        environnement_de_test,
        quand=apres(1).isoformat(),
        par=monde.coordination.pk,
        avant=f"reponses.{moment} = mourir",
        geste=f"reponses.accepter_offre(Offre.objects.get(pk={offre.pk}), par=par, maintenant=quand)",
    )
    offre.refresh_from_db()
    dossier.refresh_from_db()
    assert (offre.etat, dossier.etat, Admission.objects.count()) == ("envoyee", "propose", 0)
    accepter_offre(offre, par=monde.coordination, maintenant=apres(1))
    assert Admission.objects.count() == 1
    assert Journal.objects.filter(action="offre", objet="acceptee").count() == 1


def test_tuee_avant_de_rendre_le_dossier_la_nuit_se_rejoue(
    monde: Monde, environnement_de_test: dict[str, str]
) -> None:
    dossier = monde.dossier()
    seance_validee(monde, {dossier: "admis"})
    offre = offre_envoyee(monde, dossier)
    tuer(
        environnement_de_test,
        quand=apres(12).isoformat(),
        par=monde.coordination.pk,
        avant="reponses.changer_etat = mourir",
        geste="reponses.expirer_offres(maintenant=quand)",
    )
    offre.refresh_from_db()
    assert offre.etat == "envoyee"
    assert [expirer_offres(maintenant=apres(12)) for _ in range(2)] == [1, 0]
