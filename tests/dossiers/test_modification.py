"""Changing a dossier: what differs is written, nobody is overwritten, seniority never goes back."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from dossiers.models import Dossier, Journal
from dossiers.regles.saisie import SaisieBesoin, SaisieEnfant, SaisiePiece, SaisieResponsable
from dossiers.services.modification import modifier_dossier
from guichet.erreurs import ErreurMetier
from structures.models import Mairie, Structure
from tests import factories
from tests.dossiers.test_depot import JOUR, MAINTENANT, deposer, mairie, saisie, structure

__all__ = ["mairie", "structure"]


def modifier(dossier: Dossier, entree: object, mairie: Mairie, version: int | None = None) -> Dossier:
    return modifier_dossier(
        dossier,
        entree,
        version=dossier.version if version is None else version,
        par=None,
        mairie=mairie,
        maintenant=MAINTENANT + timedelta(days=3),
    )


@pytest.mark.django_db
def test_seul_ce_qui_change_est_ecrit(mairie: Mairie, structure: Structure) -> None:
    [dossier] = deposer(saisie(structure), mairie)
    responsable = dossier.famille.responsables.get()
    modifie = modifier(dossier, replace(saisie(structure), solution="famille"), mairie)
    assert (modifie.version, modifie.solution, modifie.famille.version) == (2, "famille", 1)
    assert dossier.famille.responsables.get() == responsable
    assert Journal.objects.filter(dossier=dossier, action="modification").get().details == {
        "parties": ["dossier"]
    }


@pytest.mark.django_db
def test_tout_se_modifie(mairie: Mairie, structure: Structure) -> None:
    [dossier] = deposer(saisie(structure), mairie)
    autre = factories.creer_structure()
    neuf = replace(
        saisie(structure),
        enfants=(SaisieEnfant("Ferrand", "Lino", naissance=date(2026, 9, 15)),),
        responsables=(
            SaisieResponsable("Ferrand", "Maud", telephone="0639984108"),
            SaisieResponsable("Petit", "Noé", ecarte=True, autorite_parentale=False),
        ),
        besoins=(
            SaisieBesoin("regulier", date(2027, 4, 1), (0, 1)),
            SaisieBesoin("occasionnel", date(2027, 4, 1), (4,)),
        ),
        voeux=(autre.pk, structure.pk),
        protegee=True,
    )
    modifier(dossier, neuf, mairie)
    frais = Dossier.objects.get()
    assert frais.enfant.date_naissance == date(2026, 9, 15)
    assert [r.nom for r in frais.famille.responsables.all()] == ["Ferrand", "Petit"]
    assert {b.type: b.demi_journees for b in frais.besoins.all()} == {"regulier": [0, 1], "occasionnel": [4]}
    assert [v.structure for v in frais.voeux.all()] == [autre, structure]
    assert frais.famille.protegee
    assert frais.famille.protegee_le == MAINTENANT + timedelta(days=3)
    modifier(frais, replace(neuf, besoins=neuf.besoins[:1], responsables=neuf.responsables[:1]), mairie)
    assert frais.besoins.count() == frais.famille.responsables.count() == 1


@pytest.mark.django_db
def test_la_piece_qui_manquait_complete_le_dossier_a_son_jour(mairie: Mairie, structure: Structure) -> None:
    pieces = tuple(p for p in saisie(structure).pieces if p.code != "domicile")
    [dossier] = deposer(saisie(structure, pieces=pieces), mairie)
    assert dossier.etat == "incomplet"
    vue = date(2026, 11, 25)
    complet = modifier(
        dossier, replace(saisie(structure), pieces=(*pieces, SaisiePiece("domicile", vue_le=vue))), mairie
    )
    assert (complet.etat, complet.complet_le) == ("actif", vue)
    apres = modifier(complet, replace(saisie(structure), pieces=(SaisiePiece("domicile"),)), mairie)
    assert (apres.etat, apres.complet_le, apres.complet_garde_le) == ("incomplet", None, None)


@pytest.mark.django_db
def test_un_changement_du_foyer_touche_la_version_du_jumeau(mairie: Mairie, structure: Structure) -> None:
    deux = replace(
        saisie(structure),
        enfants=(
            SaisieEnfant("Ferrand", "Lino", naissance=date(2026, 9, 14)),
            SaisieEnfant("Ferrand", "Sol", naissance=date(2026, 9, 14)),
        ),
    )
    premier, second = deposer(deux, mairie)
    seul = replace(deux, enfants=deux.enfants[:1])
    modifier(premier, replace(seul, solution="famille"), mairie)
    assert Dossier.objects.get(pk=second.pk).version == 1
    premier.refresh_from_db()
    modifier(premier, replace(seul, solution="famille", situation="couple"), mairie)
    assert Dossier.objects.get(pk=second.pk).version == 2
    with pytest.raises(ErreurMetier) as refus:
        modifier(second, replace(deux, enfants=deux.enfants[1:]), mairie, version=1)
    assert refus.value.code == "version_perimee"


@pytest.mark.django_db
def test_un_dossier_sorti_de_la_liste_ne_change_plus(mairie: Mairie, structure: Structure) -> None:
    dossier = factories.creer_dossier(etat="clos")
    with pytest.raises(ErreurMetier) as refus:
        modifier(dossier, saisie(structure), mairie)
    assert refus.value.code == "dossier_ferme"


@pytest.mark.django_db(transaction=True)
def test_deux_agents_en_meme_temps_un_seul_enregistre() -> None:
    lieu, creche = factories.creer_mairie(), factories.creer_structure()
    factories.creer_section(creche)
    [dossier] = deposer(saisie(creche), lieu)
    depart, issues = threading.Barrier(2), []

    def enregistrer(solution: str) -> None:
        try:
            depart.wait(timeout=20)
            modifier(dossier, replace(saisie(creche), solution=solution), lieu, version=1)
            issues.append(solution)
        except ErreurMetier as refus:
            issues.append(refus.code)
        finally:
            connection.close()

    fils = [threading.Thread(target=enregistrer, args=(s,)) for s in ("famille", "conge_parental")]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert issues.count("version_perimee") == 1
    frais = Dossier.objects.get()
    assert (frais.version, frais.solution) == (2, next(i for i in issues if i != "version_perimee"))
    assert frais.depose_le == JOUR
