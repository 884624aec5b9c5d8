"""The queue of look-alikes, the page side by side, the search of the night."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier, Fusion, GroupeNaissance, Journal, Rapprochement
from dossiers.queries.doublons import page_doublons
from dossiers.services.fusion import fusionner
from dossiers.services.fusion_defaire import oublier_fusions
from dossiers.services.rapprochement import distinguer, proposer_la_nuit
from guichet.acces import personne_de
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ADRESSE, NOM, un_dossier_complet
from tests.dossiers.test_fusion import deux_dossiers
from tests.factories import INSTANT

pytestmark = pytest.mark.django_db
ClientDe = Callable[..., ClientStrict]
NAISSANCE = date(2026, 3, 14)


def un_enfant(prenom: str = "Lino", nom: str = "Zyntharel", **champs: Any) -> Dossier:
    n = factories.suivant()
    parent = {"nom": "".join("bdfglmprst"[int(c)] + "a" for c in f"{n * 7919 % 100003:05d}")}
    famille = champs.pop("famille", None) or factories.creer_famille(responsable=parent)
    dit = {"nom": nom, "prenom": prenom, "groupe": champs.pop("groupe", None)}
    if terme := champs.pop("terme", None):
        dit["date_prevue_naissance"] = terme
    else:
        dit["date_naissance"] = champs.pop("naissance", NAISSANCE)
    return factories.creer_dossier(enfant=factories.creer_enfant(famille, **dit), **champs)


def paires() -> set[tuple[int, int]]:
    return set(Rapprochement.objects.values_list("dossier_id", "autre_id"))


def test_la_nuit_propose_une_fois_et_se_souvient() -> None:
    un, accent = un_enfant("Noé"), un_enfant("Noe")
    echange = (
        un_enfant("Léa", nom="Quorva", naissance=date(2026, 3, 4)),
        un_enfant("Léa", nom="Quorva", naissance=date(2026, 4, 3)),
    )
    inverse = un_enfant("Ysaline", nom="Brondel"), un_enfant("Brondel", nom="Ysaline")
    clos = un_enfant("Noé", etat="clos")
    assert proposer_la_nuit(maintenant=INSTANT) == 3
    attendues = {tuple(sorted((a.pk, b.pk))) for a, b in ((un, accent), echange, inverse)}
    assert paires() == attendues
    assert clos.pk not in {pk for paire in paires() for pk in paire}
    certaine = Rapprochement.objects.get(dossier=un)
    assert (certaine.origine, certaine.certitude, certaine.raisons) == (
        "nuit",
        70,
        "mêmes nom et prénom, même date de naissance",
    )
    distinguer(un, accent, motif="homonyme", par=factories.creer_agent(), maintenant=INSTANT)
    assert proposer_la_nuit(maintenant=INSTANT) == 0


def test_la_nuit_est_bornee() -> None:
    for _ in range(4):
        un_enfant()
    assert proposer_la_nuit(maintenant=INSTANT, limite=2) == 2
    assert proposer_la_nuit(maintenant=INSTANT) == 4


def test_des_jumeaux_ne_sont_jamais_proposes() -> None:
    groupe = GroupeNaissance.objects.create()
    foyer = factories.creer_famille()
    un_enfant("Lina", groupe=groupe, famille=foyer)
    un_enfant("Lena", groupe=groupe, famille=foyer)
    # Same household, same day, never linked by hand.
    autre = factories.creer_famille()
    un_enfant("Tina", nom="Quorva", famille=autre)
    un_enfant("Nina", nom="Quorva", famille=autre)
    terme = date(2027, 4, 2)
    pas_nes = factories.creer_famille()
    un_enfant("", nom="Brondel", terme=terme, famille=pas_nes)
    un_enfant("", nom="Brondel", terme=terme, famille=pas_nes)
    # A transfer of the same child is a new request, not a duplicate.
    place = factories.creer_admission(factories.creer_section())
    un_enfant("Ada", nom="Veltam")
    un_enfant("Ada", nom="Veltam", nature="mutation", admission_actuelle=place)
    assert proposer_la_nuit(maintenant=INSTANT) == 0


def test_un_agent_ne_voit_que_sa_mairie_et_rien_de_protege(client_de: ClientDe) -> None:
    agent = factories.creer_agent("agent")
    mairie = agent.habilitations.get().mairie
    sienne, ailleurs = un_enfant(mairie=mairie), un_enfant()
    protegee = un_enfant(famille=factories.creer_famille(protegee=True))
    vue = factories.creer_rapprochement(sienne, ailleurs, certitude=40)
    cachee = factories.creer_rapprochement(sienne, protegee)
    factories.creer_rapprochement(ailleurs, un_enfant())
    page = client_de(agent).get(reverse("dossiers:rapprochements")).content.decode()
    assert ailleurs.numero in page
    assert protegee.numero not in page
    assert client_de(agent).get(reverse("dossiers:rapprochement", args=[cachee.pk])).status_code == 404
    assert client_de(agent).get(reverse("dossiers:rapprochement", args=[vue.pk])).status_code == 200
    coordination = factories.creer_agent("coordination")
    qui = personne_de(coordination, INSTANT.date())
    assert [p.rapprochement.certitude for p in page_doublons(qui).paires] == [50, 50, 40]
    # The coordination knows that the pair exists, and opens the protected dossier with a reason.
    page = client_de(coordination).get(reverse("dossiers:rapprochement", args=[cachee.pk])).content.decode()
    assert "Ouvrir le dossier" in page
    assert "Zyntharel" not in page


def test_la_file_coute_toujours_autant(client_de: ClientDe) -> None:
    client = client_de("coordination")
    comptes = []
    for nombre in (1, 3):
        for _ in range(nombre):
            factories.creer_rapprochement(un_enfant(), un_enfant())
        with CaptureQueriesContext(connection) as captees:
            client.get(reverse("dossiers:rapprochements"))
        comptes.append(len(captees))
    assert comptes[0] == comptes[1]


def test_cote_a_cote_puis_fusion_puis_retour(client_de: ClientDe) -> None:
    garde, absorbe = un_dossier_complet(depose_le=date(2026, 9, 1)), un_dossier_complet()
    paire = factories.creer_rapprochement(garde, absorbe, raisons="même responsable")
    client = client_de("coordination")
    page = client.get(reverse("dossiers:rapprochement", args=[paire.pk])).content.decode()
    assert page.count(ADRESSE) == 2
    assert "serait gardé" in page
    assert "Différent : " in page
    assert Journal.objects.filter(action="lecture", objet="comparaison").count() == 2
    fusion = reverse("dossiers:rapprochement_fusionner", args=[paire.pk])
    confirmation = client.get(fusion, {"voeux": "absorbe"})
    page = confirmation.content.decode()
    assert f"Le dossier {absorbe.numero} est clos comme doublon" in page
    assert "Les deux foyers n’en font qu’un" not in page
    assert not Fusion.objects.exists()
    envoi = {champ.html_name: champ.value() for champ in confirmation.context["form"]}
    reponse = client.post(fusion, envoi | {"version_garde": garde.version + 3}, follow=True)
    assert "vient de changer" in reponse.content.decode()
    reponse = client.post(fusion, envoi, follow=True)
    faite = Fusion.objects.get()
    assert (faite.garde, faite.absorbe) == (garde, absorbe)
    assert "Défaire cette fusion" in reponse.content.decode()
    page = client.get(reverse("dossiers:fiche", args=[garde.numero])).content.decode()
    assert f"[{absorbe.numero}] " in page
    assert "Voir la fusion" in client.get(reverse("dossiers:fiche", args=[absorbe.numero])).content.decode()
    reponse = client.post(reverse("dossiers:fusion", args=[faite.pk]), follow=True)
    assert "comme ils étaient" in reponse.content.decode()
    absorbe.refresh_from_db()
    assert absorbe.etat == "actif"


def test_distinguer_demande_une_raison(client_de: ClientDe) -> None:
    paire = factories.creer_rapprochement(un_enfant(), un_enfant())
    client, adresse = client_de("coordination"), reverse("dossiers:rapprochement_distinguer", args=[paire.pk])
    page = client.post(adresse, {"motif": ""}).content.decode()
    assert 'aria-invalid="true"' in page
    client.post(adresse, {"motif": "jumeau"})
    paire.refresh_from_db()
    assert (paire.statut, paire.motif) == ("distincts", "jumeau")
    assert client.get(reverse("dossiers:rapprochement", args=[paire.pk])).status_code == 404


def test_je_ne_sais_pas_va_a_l_autre_mairie(client_de: ClientDe) -> None:
    agent = factories.creer_agent("agent")
    autre = factories.creer_agent("agent")
    sienne = un_enfant(mairie=agent.habilitations.get().mairie)
    paire = factories.creer_rapprochement(sienne, un_enfant(mairie=autre.habilitations.get().mairie))
    adresse = reverse("dossiers:rapprochement_demander", args=[paire.pk])
    client_de(agent).post(adresse)
    paire.refresh_from_db()
    assert paire.demande_a == autre.habilitations.get().mairie
    page = client_de(autre).get(reverse("dossiers:rapprochements"), {"origine": "demandes"}).content.decode()
    assert sienne.numero in page
    # Asked once: the same mairie is not asked again.
    assert client_de(agent).post(adresse).status_code == 404


def test_passe_le_delai_la_fusion_oublie_les_anciens_noms() -> None:
    garde, absorbe = deux_dossiers()
    fusion = fusionner(garde, absorbe, choix={}, par=factories.creer_agent(), maintenant=INSTANT)
    assert oublier_fusions(maintenant=INSTANT) == 0
    Fusion.objects.update(defaisable_jusqu_au=date(2026, 11, 1))
    assert oublier_fusions(maintenant=INSTANT) == 1
    fusion.refresh_from_db()
    assert fusion.mouvements == []
    assert NOM not in str(Fusion.objects.values())
