"""Two dossiers of one child made one, then parted again."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from commissions.models import Passage
from dossiers.models import (
    Admission,
    Contact,
    DemandeUrgence,
    Dossier,
    Enfant,
    Famille,
    Fusion,
    Journal,
    LigneManuelle,
    PieceJustificative,
    Rapprochement,
    StatutRapprochement,
)
from dossiers.services.cycle import changer_etat
from dossiers.services.empreinte_fusion import mouvements, photographier
from dossiers.services.fusion import TRAITEMENTS, fusionner
from dossiers.services.fusion_defaire import blocages, defaire_fusion
from guichet.erreurs import ErreurMetier
from structures.models import Agent
from tests import factories
from tests.dossiers.scene import une_grille
from tests.factories import INSTANT

ABSORBE = dict.fromkeys(("enfant", "coordonnees", "foyer", "besoin", "voeux", "demande", "suivi"), "absorbe")
GARDE = dict.fromkeys(ABSORBE, "garde")
PARENT = {"nom": "Quorvamond", "prenom": "Maud", "telephone": "06 39 98 11 22"}


def deux_dossiers(*, memes_parents: bool = True, garde: dict[str, Any] | None = None, **champs: Any) -> tuple:
    """The same child entered at two counters, a brother on the second side."""
    famille = factories.creer_famille(responsable=PARENT, situation="couple")
    autre = factories.creer_famille(
        responsable=PARENT if memes_parents else {"nom": "Autrement", "prenom": "Paul"},
        situation="isole",
        quotient_familial=640,
    )
    ancien = factories.creer_dossier(
        enfant=factories.creer_enfant(famille, nom="Zyntharel", prenom="Lino"),
        voeux=[factories.creer_structure(), factories.creer_structure()],
        depose_le=date(2026, 9, 1),
        **{"complet_le": date(2026, 9, 20), "nb_passages": 1, "nb_refus_offre": 1} | (garde or {}),
    )
    recent = factories.creer_dossier(
        enfant=factories.creer_enfant(autre, nom="Zintharel", prenom="Lino Noé"),
        voeux=[factories.creer_structure()],
        besoin={"demi_journees": [0, 1]},
        **{"nb_passages": 2, "nb_refus_offre": 1, "numero_origine": "ANC-1"} | champs,
    )
    return ancien, recent


@pytest.fixture
def agent(db: None) -> Agent:
    return factories.creer_agent("coordination")


def test_chaque_reference_a_son_traitement() -> None:
    """A model that refers to a dossier, a child or a household says here what a merge does of it."""
    trouvees = {
        f"{modele._meta.label}.{champ.name}"
        for modele in apps.get_models()
        if not modele._meta.model_name.endswith("event")
        for champ in modele._meta.concrete_fields
        if champ.related_model in (Dossier, Famille, Enfant)
    }
    assert sorted(trouvees - TRAITEMENTS.keys()) == [], "à traiter dans dossiers/services/fusion.py"
    assert sorted(TRAITEMENTS.keys() - trouvees) == []


def urgence_sur(dossier: Dossier) -> DemandeUrgence:
    voeu = dossier.voeux.first()
    assert voeu is not None
    return factories.creer_urgence(factories.creer_section(voeu.structure), dossier=dossier)


def remplir(dossier: Dossier, agent: Agent) -> None:
    """A row of every kind that follows the dossier."""
    Contact.objects.create(dossier=dossier, canal="appel", issue="joint", le=INSTANT)
    vue = {"etat": "vue", "vue_le": date(2026, 11, 3), "equivalent": "livret de famille"}
    PieceJustificative.objects.create(dossier=dossier, code="identite", obligatoire=True, **vue)
    PieceJustificative.objects.create(famille=dossier.famille, code="domicile", obligatoire=True, **vue)
    LigneManuelle.objects.create(
        dossier=dossier, critere="avis", points=5, motif="avis_pmi", auteur=agent, posee_le=INSTANT
    )
    factories.creer_admission(factories.creer_section(), enfant=dossier.enfant, debut=date(2025, 9, 1))
    dossier.notes.create(texte="Rappeler le soir", ecrite_le=INSTANT)
    factories.creer_situation(dossier, factories.creer_agent("partenaire"))
    urgence_sur(dossier)
    tiers = factories.creer_dossier()
    bas, haut = sorted((dossier.pk, tiers.pk))
    Rapprochement.objects.create(
        dossier_id=bas, autre_id=haut, statut="distincts", motif="homonyme", le=INSTANT
    )


def test_tout_suit_le_rang_le_plus_ancien(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    remplir(absorbe, agent)
    frere = factories.creer_dossier(enfant=factories.creer_enfant(absorbe.famille, nom="Frère"))
    numero_tiers = Rapprochement.objects.get().autre_id
    fusion = fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    for objet in (garde, absorbe, frere, absorbe.enfant, garde.famille, garde.enfant):
        objet.refresh_from_db()
    assert (garde.depose_le, garde.complet_le, garde.etat) == (date(2026, 9, 1), date(2026, 9, 20), "actif")
    assert (garde.nb_passages, garde.nb_refus_offre, garde.numero_origine) == (2, 2, "ANC-1")
    assert (absorbe.etat, absorbe.motif_cloture) == ("clos", "doublon")
    assert garde.contacts.count() == garde.lignes_manuelles.count() == 1
    assert garde.notes.get().texte == "Rappeler le soir"
    assert garde.situations.get().cercle.count() == 1
    assert garde.pieces.get().etat == "vue"
    assert garde.famille.pieces.get().code == "domicile"
    assert Admission.objects.get().enfant == garde.enfant
    assert (garde.enfant.nom, garde.enfant.prenom) == ("Zintharel", "Lino Noé")
    assert (garde.famille.situation, garde.famille.quotient_familial) == ("isole", 640)
    assert [list(b.demi_journees) for b in garde.besoins.all()] == [[0, 1]]
    assert [v.structure_id for v in garde.voeux.all()] == [v.structure_id for v in absorbe.voeux.all()]
    assert frere.famille_id == garde.famille_id
    frere.enfant.refresh_from_db()
    assert frere.enfant.famille_id == garde.famille_id
    assert Rapprochement.objects.filter(statut="distincts", dossier=garde, autre=numero_tiers).exists()
    paire = Rapprochement.objects.get(statut=StatutRapprochement.MEME_ENFANT)
    assert {paire.dossier_id, paire.autre_id} == {garde.pk, absorbe.pk}
    assert Journal.objects.filter(action="fusion").count() == 2
    assert fusion.defaisable_jusqu_au == date(2026, 12, 23)


def test_le_choix_garde_et_ce_qui_manque_se_complete(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    avant = [v.structure_id for v in garde.voeux.all()]
    fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    famille = Famille.objects.get(pk=garde.famille_id)
    # Nothing said is erased by a blank.
    assert (famille.situation, famille.quotient_familial) == ("couple", 640)
    assert [v.structure_id for v in garde.voeux.all()] == avant
    assert Enfant.objects.get(pk=garde.enfant_id).nom == "Zyntharel"


@pytest.mark.parametrize("cote", ["garde", "absorbe"])
def test_une_preuve_ne_verifie_que_ses_propres_faits(agent: Agent, cote: str) -> None:
    garde, absorbe = deux_dossiers()
    vue = {"code": "ressources", "etat": "vue", "vue_le": date(2026, 11, 3)}
    PieceJustificative.objects.create(famille=garde.famille if cote == "garde" else absorbe.famille, **vue)
    autre = "absorbe" if cote == "garde" else "garde"
    fusionner(garde, absorbe, choix=GARDE | {"foyer": autre}, par=agent, maintenant=INSTANT)
    assert not PieceJustificative.objects.filter(famille=garde.famille, etat="vue").exists()


def test_la_protection_ne_baisse_jamais(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    Famille.objects.filter(pk=absorbe.famille_id).update(protegee=True, protegee_le=INSTANT)
    absorbe.famille.responsables.update(ecarte=True, opposition_ecrite=True)
    fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    assert set(Famille.objects.values_list("protegee", flat=True)) == {True}
    assert Famille.objects.get(pk=garde.famille_id).responsables.filter(ecarte=True, opposition_ecrite=True)


def test_un_second_parent_s_ajoute_et_sa_fratrie_reste(agent: Agent) -> None:
    garde, absorbe = deux_dossiers(memes_parents=False)
    frere = factories.creer_dossier(enfant=factories.creer_enfant(absorbe.famille, nom="Demi-frère"))
    fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    assert [r.nom for r in garde.famille.responsables.all()] == ["Quorvamond", "Autrement"]
    frere.refresh_from_db()
    assert frere.famille_id == absorbe.famille_id


def test_le_dossier_incomplet_devient_complet_par_l_autre(agent: Agent) -> None:
    garde, absorbe = deux_dossiers(garde={"etat": "incomplet", "complet_le": None})
    fusion = fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    garde.refresh_from_db()
    assert (garde.etat, garde.complet_le) == ("actif", absorbe.complet_le)
    defaire_fusion(fusion, par=agent, maintenant=INSTANT)
    garde.refresh_from_db()
    assert (garde.etat, garde.complet_le) == ("incomplet", None)


@pytest.mark.parametrize(("etat_garde", "etat_absorbe"), [("suspendu", "actif"), ("actif", "suspendu")])
def test_suspendu_et_en_attente(agent: Agent, etat_garde: str, etat_absorbe: str) -> None:
    garde, absorbe = deux_dossiers(garde={"etat": etat_garde}, etat=etat_absorbe)
    fusion = fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    garde.refresh_from_db()
    assert garde.etat == "actif"
    defaire_fusion(fusion, par=agent, maintenant=INSTANT + timedelta(days=2))
    for dossier, etat in ((garde, etat_garde), (absorbe, etat_absorbe)):
        dossier.refresh_from_db()
        assert (dossier.etat, dossier.suspendu_le) == (etat, INSTANT if etat == "suspendu" else None)


def test_defaire_remet_tout(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    remplir(absorbe, agent)
    remplir(garde, agent)
    Famille.objects.filter(pk=absorbe.famille_id).update(protegee=True, protegee_le=INSTANT)
    factories.creer_dossier(enfant=factories.creer_enfant(absorbe.famille, nom="Frère"), etat="incomplet")
    Admission.objects.filter(enfant=garde.enfant).update(debut=date(2024, 9, 1), fin=date(2025, 8, 31))
    avant = photographier(garde, absorbe)
    fusion = fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    assert len(fusion.mouvements) > 12
    with pytest.raises(ErreurMetier, match="défaites la réunion"):
        changer_etat(absorbe, "restaurer", par=agent, maintenant=INSTANT)
    defaire_fusion(fusion, par=agent, maintenant=INSTANT + timedelta(days=30))
    assert mouvements(avant, photographier(garde, absorbe)) == []
    absorbe.refresh_from_db()
    assert (absorbe.etat, absorbe.motif_cloture, absorbe.clos_le) == ("actif", "", None)
    assert absorbe.version > 1
    with pytest.raises(ErreurMetier, match="déjà défaite"):
        defaire_fusion(fusion, par=agent, maintenant=INSTANT)


def test_la_designation_d_un_employeur_suit_et_revient(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    mur, autre = (factories.creer_places_employeur(factories.creer_section()) for _ in range(2))
    suit = factories.creer_designe(mur, dossier=absorbe)
    double = factories.creer_designe(autre, dossier=absorbe)
    factories.creer_designe(autre, dossier=garde)
    fusion = fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    for designation, porteur in ((suit, garde), (double, absorbe)):
        designation.refresh_from_db()
        assert designation.dossier_id == porteur.pk
    defaire_fusion(fusion, par=agent, maintenant=INSTANT)
    suit.refresh_from_db()
    assert suit.dossier_id == absorbe.pk


def test_l_urgence_sans_reponse_suit_et_revient(agent: Agent) -> None:
    """One open at most per dossier: the second stays, the coordination answers it all the same."""
    garde, absorbe = deux_dossiers()
    suit = urgence_sur(absorbe)
    siennes = DemandeUrgence.objects.filter(pk=suit.pk)
    fusion = fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    suit.refresh_from_db()
    assert suit.dossier_id == garde.pk
    # What became of it meanwhile stays: the undo only gives it back.
    siennes.update(demi_journees=[0])
    assert blocages(fusion, maintenant=INSTANT) == []
    defaire_fusion(fusion, par=agent, maintenant=INSTANT)
    suit.refresh_from_db()
    assert (suit.dossier_id, suit.demi_journees) == (absorbe.pk, [0])
    double = urgence_sur(garde)
    fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    for urgence, porteur in ((suit, absorbe), (double, garde)):
        urgence.refresh_from_db()
        assert urgence.dossier_id == porteur.pk


def test_ce_qui_a_vecu_depuis_ne_se_defait_pas(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    fusion = fusionner(garde, absorbe, choix=ABSORBE, par=agent, maintenant=INSTANT)
    assert blocages(fusion, maintenant=INSTANT) == []
    assert "délai" in blocages(fusion, maintenant=INSTANT + timedelta(days=31))[0]
    garde.enfant.refresh_from_db()
    garde.enfant.prenom = "Lino Zoé"
    garde.enfant.save()
    garde.refresh_from_db()
    changer_etat(garde, "proposer", par=agent, maintenant=INSTANT)
    with pytest.raises(ErreurMetier) as refus:
        defaire_fusion(fusion, par=agent, maintenant=INSTANT)
    assert "l’enfant a été modifié" in refus.value.message
    assert f"{garde.numero} est devenu « place proposée »" in refus.value.message
    assert Fusion.objects.get().defaite_le is None


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"etat": "propose"}, "attendez la réponse"),
        ({"etat": "admis"}, "est admis"),
        ({"etat": "clos"}, "est clos"),
    ],
)
def test_ce_qui_ne_se_fusionne_pas(agent: Agent, champs: dict[str, Any], dit: str) -> None:
    garde, absorbe = deux_dossiers(**champs)
    with pytest.raises(ErreurMetier, match=dit):
        fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    assert not Fusion.objects.exists()


def test_une_mutation_n_est_pas_un_doublon(agent: Agent) -> None:
    place = factories.creer_admission(factories.creer_section())
    garde, absorbe = deux_dossiers(nature="mutation", admission_actuelle=place)
    with pytest.raises(ErreurMetier, match="mutation"):
        fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)


def test_une_page_lue_trop_tot_ne_fusionne_pas(agent: Agent) -> None:
    garde, absorbe = deux_dossiers()
    versions = (garde.version, absorbe.version + 1)
    with pytest.raises(ErreurMetier, match="vient de changer"):
        fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT, versions=versions)


@pytest.mark.django_db(transaction=True)
def test_deux_fusions_croisees_une_seule_passe() -> None:
    agent = factories.creer_agent("coordination")
    un, deux = deux_dossiers()
    depart = threading.Barrier(2)
    issues: list[str] = []

    def fondre(garde: Dossier, absorbe: Dossier) -> None:
        try:
            depart.wait()
            fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
            issues.append("faite")
        except ErreurMetier as refus:
            issues.append(refus.code)
        finally:
            connection.close()

    fils = [threading.Thread(target=fondre, args=sens) for sens in ((un, deux), (deux, un))]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == ["deja_fusionne", "faite"]
    assert Fusion.objects.count() == 1
    assert Dossier.objects.filter(etat="clos").count() == 1


def test_une_seance_gelee_garde_sa_liste(agent: Agent) -> None:
    une_grille()
    seance = factories.creer_seance_gelee()
    assert Passage.objects.filter(seance=seance).exists()
    absorbe = Passage.objects.filter(seance=seance).first().dossier
    avant = list(Passage.objects.filter(seance=seance).values())
    garde = factories.creer_dossier(depose_le=date(2026, 1, 2), complet_le=date(2026, 1, 3))
    fusionner(garde, absorbe, choix=GARDE, par=agent, maintenant=INSTANT)
    assert list(Passage.objects.filter(seance=seance).values()) == avant
