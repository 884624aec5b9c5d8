"""The stored proposal: signed, in the base once, never rewritten."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissions import taches
from commissions.models import Proposition, Seance
from commissions.queries.proposition import lire_proposition
from commissions.regles import verification
from commissions.services import proposition as service
from commissions.services.decisions import ouvrir_seance, tenir_seance
from commissions.services.gel import geler_seance
from commissions.services.proposition import demander_proposition, proposer
from dossiers.models import Journal
from guichet.erreurs import ErreurMetier
from structures.models import Reglage, Tache
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler

pytestmark = pytest.mark.django_db
APRES = GEL + timedelta(hours=1)


@pytest.fixture
def monde() -> Monde:
    return monde_a_geler()


def geler(seance: Seance) -> Seance:
    return geler_seance(seance, par=None, maintenant=GEL, graine=7)


def une_liste(monde: Monde) -> Seance:
    """Two places at the first crèche, one at the second; four children, one of them part-time."""
    monde.dossier(120, voeux=[monde.autre])
    monde.dossier(110, voeux=[monde.autre, monde.creche])
    monde.dossier(100, voeux=[monde.creche], besoin={"alternatives": [[0, 1]]})
    monde.dossier(90, voeux=[monde.creche], besoin={"demi_journees": [0, 1]})
    return geler(monde.seance(places={monde.bebes: [2, 2] + [1] * 8, monde.ailleurs: 1}))


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


def test_la_proposition_part_du_probleme_gele_et_se_signe(monde: Monde) -> None:
    seance = une_liste(monde)
    etapes: list[tuple[int, int]] = []
    faite = proposer(
        seance,
        par=monde.coordination,
        maintenant=APRES,
        avancer=lambda fait, total: etapes.append((fait, total)),
    )
    resultat = json.loads(faite.resultat)
    assert faite.empreinte == hashlib.sha256(faite.resultat.encode()).hexdigest()
    assert (faite.empreinte_instance, resultat["empreinte"]) == (seance.empreinte, seance.empreinte)
    assert (faite.moteur, faite.faite_le, faite.faite_par) == (resultat["moteur"], APRES, monde.coordination)
    assert etapes == [(n, 4) for n in (1, 2, 3, 4)]
    assert Journal.objects.filter(objet=f"proposition de la séance {seance.pk}").count() == 1
    assert proposer(seance, par=None, maintenant=APRES) == faite
    assert (Proposition.objects.count(), Journal.objects.filter(objet__startswith="proposition").count()) == (
        1,
        1,
    )


def test_on_ne_propose_ni_avant_le_gel_ni_apres_la_seance(monde: Monde) -> None:
    planifiee = monde.seance()
    with pytest.raises(ErreurMetier, match="Gelez la liste") as refus:
        proposer(planifiee, par=None, maintenant=APRES)
    assert refus.value.code == "seance_planifiee"
    seance = tenir_seance(
        ouvrir_seance(une_liste(monde), par=None, maintenant=APRES), par=None, maintenant=APRES
    )
    with pytest.raises(ErreurMetier, match="tenue"):
        demander_proposition(seance, par=monde.coordination)


def test_un_autre_moteur_propose_a_nouveau_avant_la_seance_seulement(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    seance = une_liste(monde)
    premiere = proposer(seance, par=None, maintenant=APRES)
    monkeypatch.setattr(service, "VERSION_MOTEUR", "9.9.9")
    seconde = proposer(seance, par=None, maintenant=APRES)
    assert (seconde != premiere, seance.propositions.count()) == (True, 2)
    seance = ouvrir_seance(seance, par=None, maintenant=APRES)
    monkeypatch.setattr(service, "VERSION_MOTEUR", "10.0.0")
    assert proposer(seance, par=None, maintenant=APRES).moteur == "9.9.9"


def test_un_resultat_que_la_verification_refuse_n_est_pas_garde(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    seance = une_liste(monde)

    def tout_refuser(instance: dict[str, Any]) -> dict[str, Any]:
        resultat = vrai(instance)
        return resultat | {"affectations": resultat["affectations"][1:]}

    vrai = service.affecter
    monkeypatch.setattr(service, "affecter", tout_refuser)
    assert verification.verifier(json.loads(seance.instance), tout_refuser(json.loads(seance.instance)))
    with pytest.raises(ErreurMetier, match="rien n’est gardé") as refus:
        proposer(seance, par=None, maintenant=APRES)
    assert refus.value.code == "proposition_fausse"
    assert not Proposition.objects.exists()


def test_le_travail_dit_ou_lire_la_proposition(monde: Monde) -> None:
    seance = une_liste(monde)
    tache = demander_proposition(seance, par=monde.coordination)
    taches.proposer(tache_id=str(tache.pk), seance_id=seance.pk, par_id=monde.coordination.pk)
    tache = Tache.objects.get(pk=tache.pk)
    assert (tache.etat, tache.pourcentage) == ("faite", 100)
    assert tache.resultat["url"] == f"/commissions/{seance.pk}/proposition/"
    assert Proposition.objects.get().tache == tache


def test_chaque_passage_lit_sa_section_son_choix_et_sa_semaine(monde: Monde) -> None:
    seance = une_liste(monde)
    with CaptureQueriesContext(connection) as captees:
        lue = lire_proposition(proposer(seance, par=None, maintenant=APRES))
    premier, deuxieme, souple, partiel = (lue.lignes[d.passages.get().pk] for d in monde.suite)
    assert (premier.section, premier.choix, premier.entre, premier.refus) == (monde.ailleurs.pk, 1, True, ())
    assert (deuxieme.section, deuxieme.choix, deuxieme.semaine) == (monde.bebes.pk, 2, 0)
    assert [(r.section, r.choix, r.refus.motif) for r in deuxieme.refus] == [(monde.ailleurs.pk, 1, "rang")]
    assert (souple.section, souple.choix, souple.semaine, souple.creneaux) == (monde.bebes.pk, 1, 1, (0, 1))
    (refus,) = souple.refus
    assert (refus.semaine, refus.creneaux, refus.refus.complets) == (0, tuple(range(10)), tuple(range(2, 10)))
    assert (partiel.section, partiel.entre, partiel.refus[0].refus.admis) == (None, False, 2)
    assert lue.restes() == {monde.bebes.pk: (0,) * 10, monde.ailleurs.pk: (0,) * 10}
    assert souple.mot(monde.bebes.pk, range(10)) == "Admis, lun, journée"
    assert deuxieme.mot(monde.ailleurs.pk, range(10)) == "complet · admis choix 2"
    assert len(captees) < 30


def test_la_lecture_coute_trois_requetes(monde: Monde) -> None:
    for seance in (une_liste(monde), une_liste(monde)):
        faite = proposer(seance, par=None, maintenant=APRES)
        with CaptureQueriesContext(connection) as captees:
            lire_proposition(faite)
        assert len(captees) == 3


def test_un_code_de_structure_change_depuis_le_gel_ne_perd_pas_la_section(monde: Monde) -> None:
    seance = une_liste(monde)
    faite = proposer(seance, par=None, maintenant=APRES)
    monde.creche.code = "tout-autre"
    monde.creche.save()
    lue = lire_proposition(Proposition.objects.get(pk=faite.pk))
    assert lue.lignes[monde.suite[1].passages.get().pk].section == monde.bebes.pk


@pytest.mark.parametrize("rang", ["avant", "apres"])
def test_un_complement_dit_ses_points_sans_decalage(monde: Monde, rang: str) -> None:
    Reglage.objects.create(cle="rang_complements", valeur=rang, a_partir_du="2027-01-01")
    enfant = factories.creer_enfant(date_naissance="2027-01-10")
    place = factories.creer_admission(monde.bebes, enfant=enfant, demi_journees=[0, 1])
    complement = monde.dossier(
        57, enfant=enfant, nature="complement", admission_actuelle=place, besoin={"demi_journees": [2, 3]}
    )
    autre = monde.dossier(90)
    seance = geler(monde.seance(places={monde.bebes: 1}))
    lue = lire_proposition(proposer(seance, par=None, maintenant=APRES))
    ligne = lue.lignes[complement.passages.get().pk]
    contrat = lue.issues[complement.numero].contrat
    assert contrat is not None
    assert contrat.points == 57
    if rang == "avant":
        assert (ligne.entre, lue.lignes[autre.passages.get().pk].entre) == (True, False)
        assert lue.lignes[autre.passages.get().pk].refus[0].refus.seuil.a_part == "avant"
    else:
        assert (ligne.entre, ligne.garde_sa_place, ligne.choix) == (False, True, None)
        assert (ligne.refus[0].refus.points, ligne.refus[0].refus.a_part) == (57, "apres")
