"""« Que répondre au téléphone » : the French itself, situation by situation; the same for everyone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import ActionJournal, Journal, MotifCloture
from dossiers.regles import cycle
from dossiers.regles.reponse import NEUTRE, ChoixDit, FaitsReponse, reponse
from structures.models import Profil
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import CAF, NOM, PARENT, un_dossier_complet, une_grille

Ouvrir = Callable[..., ClientStrict]
JOUR = date(2026, 11, 23)
TROIS = (ChoixDit(1, 43), ChoixDit(2, 4), ChoixDit(3, 12))
ACTIF = FaitsReponse("actif", JOUR, complet_le=date(2026, 11, 3), choix=TROIS, tolerance_jours=30)


def seul(**champs: Any) -> FaitsReponse:
    return replace(ACTIF, choix=(ChoixDit(1, **champs),))


SITUATIONS: list[tuple[FaitsReponse, tuple[str, str, str]]] = [
    (
        FaitsReponse("incomplet", JOUR, manquantes=("domicile",)),
        (
            "Votre demande est enregistrée, mais elle n’est pas encore complète.",
            "Il manque encore un justificatif de domicile.",
            "Montrez ce qui manque à votre mairie : votre ancienneté compte du jour où tout est là.",
        ),
    ),
    (
        FaitsReponse("incomplet", JOUR, manquantes=("identite", "domicile", "handicap_enfant", "suivi")),
        (
            "Votre demande est enregistrée, mais elle n’est pas encore complète.",
            "Il manque encore l’acte de naissance ou la déclaration de grossesse, un justificatif de domicile"
            " et un autre papier.",
            "Montrez ce qui manque à votre mairie : votre ancienneté compte du jour où tout est là.",
        ),
    ),
    (
        FaitsReponse("incomplet", JOUR, manquantes=("ressources",)),
        (
            "Votre demande est enregistrée, mais elle n’est pas encore complète.",
            "Il manque encore un autre papier.",
            "Montrez ce qui manque à votre mairie : votre ancienneté compte du jour où tout est là.",
        ),
    ),
    (
        FaitsReponse("incomplet", JOUR),
        (
            "Votre demande est enregistrée, mais elle n’est pas encore complète.",
            "Les papiers ont été montrés, et un agent doit encore relire la demande.",
            "Rappelez votre mairie dans quelques jours si elle ne vous a pas écrit.",
        ),
    ),
    (
        replace(ACTIF, seance=date(2027, 1, 6)),
        (
            "Votre demande est complète et attend une place ; elle sera étudiée le 6 janvier 2027.",
            "Pour votre premier choix, environ 40 enfants sont avant le vôtre, tous âges confondus ;"
            " pour votre deuxième choix, moins de 10 enfants sont avant le vôtre, tous âges confondus.",
            "Rien à faire pour l’instant : prévenez votre mairie si votre adresse ou vos jours changent.",
        ),
    ),
    (
        seul(devant=0),
        (
            "Votre demande est complète et attend une place.",
            "Pour votre premier choix, aucun enfant n’est avant le vôtre, mais une place doit se libérer.",
            "Ajouter d’autres crèches à vos choix augmente vos chances.",
        ),
    ),
    (
        seul(),
        (
            "Votre demande est complète et attend une place.",
            "Les demandes sont plus nombreuses que les places, et la vôtre n’est pas encore classée.",
            "Ajouter d’autres crèches à vos choix augmente vos chances.",
        ),
    ),
    (
        replace(ACTIF, transfert=True, tolerance_jours=0),
        (
            "Votre demande de changement de crèche est complète et attend une place.",
            "Pour votre premier choix, environ 40 enfants sont avant le vôtre, tous âges confondus ;"
            " pour votre deuxième choix, moins de 10 enfants sont avant le vôtre, tous âges confondus.",
            "Accepter une date d’entrée un peu plus souple augmente vos chances.",
        ),
    ),
    (
        replace(ACTIF, choix=(ChoixDit(1, 1204),), a_verifier=True),
        (
            "Votre demande est complète et attend une place.",
            "Pour votre premier choix, environ 1 200 enfants sont avant le vôtre, tous âges confondus.",
            "Apportez à votre mairie les justificatifs demandés : ce qui n’est pas prouvé ne compte pas.",
        ),
    ),
    (
        replace(ACTIF, choix=(ChoixDit(1, 3), ChoixDit(2, 8)), a_naitre=True),
        (
            "Votre demande est complète et attend une place.",
            "Pour votre premier choix, moins de 10 enfants sont avant le vôtre, tous âges confondus.",
            "Après la naissance, apportez l’acte de naissance à votre mairie.",
        ),
    ),
    (
        seul(possible_le=date(2027, 3, 14)),
        (
            "Votre demande est complète et attend une place.",
            "Les crèches choisies n’accueillent pas d’enfant aussi jeune avant mars 2027.",
            "Voyez avec votre mairie une autre date d’entrée ou une autre crèche.",
        ),
    ),
    (
        seul(trop_grand=True),
        (
            "Votre demande est complète et attend une place.",
            "Les crèches choisies n’accueillent plus les enfants de cet âge à la date demandée.",
            "Voyez avec votre mairie une autre date d’entrée ou une autre crèche.",
        ),
    ),
    (
        replace(ACTIF, choix=(ChoixDit(1, 3, possible_le=date(2027, 3, 14)), ChoixDit(2, 20))),
        (
            "Votre demande est complète et attend une place.",
            "Pour votre deuxième choix, environ 20 enfants sont avant le vôtre, tous âges confondus.",
            "Revoyez votre premier choix : cette crèche n’accueille pas encore les enfants de cet âge.",
        ),
    ),
    (
        replace(ACTIF, choix=()),
        (
            "Votre demande est complète et attend une place.",
            "Aucune crèche n’est choisie dans votre demande.",
            "Voyez avec votre mairie une autre date d’entrée ou une autre crèche.",
        ),
    ),
    (
        replace(ACTIF, choix=(ChoixDit(1, 12),), a_renouveler_le=date(2026, 12, 1), a_verifier=True),
        (
            "Votre demande est complète et attend une place.",
            "Pour votre premier choix, environ 10 enfants sont avant le vôtre, tous âges confondus.",
            "Confirmez votre demande à votre mairie avant le 1er décembre 2026, sinon elle sera fermée.",
        ),
    ),
    (
        replace(ACTIF, regulier=False, a_renouveler_le=date(2026, 11, 20)),
        (
            "Votre demande d’accueil occasionnel est enregistrée.",
            "L’accueil occasionnel ne passe pas en commission : chaque crèche répond selon ses places.",
            "Confirmez vite votre demande auprès de votre mairie : la date est passée.",
        ),
    ),
    (
        FaitsReponse("propose", JOUR),
        (
            "Une place vous est proposée.",
            "La proposition vous a été envoyée, avec la crèche, les jours et la date limite.",
            "Répondez avant cette date : sans réponse, la place va à une autre famille.",
        ),
    ),
    (
        FaitsReponse("admis", JOUR),
        (
            "Votre enfant a une place.",
            "Votre demande a été acceptée et elle a quitté la liste d’attente.",
            "Appelez la crèche pour fixer les premiers jours et signer le contrat.",
        ),
    ),
    (
        FaitsReponse("suspendu", JOUR),
        (
            "Votre demande est en pause.",
            "Elle n’est pas proposée pendant ce temps, mais elle garde son ancienneté.",
            "Dites à votre mairie quand vous voulez la reprendre.",
        ),
    ),
    (
        FaitsReponse("clos", JOUR, clos_le=date(2026, 11, 2), motif_cloture="autre_mode"),
        (
            "Votre demande est fermée depuis le 2 novembre 2026.",
            "Vous nous avez dit ne plus en avoir besoin.",
            "Appelez votre mairie : elle peut encore la rouvrir, ou en enregistrer une nouvelle.",
        ),
    ),
    (
        FaitsReponse("clos", JOUR, clos_le=date(2026, 11, 2), motif_cloture="perime"),
        (
            "Votre demande est fermée depuis le 2 novembre 2026.",
            "Elle n’a pas été confirmée à temps.",
            "Appelez votre mairie : elle peut encore la rouvrir, ou en enregistrer une nouvelle.",
        ),
    ),
    (
        FaitsReponse("clos", JOUR, clos_le=date(2026, 11, 2), motif_cloture="deces"),
        (
            "Votre demande est fermée depuis le 2 novembre 2026.",
            "Votre mairie vous dira pourquoi de vive voix.",
            "Vous n’avez aucune démarche à faire.",
        ),
    ),
    (FaitsReponse("anonymise", JOUR), NEUTRE.phrases),
    (replace(ACTIF, protege=True, a_renouveler_le=JOUR), NEUTRE.phrases),
]


@pytest.mark.parametrize(("faits", "attendues"), SITUATIONS)
def test_ce_qu_on_dit(faits: FaitsReponse, attendues: tuple[str, str, str]) -> None:
    dites = reponse(faits).phrases
    assert tuple(p.replace("\u00a0", " ").replace("\u202f", " ") for p in dites) == attendues
    for phrase in dites:
        assert phrase[0].isupper()
        assert phrase.endswith(".")
        assert ". " not in phrase
        for jargon in ("dossier", "vœu", "cotation", "section", "point", "créneau", "incomplet", "EAJE"):
            assert jargon not in phrase


def test_chaque_etat_et_chaque_motif_ont_leurs_phrases() -> None:
    etats = [FaitsReponse(etat, JOUR) for etat in (*cycle.EN_ATTENTE, "admis", "suspendu")]
    for faits in (*etats, *(FaitsReponse("clos", JOUR, motif_cloture=m) for m in MotifCloture.values)):
        assert reponse(faits) != NEUTRE
        assert all(reponse(faits).phrases)


def lues(client: ClientStrict, numero: str) -> str:
    page = client.get(reverse("dossiers:fiche", args=[numero])).content.decode()
    return page.partition('id="titre-reponse"')[2].partition("</section>")[0]


def demandees(client: ClientStrict, numero: str) -> str:
    reponse_ = client.post(reverse("dossiers:reponse"), {"numero": numero})
    assert reponse_.status_code == 200
    return reponse_.content.decode().partition('id="titre-reponse"')[2].partition("</section>")[0]


@pytest.mark.django_db
class TestPourChacun:
    def test_les_memes_mots_pour_le_guichet_la_direction_et_l_elu(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille())
        clients = [client_de(profil) for profil in ("agent", "coordination", "direction")]
        choisie = client_de("direction", structure=dossier.voeux.first().structure)
        textes = {lues(client, dossier.numero) for client in (*clients, choisie)}
        textes |= {demandees(client_de(profil), dossier.numero) for profil in ("membre", "presidence")}
        assert len(textes) == 1
        assert "Apportez à votre mairie les justificatifs demandés" in textes.pop()

    def test_un_dossier_protege_un_numero_inconnu_et_un_dossier_efface_se_disent_pareil(
        self, client_de: Ouvrir
    ) -> None:
        protege = un_dossier_complet(foyer={"protegee": True})
        client = client_de("membre")
        textes = {demandees(client, numero) for numero in (protege.numero, "2026-999999")}
        textes |= {lues(client_de("agent", mairie=protege.mairie), protege.numero)}
        textes |= {lues(client_de("direction"), protege.numero)}
        assert len(textes) == 1
        assert NEUTRE.ou in textes.pop()

    def test_l_elu_n_apprend_rien_d_autre_et_le_journal_le_sait(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille())
        client = client_de("membre")
        page = client.post(reverse("dossiers:reponse"), {"numero": f" {dossier.numero} "}).content.decode()
        for cache in (NOM, PARENT, CAF, dossier.mairie.nom, *(v.structure.nom for v in dossier.voeux.all())):
            assert cache not in page
        ligne = Journal.objects.get()
        assert (ligne.par, ligne.dossier, ligne.action) == (client.agent, dossier, ActionJournal.LECTURE)
        client.post(reverse("dossiers:reponse"), {"numero": "2026-999999"})
        assert Journal.objects.filter(dossier=None, objet="reponse:2026-999999").exists()

    def test_un_numero_mal_ecrit_se_corrige(self, client_de: Ouvrir) -> None:
        page = client_de("presidence").post(reverse("dossiers:reponse"), {"numero": "26-12"}).content.decode()
        assert "AAAA-NNNNNN" in page
        assert 'value="26-12"' in page

    def test_le_rang_ne_compte_aucun_dossier_protege(self, client_de: Ouvrir) -> None:
        grille, structure = une_grille(), factories.creer_structure()
        factories.creer_section(structure)
        sien = factories.creer_dossier(voeux=[structure])
        factories.creer_cotation(sien, grille, 10)
        protegee = factories.creer_famille(protegee=True)
        cache = factories.creer_dossier(famille=protegee, voeux=[structure], mairie=sien.mairie)
        factories.creer_cotation(cache, grille, 90)
        client = client_de("agent", mairie=sien.mairie)
        assert "aucun enfant n’est avant le vôtre" in lues(client, sien.numero)
        devant = factories.creer_dossier(voeux=[structure])
        factories.creer_cotation(devant, grille, 50)
        assert "moins de 10 enfants" in lues(client, sien.numero)

    def test_la_prochaine_seance_est_celle_de_l_entree(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille())
        factories.creer_seance(date_effet=date(2027, 3, 1))
        client = client_de("coordination")
        assert "sera étudiée" not in lues(client, dossier.numero)
        factories.creer_seance()
        assert "sera étudiée le 12\u00a0mai\u00a02027" in lues(client, dossier.numero)

    def test_repondre_au_numero_coute_toujours_autant(self, client_de: Ouvrir) -> None:
        grille, client = une_grille(), client_de(Profil.MEMBRE)
        simple, riche = un_dossier_complet(grille=grille), un_dossier_complet(grille=grille)
        for n in range(3):
            riche.voeux.create(rang=3 + n, structure=factories.creer_section().structure)
        comptes = []
        for dossier in (simple, riche):
            demandees(client, dossier.numero)
            with CaptureQueriesContext(connection) as requetes:
                demandees(client, dossier.numero)
            comptes.append(len(requetes))
        assert comptes[0] == comptes[1], comptes
