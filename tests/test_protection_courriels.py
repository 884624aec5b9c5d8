"""What leaves by e-mail for a protected family: every letter there is, through the job that sends it."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from dossiers.models import Courrier, Dossier, Echeance
from dossiers.queries.courriers import OBJETS, Cadre
from dossiers.services.courriers import ecrire_courriers, envoyer_courrier, renvoyer_courrier
from dossiers.services.echeances import fin_de_journee
from tests import factories
from tests.protection.monde import MARQUES, REPERES, Monde, construire, echanger

pytestmark = pytest.mark.django_db
CADRE = Cadre("Saint-Étienne", "Relais petite enfance, 04 77 00 00 00", 6, 6)
A_ELLE = "hermeline-marque@exemple.invalid"


@pytest.fixture
def monde() -> Monde:
    return construire()


def ecrire(dossier: Dossier, nature: str) -> list[Courrier]:
    frais = Dossier.objects.select_related("enfant", "famille", "mairie").get(pk=dossier.pk)
    echeance = Echeance.objects.create(
        dossier=frais,
        nature=nature,
        reference=factories.JOUR + timedelta(days=Echeance.objects.count()),
        due_le=factories.JOUR,
        limite_le=fin_de_journee(factories.JOUR + timedelta(days=30)),
    )
    return ecrire_courriers(frais, echeance, cadre=CADRE, maintenant=factories.INSTANT)


def partis() -> Iterator[tuple[list[str], str]]:
    """(who receives, the message without its addressee) as the mail server gets it."""
    for message in mail.outbox:
        brut = message_from_bytes(message.message().as_bytes())
        entetes = [
            f"{n}: {make_header(decode_header(v))}" for n, v in brut.items() if n not in ("To", "Date")
        ]
        corps: Any = brut.get_payload(decode=True)
        yield message.recipients(), "\n".join([*entetes, corps.decode()])


def lus(texte: str) -> set[str]:
    marques = {
        nom for nom, formes in MARQUES.items() if any(f.casefold() in texte.casefold() for f in formes)
    }
    return marques | {nom for nom, mot in REPERES.items() if mot in texte}


@pytest.mark.parametrize("nature", sorted(OBJETS))
def test_un_courriel_ne_dit_ni_qui_ni_ou(nature: str, monde: Monde) -> None:
    [courrier] = ecrire(monde.dossier, nature)
    envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
    [(destinataires, texte)] = partis()
    assert destinataires == [A_ELLE], "un seul destinataire, jamais une personne écartée"
    assert lus(texte) == set()
    assert monde.dossier.numero in texte
    echanger(monde)
    [autre] = ecrire(monde.dossier, nature)
    assert (autre.objet, autre.corps) == (courrier.objet, courrier.corps), (
        "rien ne se devine par soustraction"
    )


def test_le_travail_qui_envoie_ne_porte_que_le_numero_du_courrier(monde: Monde) -> None:
    [courrier] = ecrire(monde.dossier, "renouvellement_1")
    with connection.cursor() as curseur:
        curseur.execute("SELECT args::text, queueing_lock FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
        arguments = curseur.fetchone()
    assert arguments == (f'{{"courrier_id": {courrier.pk}}}', None)


def test_une_copie_renvoyee_reste_discrete_et_pour_elle_seule(monde: Monde) -> None:
    [courrier] = ecrire(monde.dossier, "renouvellement_2")
    agent: Any = monde.personas["agent de sa mairie"]
    copie = renvoyer_courrier(courrier, canal="courriel", par=agent, maintenant=factories.INSTANT)
    envoyer_courrier(copie.pk, maintenant=factories.INSTANT)
    assert [(qui, lus(texte)) for qui, texte in partis()] == [([A_ELLE], set())]


def test_protegee_apres_l_ecriture_la_lettre_part_discrete(monde: Monde) -> None:
    """Written while nothing was hidden, handed over once the family is protected."""
    famille = monde.objets["famille"]
    famille.protegee, famille.protegee_le = False, None
    famille.save()
    [courrier] = ecrire(monde.dossier, "renouvellement_1")
    assert lus(courrier.corps) >= {"prénom de l’enfant", "mairie"}, "la recherche sait voir"
    famille.protegee, famille.protegee_le = True, factories.INSTANT
    famille.save()
    envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
    assert [(qui, lus(texte)) for qui, texte in partis()] == [([A_ELLE], set())]


def test_protegee_depuis_une_copie_est_discrete_aussi(monde: Monde) -> None:
    famille = monde.objets["famille"]
    famille.protegee, famille.protegee_le = False, None
    famille.save()
    [courrier] = ecrire(monde.dossier, "naissance_1")
    envoyer_courrier(courrier.pk, maintenant=factories.INSTANT)
    mail.outbox.clear()
    famille.protegee, famille.protegee_le = True, factories.INSTANT
    famille.save()
    agent: Any = monde.personas["agent de sa mairie"]
    copie = renvoyer_courrier(courrier, canal="courriel", par=agent, maintenant=factories.INSTANT)
    envoyer_courrier(copie.pk, maintenant=factories.INSTANT)
    assert [(qui, lus(texte)) for qui, texte in partis()] == [([A_ELLE], set())]
