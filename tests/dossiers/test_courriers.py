"""Letters: sent once, printed by lots, read by the desk alone, silent for a protected family."""

import smtplib
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Courrier, Dossier, Journal
from dossiers.models.courrier import DECISION
from dossiers.queries.courriers import OBJETS, blocs
from dossiers.regles.echeances import LIBELLES, SANS_LETTRE
from dossiers.services.courriers import envoyer_courrier
from dossiers.services.courriers_a_jour import a_jour
from dossiers.services.echeances import passer_les_echeances
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ADRESSE, NOM, un_dossier_complet, une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]
JOUR = date(2027, 1, 2)
PROTEGE = {"protegee": True, "protegee_le": factories.INSTANT}


def passer(jour: date = JOUR) -> None:
    passer_les_echeances(jour, maintenant=timezone.make_aware(datetime.combine(jour, time(5))))


def un_dossier(**champs: Any) -> Dossier:
    defauts = {"a_renouveler_le": date(2027, 2, 1), "depose_le": date(2026, 8, 1), "nb_passages": 1}
    return un_dossier_complet(**{**defauts, **champs})


class Refuse(BaseEmailBackend):
    """A server that knows nobody."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"maud@exemple.invalid": (550, b"unknown")})


class Absent(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


def test_chaque_acte_qui_ecrit_a_son_texte_et_son_objet() -> None:
    gabarits = Path(__file__).parents[2] / "templates" / "courriels"
    assert set(OBJETS) == set(LIBELLES) - SANS_LETTRE
    assert {f.stem for f in gabarits.glob("[a-z]*.txt")} == set(OBJETS) | {"decision_discrete"}


def test_un_courriel_part_une_fois_avec_le_meme_numero() -> None:
    dossier = un_dossier(mairie=factories.creer_mairie(adresse="1 place du Peuple", horaires="9 h à 17 h"))
    passer()
    courrier = Courrier.objects.get()
    for _ in range(2):
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
    assert len(mail.outbox) == 1
    parti = mail.outbox[0]
    assert parti.to == ["maud@exemple.invalid"]
    assert parti.extra_headers["Message-ID"] == f"<courrier-{courrier.pk}@guichet.invalid>"
    assert dossier.numero in parti.subject
    assert NOM not in parti.subject
    for mot in (NOM, "1 place du Peuple", "9 h à 17 h", "1 février 2027", "Relais petite enfance"):
        assert mot in parti.body.replace("\u00a0", " ").replace("1er", "1")
    courrier.refresh_from_db()
    assert courrier.envoye_le == factories.INSTANT


@pytest.mark.parametrize(("serveur", "dernier"), [("Refuse", False), ("Absent", True)])
def test_un_courriel_refuse_devient_une_lettre(settings: Any, serveur: str, dernier: bool) -> None:
    un_dossier()
    passer()
    settings.EMAIL_BACKEND = f"tests.dossiers.test_courriers.{serveur}"
    cle = Courrier.objects.get().pk
    envoyer_courrier(cle, maintenant=factories.INSTANT, dernier_essai=dernier)
    courrier = Courrier.objects.get()
    assert (courrier.canal, courrier.envoye_le) == ("papier", None)
    assert courrier.echec
    assert envoyer_courrier(cle, maintenant=factories.INSTANT) is None


def test_un_serveur_en_panne_se_reessaie(settings: Any) -> None:
    un_dossier()
    passer()
    settings.EMAIL_BACKEND = "tests.dossiers.test_courriers.Absent"
    with pytest.raises(ConnectionRefusedError):
        envoyer_courrier(Courrier.objects.get().pk, maintenant=factories.INSTANT)
    assert Courrier.objects.get().canal == "courriel"


@pytest.mark.parametrize("nature", ["renouvellement", "naissance", "pieces"])
def test_une_famille_protegee_n_a_qu_un_destinataire_et_rien_qui_la_montre(nature: str) -> None:
    """Every letter of three whole delays, closing letters and resends included."""
    une_grille()
    mairie = factories.creer_mairie(nom="Mairie Marquée", adresse="5 impasse Marquée", telephone="0477112233")
    structure = factories.creer_structure(nom="Crèche Marquée")
    champs: dict[str, Any] = {"mairie": mairie, "structure": structure, "foyer": PROTEGE}
    if nature == "naissance":
        champs["enfant_dit"] = {"date_prevue_naissance": date(2026, 12, 1), "date_naissance": None}
    if nature == "pieces":
        champs |= {"etat": "incomplet", "a_renouveler_le": None, "depose_le": date(2026, 12, 1)}
    dossier = un_dossier(**champs)
    factories.creer_responsable(dossier.famille, nom="Ecarté", ecarte=True, courriel="ecarte@exemple.invalid")
    for mois, quantieme in ((1, 2), (1, 22), (2, 2), (2, 28), (3, 20), (4, 1), (4, 20)):
        passer(date(2027, mois, quantieme))
    ecrits = list(Courrier.objects.order_by("pk"))
    assert len(ecrits) >= 2
    assert {c.courriel for c in ecrits} == {"maud@exemple.invalid"}
    for courrier in ecrits:
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
    for message in mail.outbox:
        dit = f"{message.subject} {message.body} {message.extra_headers}"
        for marque in (NOM, "Marquée", "04 77", ADRESSE, "Lino", "Ecarté", "crèche"):
            assert marque not in dit, (marque, dit)


def test_une_institution_est_saluee_comme_telle() -> None:
    famille = factories.creer_famille(responsable={"lien": "institution", "nom": "Aide sociale à l’enfance"})
    factories.creer_dossier(famille=famille, a_renouveler_le=date(2027, 2, 1), depose_le=date(2026, 8, 1))
    passer()
    assert Courrier.objects.get(nature="renouvellement_1").corps.startswith("Madame, Monsieur,")


def test_deux_adresses_font_deux_lettres_et_une_seule_quand_elles_sont_la_meme() -> None:
    ensemble, separes = un_dossier(), un_dossier()
    for dossier, adresse in ((ensemble, ADRESSE), (separes, "2 rue Ailleurs")):
        factories.creer_responsable(dossier.famille, adresse=adresse)
    passer()
    assert Courrier.objects.filter(dossier=ensemble).count() == 1
    assert sorted(Courrier.objects.filter(dossier=separes).values_list("canal", "rang")) == [
        ("courriel", 1),
        ("papier", 2),
    ]


def test_la_file_d_impression_d_une_mairie(client_de: Ouvrir) -> None:
    mairie = factories.creer_mairie()
    siennes = [factories.creer_courrier(factories.creer_dossier(mairie=mairie)) for _ in range(2)]
    ailleurs = factories.creer_courrier(factories.creer_dossier())
    client = client_de("agent", mairie=mairie)
    page = client.get(reverse("dossiers:courriers")).content.decode()
    assert all(c.dossier.numero in page for c in siennes)
    assert ailleurs.dossier.numero not in page
    choix = {"courrier": [c.pk for c in (*siennes, ailleurs)]}
    pdf = client.post(reverse("dossiers:courriers_imprimer"), choix)
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    # Opening the PDF takes nothing off the queue.
    assert Courrier.objects.a_imprimer().count() == 3
    client.post(reverse("dossiers:courriers_imprimes"), choix)
    assert list(Courrier.objects.a_imprimer()) == [ailleurs]
    assert Journal.objects.filter(action="courrier", objet="imprime").count() == 2
    rien = client.post(reverse("dossiers:courriers_imprimes"), choix, follow=True)
    assert "Cochez au moins une lettre" in rien.content.decode()


def test_la_file_ne_coute_pas_plus_quand_elle_est_longue(
    client_de: Ouvrir, django_assert_max_num_queries: Any
) -> None:
    mairie = factories.creer_mairie()
    client = client_de("agent", mairie=mairie)
    for _ in range(6):
        factories.creer_courrier(factories.creer_dossier(mairie=mairie))
    with django_assert_max_num_queries(10):
        client.get(reverse("dossiers:courriers"))


def test_la_page_des_courriers_montre_le_texte_et_permet_de_renvoyer(client_de: Ouvrir) -> None:
    dossier = un_dossier()
    passer()
    premier = Courrier.objects.get()
    client = client_de("agent", mairie=dossier.mairie)
    page = client.get(reverse("dossiers:dossier_courriers", args=[dossier.numero])).content.decode()
    assert "Renouvellement, premier avertissement" in page
    assert premier.objet in page
    assert "Renouvellement, second avertissement" in page
    cle = [dossier.numero, premier.pk]
    client.post(reverse("dossiers:courrier_renvoyer", args=cle), {"canal": "courriel"})
    client.post(reverse("dossiers:courrier_renvoyer", args=cle), {"canal": "papier"})
    client.post(reverse("dossiers:courrier_renvoyer", args=cle), {"canal": "pigeon"})
    copies = list(Courrier.objects.filter(copie_de=premier).order_by("pk").values_list("canal", "corps"))
    assert copies == [("courriel", premier.corps), ("papier", premier.corps)]
    assert Courrier.objects.filter(par=client.agent).count() == 2
    dossier.famille.responsables.update(ecarte=True)
    refus = client.post(reverse("dossiers:courrier_renvoyer", args=cle), {"canal": "papier"}, follow=True)
    assert "ne peut plus recevoir" in refus.content.decode()
    assert Courrier.objects.count() == 3
    autre = factories.creer_courrier(un_dossier())
    assert client.post(reverse("dossiers:courrier_pdf", args=[dossier.numero, autre.pk])).status_code == 404


def test_les_lettres_d_une_famille_protegee_ne_s_ouvrent_qu_a_son_guichet(client_de: Ouvrir) -> None:
    dossier = un_dossier(foyer=PROTEGE)
    lettre = factories.creer_courrier(dossier, corps="mot très reconnaissable")
    adresse = reverse("dossiers:dossier_courriers", args=[dossier.numero])
    pdf = reverse("dossiers:courrier_pdf", args=[dossier.numero, lettre.pk])
    assert "reconnaissable" in client_de("agent", mairie=dossier.mairie).get(adresse).content.decode()
    for profil in ("agent", "coordination"):
        autre = client_de(profil)
        assert autre.get(adresse).status_code == autre.post(pdf).status_code == 404
        file = autre.get(reverse("dossiers:courriers")).content.decode()
        assert dossier.numero not in file
        choix = {"courrier": [lettre.pk]}
        assert autre.post(reverse("dossiers:courriers_imprimer"), choix).status_code == 302
    assert client_de("direction").get(adresse).status_code == 403


def test_l_accueil_mene_aux_lettres_et_aux_renouvellements(client_de: Ouvrir) -> None:
    dossier = factories.creer_dossier()
    factories.creer_courrier(dossier)
    page = client_de("agent", mairie=dossier.mairie).get(reverse("accueil")).content.decode()
    assert reverse("dossiers:courriers") in page
    assert f"{reverse('dossiers:index')}?vue=renouveler" in page


def test_le_texte_se_lit_en_paragraphes_et_en_listes() -> None:
    assert blocs("Bonjour,\n\nIl manque :\n- un\n- deux\n\nAu revoir\n") == [
        ("p", ["Bonjour,"]),
        ("p", ["Il manque :"]),
        ("ul", ["un", "deux"]),
        ("p", ["Au revoir"]),
    ]


class TestAvantDePartir:
    """Between its writing and its leaving, who may know of the dossier may have changed."""

    def _ecrite(self, **second: Any) -> tuple[Dossier, Courrier]:
        dossier = un_dossier()
        if second:
            factories.creer_responsable(dossier.famille, adresse=ADRESSE, **second)
        passer()
        return dossier, Courrier.objects.get()

    def _ecarter(self, dossier: Dossier) -> None:
        premier = dossier.famille.responsables.get(rang=1)
        premier.ecarte, premier.autorite_parentale = True, False
        premier.save()

    def test_qui_est_ecarte_depuis_ne_recoit_rien_l_autre_est_prevenu(self) -> None:
        dossier, courrier = self._ecrite(nom="Second", courriel="second@exemple.invalid")
        self._ecarter(dossier)
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
        assert [m.to for m in mail.outbox] == [["second@exemple.invalid"]]
        courrier.refresh_from_db()
        assert (courrier.rang, courrier.destinataire) == (2, "Maud Second")

    @pytest.mark.parametrize(("deja", "recus"), [(False, 1), (True, 0)])
    def test_une_decision_va_a_l_autre_s_il_ne_l_a_pas(self, deja: bool, recus: int) -> None:
        dossier = un_dossier()
        factories.creer_responsable(dossier.famille, nom="Second", courriel="second@exemple.invalid")
        decision = factories.creer_courrier(dossier, nature=DECISION, canal="courriel")
        if deja:
            factories.creer_courrier(dossier, nature=DECISION, rang=2)
        self._ecarter(dossier)
        envoyer_courrier(decision.pk, maintenant=factories.INSTANT)
        assert [m.to for m in mail.outbox] == [["second@exemple.invalid"]] * recus
        assert Courrier.objects.count() == 1

    def test_sans_personne_a_prevenir_elle_est_retiree_et_le_journal_le_dit(self) -> None:
        dossier, courrier = self._ecrite()
        self._ecarter(dossier)
        assert envoyer_courrier(courrier.pk, maintenant=factories.INSTANT) is None
        assert mail.outbox == []
        assert not Courrier.objects.exists()
        assert Journal.objects.filter(dossier=dossier, action="courrier").get().objet == "retire"

    def test_la_lettre_sur_papier_attend_sans_partir_chez_l_ecarte(self, client_de: Ouvrir) -> None:
        dossier, courrier = self._ecrite()
        Courrier.objects.update(canal="papier")
        self._ecarter(dossier)
        client = client_de("agent", mairie=dossier.mairie)
        lot = client.post(reverse("dossiers:courriers_imprimer"), {"courrier": [courrier.pk]}, follow=True)
        assert "Cochez au moins une lettre" in lot.text
        assert not Courrier.objects.exists()

    def test_elle_part_a_l_adresse_d_aujourd_hui(self) -> None:
        dossier, courrier = self._ecrite()
        dossier.famille.responsables.update(courriel="neuf@exemple.invalid")
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
        assert [m.to for m in mail.outbox] == [["neuf@exemple.invalid"]]

    def test_sans_adresse_electronique_desormais_elle_s_imprime(self) -> None:
        dossier, courrier = self._ecrite()
        dossier.famille.responsables.update(courriel="")
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
        assert (mail.outbox, Courrier.objects.get().canal) == ([], "papier")

    def test_une_lettre_partie_reste_ce_qu_elle_etait(self, client_de: Ouvrir) -> None:
        dossier, courrier = self._ecrite()
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
        avant = Courrier.objects.values().get()
        self._ecarter(dossier)
        envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
        client = client_de("agent", mairie=dossier.mairie)
        client.post(reverse("dossiers:courrier_pdf", args=[dossier.numero, courrier.pk]))
        assert Courrier.objects.values().get() == avant


@pytest.mark.django_db
def test_une_decision_en_attente_devient_discrete_si_la_famille_est_protegee() -> None:
    dossier = factories.creer_dossier()
    courrier = factories.creer_courrier(
        dossier, nature="decision_commission", corps="Une place à Câlin-Doudou pour Lino."
    )
    dossier.famille.protegee, dossier.famille.protegee_le = True, factories.INSTANT
    dossier.famille.save()
    partie = a_jour(courrier, maintenant=factories.INSTANT)
    assert partie is not None
    assert "Câlin" not in partie.corps
    assert "Lino" not in partie.objet + partie.corps
    assert dossier.numero in partie.corps
