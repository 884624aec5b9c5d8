"""The stored proposal: signed, in the base once, never rewritten."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from commissions.models import Proposition, Seance
from tests import factories

pytestmark = pytest.mark.django_db


def une_proposition(seance: Seance, **champs: Any) -> Proposition:
    defauts = {
        "moteur": "1.0.0",
        "empreinte_instance": seance.empreinte,
        "resultat": "{}",
        "empreinte": "a" * 64,
        "faite_le": factories.INSTANT,
    }
    return Proposition.objects.create(seance=seance, **{**defauts, **champs})


@pytest.mark.parametrize("champs", [{"resultat": ""}, {"moteur": ""}, {"empreinte": "pas un condensat"}])
def test_une_proposition_non_signee_est_refusee(champs: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="proposition_signee"), transaction.atomic():
        une_proposition(factories.creer_seance_gelee(), **champs)


def test_un_moteur_ne_propose_qu_une_fois_pour_un_probleme() -> None:
    seance = factories.creer_seance_gelee()
    une_proposition(seance)
    une_proposition(seance, moteur="1.0.1")
    with pytest.raises(IntegrityError, match="proposition_unique"), transaction.atomic():
        une_proposition(seance)


@pytest.mark.parametrize("champ", ["resultat", "empreinte", "moteur", "empreinte_instance"])
def test_une_proposition_ne_se_reecrit_pas(champ: str) -> None:
    proposition = une_proposition(factories.creer_seance_gelee())
    with pytest.raises(DatabaseError, match="une proposition ne change pas"), transaction.atomic():
        Proposition.objects.filter(pk=proposition.pk).update(
            **{champ: "b" * 64 if champ != "moteur" else "9"}
        )
    with pytest.raises(DatabaseError, match="une proposition ne change pas"), transaction.atomic():
        proposition.delete()


def test_le_travail_qui_l_a_faite_peut_s_effacer() -> None:
    tache = factories.creer_tache(etat="faite", finie_le=factories.INSTANT)
    proposition = une_proposition(factories.creer_seance_gelee(), tache=tache)
    tache.delete()
    proposition.refresh_from_db()
    assert proposition.tache is None
