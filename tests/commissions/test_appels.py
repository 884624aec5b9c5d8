"""The call sheet: who fits a freed place, called in one key, offered by a person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commissions.models import Offre, Seance
from commissions.queries.appels import feuille_d_appel
from commissions.services.reponses import decliner_offre
from dossiers.models import Contact, Dossier
from dossiers.services.liens import declarer_lien
from guichet.acces import personne_de
from structures.models import Gestionnaire
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.offres import ENVOI, apres, offre_envoyee, seance_validee

pytestmark = pytest.mark.django_db
JOUR = timezone.localdate(ENVOI)


@pytest.fixture
def monde() -> Monde:
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    factories.creer_capacite(cree.bebes, places=[5] * 10)
    return cree


def place_declinee(monde: Monde, *attendent: Dossier) -> Seance:
    admis = monde.dossier(100)
    sens = {admis: "admis"} | dict.fromkeys(attendent, "liste_complementaire")
    seance = seance_validee(monde, sens, places={monde.bebes: 1})
    offre = offre_envoyee(monde, admis)
    decliner_offre(offre, motif="date", par=monde.coordination, maintenant=apres(1))
    return seance


def appelables(monde: Monde, seance: Seance) -> list[Any]:
    qui = personne_de(monde.coordination, JOUR)
    return [a for place in feuille_d_appel(seance, qui, jour=JOUR) for a in place.appelables]


def test_qui_tient_aussitot_dans_l_ordre_avec_ses_numeros(monde: Monde) -> None:
    semaine = {"demi_journees": [0, 1], "entree_le": "2027-09-01"}
    un, deux = monde.dossier(90, besoin=semaine), monde.dossier(80)
    tard = monde.dossier(70, besoin={"entree_le": "2027-09-20", "tolerance_jours": 19})
    ailleurs = monde.dossier(60, voeux=[monde.autre])
    seance = place_declinee(monde, un, deux, tard, ailleurs)
    trouves = appelables(monde, seance)
    assert [a.nom for a in trouves] == [str(d.enfant) for d in (un, deux, tard)]
    assert trouves[0].semaine == (0, 1)
    assert trouves[0].telephones[0][1].startswith("06")
    assert trouves[0].dernier is None


def test_une_place_donnee_quitte_la_feuille(monde: Monde, client_de: Callable[..., Any]) -> None:
    un, deux = monde.dossier(90), monde.dossier(80)
    seance = place_declinee(monde, un, deux)
    page = client_de(monde.coordination)
    decision = appelables(monde, seance)[0].decision
    page.post(reverse("commissions:appel_noter", args=[decision.pk]), {"issue": "message"})
    assert Contact.objects.get(dossier=un).issue == "message"
    assert appelables(monde, seance)[0].dernier.issue == "message"
    donnees = {"section": monde.bebes.pk, "jour": range(10)}
    page.post(reverse("commissions:appel_proposer", args=[decision.pk]), donnees)
    offre = Offre.objects.get(dossier=un)
    assert (offre.etat, offre.origine, offre.contact_canal) == ("envoyee", "appel", "appel")
    assert feuille_d_appel(seance, personne_de(monde.coordination, JOUR), jour=JOUR) == []
    # « ² » is a digit and no number: refused, never a crash.
    for faux in ({"section": "²", "jour": "1"}, {"section": monde.bebes.pk, "jour": "²"}):
        assert page.post(reverse("commissions:appel_proposer", args=[decision.pk]), faux).status_code in (
            302,
            404,
        )
    # The same gesture from a stale page offers nothing more.
    autre = deux.passages.get().decision
    page.post(reverse("commissions:appel_proposer", args=[autre.pk]), donnees)
    assert Offre.objects.count() == 2


def test_une_famille_protegee_est_une_ligne_que_son_guichet_appelle(
    monde: Monde, client_de: Callable[..., Any]
) -> None:
    famille = factories.creer_famille(protegee=True)
    enfant = factories.creer_enfant(famille, date_naissance=monde.dossier(50).enfant.date_naissance)
    protege = monde.dossier(90, enfant=enfant, famille=famille)
    seance = place_declinee(monde, protege)
    page = client_de(monde.coordination)
    html = page.get(reverse("commissions:appels", args=[seance.pk])).content.decode()
    assert "Famille protégée" in html
    for tu in (enfant.nom, protege.numero, famille.responsables.get().telephone):
        assert tu not in html
    decision = protege.passages.get().decision
    refuse = page.post(reverse("commissions:appel_noter", args=[decision.pk]), {"issue": "joint"})
    assert refuse.status_code == 404
    page.post(
        reverse("commissions:appel_proposer", args=[decision.pk]),
        {"section": monde.bebes.pk, "jour": range(10)},
    )
    assert Offre.objects.get(dossier=protege).contact_le is None
    assert Contact.objects.get(dossier=protege).issue == "a_joindre"
    liste = page.get(reverse("commissions:reponses", args=[seance.pk])).content.decode()
    assert "Identité réservée" in liste
    assert enfant.nom not in liste
    assert (
        page.get(reverse("commissions:offre", args=[Offre.objects.get(dossier=protege).pk])).status_code
        == 404
    )


def test_une_famille_liee_n_est_pas_sur_la_feuille(monde: Monde) -> None:
    un = monde.dossier(90)
    seance = place_declinee(monde, un)
    declarer_lien(un, par=monde.coordination, maintenant=ENVOI)
    assert appelables(monde, seance) == []


@pytest.mark.parametrize(
    ("profil", "geste", "statut"),
    [("agent", "accepter", 302), ("agent", "perdre", 404), ("direction", "accepter", 404)],
)
def test_chacun_fait_ses_gestes(
    monde: Monde, client_de: Callable[..., Any], profil: str, geste: str, statut: int
) -> None:
    admis = monde.dossier(100)
    seance_validee(monde, {admis: "admis"})
    offre = offre_envoyee(monde, admis)
    portee = {"structure": monde.creche} if profil == "direction" else {"mairie": admis.mairie}
    page = client_de(profil, **portee)
    assert page.post(reverse("commissions:offre_geste", args=[offre.pk, geste])).status_code == statut


def test_une_reponse_fautive_revient_sur_son_champ(monde: Monde, client_de: Callable[..., Any]) -> None:
    admis = monde.dossier(100)
    seance_validee(monde, {admis: "admis"})
    offre = offre_envoyee(monde, admis)
    page = client_de(monde.coordination)
    reponse = page.post(reverse("commissions:offre_geste", args=[offre.pk, "decliner"]))
    assert "Ce champ est obligatoire" in reponse.content.decode()
    offre.refresh_from_db()
    assert offre.etat == "envoyee"
