"""A night of delays on real rows: each act once, replayed or missed, undone by what the family does."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from commissions.services.preavis import ouvrir_preavis
from dossiers.models import Courrier, Dossier, Echeance, Journal, PieceJustificative
from dossiers.queries.echeances import reponses_dues
from dossiers.services.cycle import changer_etat
from dossiers.services.echeances import Bilan, passer_les_echeances
from dossiers.services.renouvellement import renouveler_dossier
from structures.models import Reglage
from tests import factories
from tests.dossiers.scene import coter, une_grille

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
TERME = date(2027, 2, 1)
DEPOT = date(2026, 8, 1)


def passer(jour: date) -> Bilan:
    instant = timezone.make_aware(datetime.combine(jour, time(5)))
    return passer_les_echeances(jour, maintenant=instant)


def faites(bilan: Bilan) -> dict[str, int]:
    return {
        nature: n for (nature, issue), n in bilan.actes.items() if issue == "faite" and nature != "silence"
    }


def un_dossier(**champs: Any) -> Dossier:
    """Deposited six months before its term, by a family without e-mail."""
    return factories.creer_dossier(
        **{"depose_le": DEPOT, "a_renouveler_le": TERME, "nb_passages": 1, **champs}
    )


def un_enfant_attendu(prevue: date) -> Dossier:
    enfant = factories.creer_enfant(date_prevue_naissance=prevue, prenom="")
    return un_dossier(enfant=enfant, a_renouveler_le=date(2028, 1, 1))


def test_deux_avertissements_puis_la_cloture_et_l_ancien_rang_rendu() -> None:
    dossier = un_dossier(complet_le=date(2026, 8, 5))
    vus = {}
    for n in range(40):
        jour = TERME - timedelta(days=31) + timedelta(days=n)
        if actes := faites(passer(jour)):
            vus[jour] = actes
    assert vus == {
        TERME - timedelta(days=30): {"renouvellement_1": 1},
        TERME - timedelta(days=10): {"renouvellement_2": 1},
        TERME + timedelta(days=1): {"peremption": 1},
    }
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.motif_cloture) == ("clos", "perime")
    natures = list(Courrier.objects.order_by("pk").values_list("nature", "canal"))
    assert natures == [(n, "papier") for n in ("renouvellement_1", "renouvellement_2", "peremption")]
    retour = factories.INSTANT + timedelta(days=100)
    rendu = changer_etat(dossier, "restaurer", par=factories.creer_agent("agent"), maintenant=retour)
    assert (rendu.etat, rendu.complet_le) == ("actif", date(2026, 8, 5))
    assert rendu.a_renouveler_le > retour.date() + timedelta(days=170)
    assert not faites(passer(retour.date() + timedelta(days=1)))


def test_rejouer_une_nuit_ne_fait_rien_de_plus() -> None:
    for _ in range(3):
        un_dossier()
    un_dossier(etat="incomplet", a_renouveler_le=None)
    jour = TERME - timedelta(days=30)
    assert faites(passer(jour)) == {"renouvellement_1": 3, "pieces_1": 1}
    avant = (Echeance.objects.count(), Courrier.objects.count(), Journal.objects.count())
    for rejoue in (jour, jour, jour - timedelta(days=5)):
        assert passer(rejoue).actes == Counter()
    assert (Echeance.objects.count(), Courrier.objects.count(), Journal.objects.count()) == avant


def test_des_nuits_manquees_se_rattrapent_sans_clore_personne_par_surprise() -> None:
    """The software was off for three months: the family still has its whole notice, the page says so."""
    dossier = un_dossier()
    tard = TERME + timedelta(days=60)
    assert faites(passer(tard)) == {"renouvellement_1": 1}
    dossier.refresh_from_db()
    cloture = Echeance.objects.get(nature="peremption")
    assert cloture.limite_le is not None
    limite = timezone.localtime(cloture.limite_le)
    assert limite.hour == 18
    assert limite.date() - tard >= timedelta(days=30)
    assert dossier.a_renouveler_le == limite.date()
    assert f"{limite.day}" in Courrier.objects.get().objet
    for n in range(1, 30):
        passer(tard + timedelta(days=n))
    dossier.refresh_from_db()
    assert dossier.etat == "actif"
    assert faites(passer(limite.date() + timedelta(days=1))) == {"peremption": 1}


def test_un_reglage_vote_apres_ne_change_pas_un_delai_commence() -> None:
    un_dossier()
    Reglage.objects.create(cle="renouvellement_avertissement_1", valeur=90, a_partir_du=DEPOT + timedelta(1))
    assert not faites(passer(TERME - timedelta(days=60)))
    assert faites(passer(TERME - timedelta(days=30))) == {"renouvellement_1": 1}


def test_renouveler_annule_la_suite_et_compte_de_nouveau() -> None:
    dossier = un_dossier()
    passer(TERME - timedelta(days=30))
    frais, redemandees = renouveler_dossier(
        dossier, par=None, maintenant=datetime(2027, 1, 20, 10, tzinfo=PARIS)
    )
    assert (frais.a_renouveler_le, redemandees) == (date(2027, 7, 20), [])
    ouvertes = Echeance.objects.ouvertes()
    assert not ouvertes.exists()
    assert not faites(passer(TERME + timedelta(days=1)))
    assert faites(passer(date(2027, 6, 20))) == {"renouvellement_1": 1}


def test_renouveler_redemande_une_piece_perimee_sans_perdre_le_fait_ni_l_anciennete() -> None:
    grille = une_grille()
    dossier = un_dossier(faits={"residence_commune": True}, complet_le=date(2026, 8, 5))
    for code in ("identite", "domicile", "autorite_parentale"):
        porteur = {"dossier": dossier} if code == "identite" else {"famille": dossier.famille}
        PieceJustificative.objects.create(
            code=code,
            obligatoire=True,
            etat="vue",
            vue_le=DEPOT,
            valide_jusqu_au=date(2026, 12, 31) if code == "domicile" else None,
            **porteur,
        )
    coter(dossier, grille)
    instant = datetime(2027, 1, 20, 10, tzinfo=PARIS)
    frais, redemandees = renouveler_dossier(dossier, par=None, maintenant=instant)
    assert redemandees == ["Justificatif de domicile"]
    piece = PieceJustificative.objects.get(code="domicile")
    assert (piece.etat, piece.valide_jusqu_au) == ("attendue", None)
    assert (frais.etat, frais.complet_garde_le) == ("incomplet", date(2026, 8, 5))
    assert frais.faits == {"residence_commune": True}


def test_une_naissance_jamais_prouvee_clot_le_dossier() -> None:
    dossier = un_enfant_attendu(date(2026, 10, 1))
    ne = un_enfant_attendu(date(2026, 10, 1))
    passer(date(2026, 11, 1))
    ne.enfant.date_naissance = date(2026, 10, 3)
    ne.enfant.save()
    passer(date(2026, 11, 21))
    assert passer(date(2026, 12, 2)).actes["naissance_cloture", "faite"] == 1
    dossier.refresh_from_db()
    ne.refresh_from_db()
    assert (dossier.etat, dossier.motif_cloture, ne.etat) == ("clos", "sans_reponse", "actif")
    corps = Courrier.objects.get(nature="naissance_cloture").corps
    for mention in (
        "recours gracieux",
        "tribunal administratif",
        "algorithmique",
        "www.cada.fr",
        "Relais petite",
    ):
        assert mention in corps, mention
    rendu = changer_etat(dossier, "restaurer", par=None, maintenant=factories.INSTANT + timedelta(days=60))
    assert rendu.complet_le == dossier.complet_le


def test_un_enfant_trop_grand_quitte_la_liste_apres_deux_lettres() -> None:
    ne_le = date(2023, 1, 9)
    dossier = un_dossier(
        enfant=factories.creer_enfant(date_naissance=ne_le), a_renouveler_le=date(2028, 1, 1)
    )
    un_dossier(enfant=factories.creer_enfant(date_naissance=date(2023, 6, 9)), a_renouveler_le=None)
    nuits = (date(2026, 11, 11), date(2026, 11, 12), date(2026, 12, 27), date(2027, 1, 11), date(2027, 1, 12))
    vus = [faites(passer(jour)) for jour in (*nuits, nuits[-1])]
    assert vus == [{}, {"age_1": 1}, {"age_2": 1}, {}, {"age_cloture": 1}, {}]
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.motif_cloture) == ("clos", "limite_age")
    assert "inscription à l’école" in Courrier.objects.get(nature="age_1").corps
    assert "recours gracieux" in Courrier.objects.get(nature="age_cloture").corps
    # Restored by the desk: a whole notice begins again, then it leaves for good.
    retour = datetime(2027, 2, 1, 10, tzinfo=PARIS)
    changer_etat(dossier, "restaurer", par=None, maintenant=retour)
    assert faites(passer(date(2027, 2, 2))) == {"age_1": 1}
    assert not faites(passer(date(2027, 2, 3)))


def test_une_liste_reprise_d_enfants_trop_grands_a_tout_son_preavis() -> None:
    """The first night on an old list writes to everyone; nobody is closed before the whole notice."""
    un_dossier(enfant=factories.creer_enfant(date_naissance=date(2021, 1, 9)), a_renouveler_le=None)
    depart = date(2026, 11, 12)
    assert faites(passer(depart)) == {"age_1": 1}
    actes = [(jour, faites(passer(jour))) for jour in (depart + timedelta(days=n) for n in range(1, 64))]
    faits = {(jour - depart).days: fait for jour, fait in actes if fait}
    assert list(faits.values()) == [{"age_2": 1}, {"age_cloture": 1}]
    assert min(faits) >= 45
    assert max(faits) >= 61


def test_une_place_proposee_fait_attendre_la_cloture() -> None:
    dossier = un_dossier()
    for avant in (30, 10):
        passer(TERME - timedelta(days=avant))
    instant = datetime(2027, 1, 30, 10, tzinfo=PARIS)
    changer_etat(dossier, "proposer", par=None, maintenant=instant)
    assert passer(TERME + timedelta(days=1)).actes == Counter({("peremption", "retenue"): 1})
    changer_etat(dossier, "reprendre_place", par=None, maintenant=instant + timedelta(days=5))
    # The family waited for an answer: a whole notice begins again.
    bilan = passer(TERME + timedelta(days=4))
    assert bilan.actes["peremption", "annulee"] == 1
    dossier.refresh_from_db()
    assert dossier.etat == "actif"


def test_des_pieces_manquantes_se_rappellent_et_ne_closent_que_si_la_ville_l_a_vote() -> None:
    un_dossier(etat="incomplet", a_renouveler_le=None)
    assert faites(passer(DEPOT + timedelta(days=15))) == {"pieces_1": 1}
    assert faites(passer(DEPOT + timedelta(days=45))) == {"pieces_2": 1}
    assert not faites(passer(DEPOT + timedelta(days=400)))
    assert "Justificatif de domicile" in Courrier.objects.filter(nature="pieces_1").get().corps
    Reglage.objects.create(cle="pieces_cloture", valeur=90, a_partir_du=date(2026, 8, 20))
    vote = un_dossier(etat="incomplet", a_renouveler_le=None, depose_le=date(2026, 8, 20))
    for jours in (15, 45, 94):
        passer(vote.depose_le + timedelta(days=jours))
    vote.refresh_from_db()
    assert (vote.etat, vote.motif_cloture) == ("clos", "sans_reponse")


def test_une_piece_bientot_perimee_et_une_pause_finie() -> None:
    dossier = un_dossier(a_renouveler_le=date(2028, 1, 1))
    PieceJustificative.objects.create(
        famille=dossier.famille,
        code="ressources",
        etat="vue",
        vue_le=DEPOT,
        valide_jusqu_au=date(2026, 12, 31),
    )
    assert faites(passer(date(2026, 12, 1))) == {"piece_validite": 1}
    assert "Ressources ou quotient familial" in Courrier.objects.get().corps
    changer_etat(
        dossier,
        "suspendre",
        par=None,
        maintenant=datetime(2026, 12, 2, 9, tzinfo=PARIS),
        jusqu_au=date(2027, 1, 31),
    )
    assert not faites(passer(date(2027, 1, 31)))
    assert faites(passer(date(2027, 2, 1))) == {"fin_suspension": 1}
    dossier.refresh_from_db()
    assert dossier.etat == "actif"


def test_les_points_non_verifies_se_disent_quinze_jours_avant_la_cloture_d_une_seance() -> None:
    grille = une_grille()
    section = factories.creer_section()
    seance = factories.creer_seance(places={section: 2}, cloture_le=date(2027, 4, 30))
    vise = un_dossier(voeux=[section.structure], a_renouveler_le=date(2028, 1, 1))
    verifie = un_dossier(voeux=[section.structure], a_renouveler_le=date(2028, 1, 1))
    ailleurs = un_dossier(voeux=[factories.creer_structure()], a_renouveler_le=date(2028, 1, 1))
    tard = un_dossier(
        voeux=[section.structure], a_renouveler_le=date(2028, 1, 1), besoin={"entree_le": date(2027, 12, 1)}
    )
    for dossier in (vise, ailleurs, tard):
        coter(dossier, grille)
    factories.creer_cotation(verifie, grille)
    jour = seance.cloture_le - timedelta(days=15)
    assert ouvrir_preavis(jour - timedelta(days=1)) == 0
    for _ in range(2):
        ouvrir_preavis(jour)
    assert faites(passer(jour)) == {"points_non_verifies": 1}
    assert faites(passer(jour + timedelta(days=1))) == {}
    lettre = Courrier.objects.get()
    assert lettre.dossier == vise
    assert "30 avril 2027" in lettre.corps.replace("\u00a0", " ")


def test_la_coordination_est_alertee_avant_le_terme_legal_et_personne_n_est_ecrit() -> None:
    muet = un_dossier(nb_passages=0, complet_le=date(2026, 10, 1), a_renouveler_le=date(2028, 1, 1))
    un_dossier(nb_passages=1, complet_le=date(2026, 10, 1), a_renouveler_le=date(2028, 1, 1))
    un_dossier(nb_passages=0, complet_le=date(2026, 5, 1), a_renouveler_le=date(2028, 1, 1))
    assert passer(date(2026, 11, 14)).total("faite") == 0
    assert passer(date(2026, 11, 16)).actes == Counter({("silence", "faite"): 1})
    assert passer(date(2026, 11, 17)).actes == Counter()
    assert not Courrier.objects.exists()
    alerte = reponses_dues(Dossier.objects.all()).get()
    assert alerte.dossier == muet
    assert timezone.localdate(alerte.limite_le) == date(2026, 12, 1)


def test_personne_a_prevenir_ne_clot_pas_le_dossier() -> None:
    famille = factories.creer_famille(responsable={"ecarte": True})
    dossier = un_dossier(famille=famille)
    for jours in (-30, -10, 1):
        bilan = passer(TERME + timedelta(days=jours))
    assert bilan.actes == Counter({("peremption", "refusee"): 1})
    dossier.refresh_from_db()
    assert dossier.etat == "actif"
    assert not Courrier.objects.exists()


def test_la_base_refuse_deux_fois_le_meme_acte() -> None:
    dossier = un_dossier()
    champs = {"dossier": dossier, "nature": "peremption", "reference": DEPOT, "due_le": TERME}
    premiere = Echeance.objects.create(**champs)
    with pytest.raises(IntegrityError, match="echeance_une_seule_fois"), transaction.atomic():
        Echeance.objects.create(**champs)
    with pytest.raises(IntegrityError, match="echeance_faite_ou_annulee"), transaction.atomic():
        Echeance.objects.filter(pk=premiere.pk).update(
            faite_le=factories.INSTANT, annulee_le=factories.INSTANT
        )
    lettre = {"dossier": dossier, "nature": "peremption", "echeance": premiere, "mairie": dossier.mairie}
    lettre |= {"objet": "o", "corps": "c", "canal": "papier", "prepare_le": factories.INSTANT}
    Courrier.objects.create(**lettre)
    with pytest.raises(IntegrityError, match="courrier_une_fois_par_echeance"), transaction.atomic():
        Courrier.objects.create(**lettre)
    with pytest.raises(IntegrityError, match="courrier_a_une_adresse"), transaction.atomic():
        Courrier.objects.create(**lettre | {"rang": 2, "canal": "courriel"})


def test_une_nuit_sans_rien_a_faire_ne_coute_que_ses_recherches() -> None:
    def requetes() -> int:
        with CaptureQueriesContext(connection) as lues:
            passer(DEPOT + timedelta(days=30))
        return len(lues)

    un_dossier()
    seule = requetes()
    for _ in range(4):
        un_dossier()
    assert requetes() == seule


def test_la_commande_essaie_sans_ecrire_puis_fait() -> None:
    un_dossier()
    famille = factories.creer_famille(responsable={"courriel": "maud@exemple.invalid"})
    un_dossier(famille=famille)

    def dire(*options: str) -> str:
        sortie = StringIO()
        call_command("echeances", "--jour", "2027-01-02", *options, stdout=sortie)
        return sortie.getvalue()

    essai = dire("--essai")
    assert "seraient faites : 2" in essai
    assert "Renouvellement, premier avertissement : 2 faites" in essai
    assert not Echeance.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    assert "faites : 2" in dire()
    assert "1 par courriel, 1 par papier" in essai
    assert "faites : 0" in dire()
    travail = ProcrastinateJob.objects.get()
    assert travail.args == {"courrier_id": Courrier.objects.get(canal="courriel").pk}


def test_les_travaux_de_la_nuit_sont_reguliers_et_jamais_deux_a_la_fois() -> None:
    app.perform_import_paths()
    periodiques = {t.task.name: t.task for t in app.periodic_registry.periodic_tasks.values()}
    for nom in (
        "dossiers.taches.passer_les_echeances_du_jour",
        "commissions.taches.prevenir_avant_la_cloture",
    ):
        assert periodiques[nom].lock == "echeances"
