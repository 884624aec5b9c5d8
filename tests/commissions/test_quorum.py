"""Who is there: the attendance sheet, mandates, the quorum, opening without it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commissions.models import Presence, Seance
from commissions.queries.quorum import presences_de, quorum_de
from commissions.regles.quorum import quorum
from commissions.services.decisions import ouvrir_seance, tenir_seance
from commissions.services.emargement import Emargement, emarger
from commissions.services.gel import geler_seance
from guichet.erreurs import ErreurMetier
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


@pytest.fixture
def seance(monde: Monde) -> Seance:
    """Frozen, five called: four who sit and the service."""
    monde.dossier()
    seance = geler_seance(monde.seance(), par=None, maintenant=GEL, graine=1)
    for _ in range(4):
        factories.creer_presence(seance, factories.creer_agent("membre"))
    factories.creer_presence(seance, monde.coordination, qualite=Presence.Qualite.SERVICE)
    return seance


def tenir_feuille(seance: Seance, monde: Monde, *statuts: str, **mandats: int) -> Seance:
    presences = sorted(p.pk for p in seance.presences.exclude(qualite="service"))
    feuille = {
        pk: Emargement(statut, presences[mandats[f"m{n}"]] if f"m{n}" in mandats else None)
        for n, (pk, statut) in enumerate(zip(presences, statuts, strict=True))
    }
    return emarger(seance, feuille, version=seance.version, par=monde.coordination, maintenant=GEL)


@pytest.mark.parametrize(
    ("appeles", "presents", "part", "requis", "atteint"),
    [
        (11, 6, 50, 6, True),
        (11, 5, 50, 6, False),
        (10, 5, 50, 6, False),
        (4, 0, 0, 0, True),
        (0, 0, 50, 0, True),
    ],
)
def test_le_quorum_est_plus_de_la_part_votee(
    appeles: int, presents: int, part: int, requis: int, atteint: bool
) -> None:
    lu = quorum(appeles, presents, part)
    assert (lu.requis, lu.atteint) == (requis, atteint)


def test_la_feuille_compte_ceux_qui_siegent_sans_le_service(seance: Seance, monde: Monde) -> None:
    tenir_feuille(seance, monde, "present", "present", "present", "excuse", m3=0)
    presences = presences_de(seance)
    lu = quorum_de(presences, le=GEL.date())
    assert (lu.appeles, lu.presents, lu.requis) == (4, 3, 3)
    excuse = next(p for p in presences if p.excuse)
    assert excuse.mandat_a is not None
    assert excuse.mandat_a.present


def test_sans_quorum_la_seance_s_ouvre_avec_une_raison_seulement(seance: Seance, monde: Monde) -> None:
    tenir_feuille(seance, monde, "present", "present", "absent", "excuse")
    for raison in ("", "autre"):
        with pytest.raises(ErreurMetier, match="2 présents, il en faut 3") as refus:
            ouvrir_seance(seance, par=monde.coordination, maintenant=GEL, sans_quorum=raison)
        assert refus.value.champ == "sans_quorum"
    ouverte = ouvrir_seance(seance, par=monde.coordination, maintenant=GEL, sans_quorum="seconde_convocation")
    assert (ouverte.etat, ouverte.sans_quorum) == ("ouverte", "seconde_convocation")


def test_avec_le_quorum_la_raison_ne_reste_pas(seance: Seance, monde: Monde) -> None:
    tenir_feuille(seance, monde, "present", "present", "present", "absent")
    assert ouvrir_seance(seance, par=None, maintenant=GEL, sans_quorum="reglement").sans_quorum == ""


@pytest.mark.parametrize(
    ("statuts", "mandats", "message"),
    [
        (("present", "present", "absent", "absent"), {"m0": 1}, "vote elle-même"),
        (("present", "absent", "absent", "absent"), {"m1": 2}, "personne présente"),
        (("present", "absent", "absent", "absent"), {"m1": 0, "m2": 0}, "porte déjà"),
    ],
)
def test_un_mandat_va_d_un_absent_a_un_present_qui_n_en_a_pas(
    seance: Seance, monde: Monde, statuts: tuple[str, ...], mandats: dict[str, int], message: str
) -> None:
    with pytest.raises(ErreurMetier, match=message):
        tenir_feuille(seance, monde, *statuts, **mandats)
    assert not Presence.objects.filter(present__isnull=False).exists()


def test_un_mandat_change_de_porteur(seance: Seance, monde: Monde) -> None:
    seance = tenir_feuille(seance, monde, "present", "present", "absent", "absent", m2=0, m3=1)
    tenir_feuille(seance, monde, "present", "present", "absent", "absent", m2=1, m3=0)
    assert Presence.objects.filter(mandat_a__isnull=False).count() == 2


def test_une_feuille_tenue_entre_temps_n_est_pas_ecrasee(seance: Seance, monde: Monde) -> None:
    tenir_feuille(seance, monde, "present", "present", "present", "present")
    with pytest.raises(ErreurMetier, match="relisez-la"):
        tenir_feuille(seance, monde, "absent", "absent", "absent", "absent")
    assert Presence.objects.filter(present=True).count() == 4


def test_la_feuille_se_ferme_avec_la_seance(seance: Seance, monde: Monde) -> None:
    seance = tenir_feuille(seance, monde, "present", "present", "present", "present")
    seance = tenir_seance(ouvrir_seance(seance, par=None, maintenant=GEL), par=None, maintenant=GEL)
    with pytest.raises(ErreurMetier, match="fin de la séance"):
        tenir_feuille(seance, monde, "absent", "absent", "absent", "absent")


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"present": True, "excuse": True}, "presence_excuse_absent"),
        ({"excuse": True}, "presence_excuse_absent"),
        ({"present": True, "mandat": True}, "presence_mandat_absent"),
        ({"present": False, "mandat": "soi"}, "presence_mandat_absent"),
    ],
)
def test_contraintes_d_une_presence(seance: Seance, champs: dict[str, Any], contrainte: str) -> None:
    un, deux = seance.presences.order_by("pk")[:2]
    if mandat := champs.pop("mandat", None):
        champs["mandat_a"] = un if mandat == "soi" else deux
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Presence.objects.filter(pk=un.pk).update(**champs)
