"""The nightly purge: what loses its names loses them everywhere, once, whatever night is replayed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.utils import timezone

from commissions.models import OrdreDuJour, Passage
from dossiers.models import (
    Admission,
    Brouillon,
    Dossier,
    Enfant,
    Famille,
    Journal,
    LigneReprise,
    Maintien,
    NuitConservation,
    PieceJustificative,
    Reprise,
    Responsable,
    TraceStatistique,
)
from dossiers.regles.anonymisation import Traitement
from dossiers.services import conservation
from dossiers.services.anonymisation import balayages, traitements
from dossiers.services.conservation import passer_la_conservation
from dossiers.services.cycle import changer_etat
from dossiers.services.histoire import ouvrir_la_purge
from dossiers.services.journal import journaliser
from structures.models import Tache
from structures.regles.reglages import REGLAGES
from tests import factories

pytestmark = pytest.mark.django_db
MARQUE = "zqxj"
NUIT = date(2028, 6, 2)
MAINTENANT = datetime(2028, 6, 2, 1, tzinfo=UTC)
# Text an emptied row keeps though nobody chose it from a list: numbers of ours, no word of a family.
TEXTES_GARDES = {
    ("dossiers.Dossier", "numero"),
    ("commissions.Passage", "numero_ordre"),
    ("commissions.OrdreDuJour", "empreinte"),
    *(("commissions.Lettre", nom) for nom in ("auteur", "objet", "corps", "empreinte")),
    ("dossiers.Reprise", "empreinte"),
    ("structures.Tache", "nature"),
}


@pytest.fixture(autouse=True)
def fichiers(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def clore(dossier: Dossier, le: datetime = factories.INSTANT, motif: str = "retire_famille") -> Dossier:
    return changer_etat(dossier, "clore", motif=motif, par=None, maintenant=le)


def nos_modeles() -> Iterator[type[models.Model]]:
    for modele in apps.get_models():
        suivi = hasattr(modele, "pgh_tracked_model")
        if modele._meta.app_label in {"structures", "dossiers", "commissions"} and not suivi:
            yield modele


def test_chaque_modele_dit_ce_qu_il_devient() -> None:
    """A new model, or a new column of an emptied one, fails here until somebody decides."""
    import commissions.regles.anonymisation as celles
    import dossiers.regles.anonymisation as notres

    hors = notres.HORS | celles.HORS
    connus = {m._meta.label for m in nos_modeles()}
    assert connus - set(traitements()) - set(hors) == set(), "que deviennent-ils à l’anonymisation ?"
    assert (set(traitements()) | set(hors)) - connus == set(), "modèles disparus"
    assert set(traitements()) & set(hors) == set()
    for nom, traitement in traitements().items():
        if not traitement.supprime and not traitement.special:
            _colonnes_dites(nom, traitement)
    for balayage in balayages():
        assert balayage.reglage in REGLAGES
        modele = apps.get_model(balayage.modele)
        for colonne in (balayage.jour, *balayage.vides, *balayage.parmi):
            modele._meta.get_field(colonne)


def _colonnes_dites(nom: str, traitement: Traitement) -> None:
    champs = {c.name: c for c in apps.get_model(nom)._meta.concrete_fields}
    dites = [*traitement.vides, *traitement.mois, *traitement.gardes]
    assert sorted(dites) == sorted(champs), nom
    for garde in traitement.gardes:
        libre = isinstance(champs[garde], models.CharField | models.TextField) and not champs[garde].choices
        assert not libre or (nom, garde) in TEXTES_GARDES, f"{nom}.{garde} est un texte libre"
        assert not isinstance(champs[garde], models.JSONField | models.FileField), f"{nom}.{garde}"


def test_ce_qui_est_hors_de_la_purge_ne_nomme_aucune_famille() -> None:
    import dossiers.regles.anonymisation as notres

    sujets = {"dossiers.Dossier", "dossiers.Enfant", "dossiers.Famille", "dossiers.Responsable"}
    projections = {"dossiers.LigneListe", "dossiers.LigneVoeu", "dossiers.TraceStatistique"}
    for nom in set(notres.HORS) - projections:
        for champ in apps.get_model(nom)._meta.concrete_fields:
            cible = champ.related_model
            assert cible is None or cible._meta.label not in sujets, f"{nom}.{champ.name}"


def une_famille_partout() -> Dossier:
    """One household that left something in every table that can hold something."""
    section = factories.creer_section()
    famille = factories.creer_famille(numero_allocataire="1234567", faits={"logement_precaire": True})
    factories.creer_responsable(famille)
    enfant = factories.creer_enfant(famille, date_naissance=date(2025, 3, 14))
    agent = factories.creer_agent("coordination")
    dossier = factories.creer_dossier(
        famille=famille, enfant=enfant, voeux=[section.structure], quartier=section.structure.quartier
    )
    factories.creer_cotation(dossier, factories.creer_grille(), 120)
    PieceJustificative.objects.create(famille=famille, code="domicile")
    PieceJustificative.objects.create(dossier=dossier, code="identite")
    journaliser("lecture", par=agent, maintenant=factories.INSTANT, dossier=dossier, objet="fiche")
    dates = {"cree_le": factories.INSTANT, "modifie_le": factories.INSTANT}
    Brouillon.objects.create(agent=agent, dossier=dossier, **dates)
    seance = factories.creer_seance_gelee()
    with ouvrir_la_purge(par=None, motif="essai", maintenant=factories.INSTANT):
        clore(Passage.objects.get().dossier)
        Passage.objects.update(dossier=dossier)
    for version in ("nominative", "sans_noms"):
        contenu = MARQUE.encode() if version == "nominative" else b"%PDF-"
        factories.creer_ordre_du_jour(seance, version=version, octets=contenu)
    reprise = Reprise.objects.create(
        contenu="dossiers",
        nom_fichier="x.csv",
        empreinte="0" * 64,
        etat="essayee",
        deposee_le=factories.INSTANT,
    )
    reprise.fichier.save(f"{MARQUE}.bin", ContentFile(MARQUE.encode()))
    LigneReprise.objects.create(reprise=reprise, ligne=1, cle="c", identite="i", dossier=dossier)
    factories.creer_tache(etat="faite", finie_le=factories.INSTANT, demandee_par=agent)
    # Gone before the purge: only the history remembers them.
    Responsable.objects.get(famille=famille, rang=2).delete()
    factories.creer_admission(
        section, enfant=enfant, debut=date(2024, 9, 3), fin=date(2025, 5, 20), cle_reprise="k"
    )
    return clore(dossier)


def tables() -> dict[str, list[tuple[str, str]]]:
    """Every table of the schema with its text and JSON columns, asked of PostgreSQL."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        )
        trouvees: dict[str, list[tuple[str, str]]] = {}
        for table, colonne, genre in curseur.fetchall():
            trouvees.setdefault(table, [])
            if genre in ("text", "character varying", "jsonb"):
                trouvees[table].append((colonne, genre))
    return trouvees


def _gardees() -> dict[str, set[str]]:
    """Table -> columns that hold no word of a family: closed lists, and the numbers of `TEXTES_GARDES`."""
    gardees: dict[str, set[str]] = {"pghistory_context": set()}
    noms = {*traitements(), *(b.modele for b in balayages())}
    for modele in apps.get_models():
        suivi = getattr(modele, "pgh_tracked_model", modele)
        if suivi._meta.label in noms:
            gardees[modele._meta.db_table] = {
                c.column
                for c in modele._meta.concrete_fields
                if c.choices
                or isinstance(c, models.FileField)
                or c.name == "pgh_label"
                or (suivi._meta.label, c.name) in TEXTES_GARDES
            }
    return gardees


def marquer() -> int:
    """A mark in every text or JSON column of every row of these tables, their history included."""
    posees, gardees = 0, _gardees()
    porte = ouvrir_la_purge(par=None, motif="essai", maintenant=factories.INSTANT)
    with porte, connection.cursor() as curseur:
        for table, colonnes in tables().items():
            for colonne, genre in colonnes if table in gardees else ():
                if colonne in gardees[table]:
                    continue
                valeur = MARQUE if genre != "jsonb" else f'{{"{MARQUE}": "{MARQUE}"}}'
                # A line of the journal about no dossier is about no family.
                ou = "WHERE dossier_id IS NOT NULL" if "journal" in table else ""
                curseur.execute(f'UPDATE "{table}" SET "{colonne}" = %s {ou}', [valeur])
                posees += curseur.rowcount
    return posees


def marques() -> list[str]:
    """The tables where a mark is left, whatever the type of the column."""
    restent = []
    with connection.cursor() as curseur:
        for table in tables():
            curseur.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{MARQUE}%"])
            if nombre := curseur.fetchone()[0]:
                restent.append(f"{table} : {nombre}")
    return sorted(restent)


def marques_des_fichiers(racine: Path) -> list[str]:
    fichiers = [f for f in racine.rglob("*") if f.is_file()]
    return [f.name for f in fichiers if MARQUE in f.name or MARQUE.encode() in f.read_bytes()]


def test_rien_ne_reste_nulle_part(fichiers: Path, django_capture_on_commit_callbacks: Any) -> None:
    dossier = une_famille_partout()
    vides = {n for n in traitements() if not apps.get_model(n)._base_manager.exists()}
    assert len(traitements()) - len(vides) >= 14, vides
    assert marquer() > 100
    assert len(marques()) > 20
    assert len(marques_des_fichiers(fichiers)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        nuit = passer_la_conservation(NUIT + timedelta(days=400), maintenant=MAINTENANT)
    assert marques() == []
    assert marques_des_fichiers(fichiers) == []
    assert OrdreDuJour.objects.filter(version="sans_noms").exclude(fichier="").count() == 1
    # What is counted stays.
    assert nuit.dossiers == {"retire": 2}
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.motif_cloture) == ("anonymise", "retire_famille")
    assert (dossier.depose_le, timezone.localdate(dossier.clos_le)) == (date(2026, 11, 1), date(2026, 11, 1))
    trace = TraceStatistique.objects.get(dossier=dossier)
    assert (trace.verifie, trace.age_entree_mois, trace.nb_demi_journees) == (120, 30, 10)
    assert (trace.types_structures, trace.quartier) == (["multi_accueil"], None)
    assert Admission.objects.get(enfant=dossier.enfant_id).debut == date(2024, 9, 1)
    enfant = Enfant.objects.get(pk=dossier.enfant_id)
    assert (enfant.nom, enfant.date_naissance) == ("", date(2025, 3, 1))
    assert Passage.objects.get(dossier=dossier).verifie is not None


def test_une_autre_famille_ne_perd_rien() -> None:
    une_famille_partout()
    autre = factories.creer_dossier(voeux=[factories.creer_structure()])
    recent = clore(factories.creer_dossier(), datetime(2027, 12, 1, tzinfo=UTC))
    avant = [Responsable.objects.filter(famille=d.famille).values().get() for d in (autre, recent)]
    passer_la_conservation(NUIT, maintenant=MAINTENANT)
    apres = [Responsable.objects.filter(famille=d.famille).values().get() for d in (autre, recent)]
    assert avant == apres
    autre.refresh_from_db()
    assert (autre.voeux.count(), autre.etat) == (1, "actif")
    evenements = apps.get_model("dossiers", "DossierEvent")
    assert evenements.objects.filter(pgh_obj_id=autre.pk).exists()


def test_une_ligne_passee_a_un_autre_foyer_le_suit() -> None:
    """A merge moved the adult: its past in the absorbed household does not take it away."""
    ancien, nouveau = clore(factories.creer_dossier()), factories.creer_dossier()
    parti = factories.creer_responsable(ancien.famille, nom="Parti")
    Responsable.objects.filter(pk=parti.pk).update(famille=nouveau.famille)
    passer_la_conservation(NUIT, maintenant=MAINTENANT)
    assert Responsable.objects.filter(pk=parti.pk, nom="Parti").exists()


def test_le_quartier_reste_quand_assez_de_dossiers_le_partagent() -> None:
    quartier, seul = factories.creer_quartier(), factories.creer_quartier()
    for _ in range(5):
        clore(factories.creer_dossier(quartier=quartier))
    clore(factories.creer_dossier(quartier=seul))
    passer_la_conservation(NUIT, maintenant=MAINTENANT)
    assert sorted(TraceStatistique.objects.values_list("quartier", flat=True), key=str) == [
        *[quartier.pk] * 5,
        None,
    ]
    assert not Dossier.objects.exclude(quartier=None).exists()


def test_rejouer_une_nuit_ne_fait_rien_de_plus() -> None:
    for _ in range(3):
        clore(factories.creer_dossier())
    tenu = clore(factories.creer_dossier())
    agent = factories.creer_agent("dpo")
    conservation.maintenir(
        tenu, motif="recours", jusqu_au=date(2029, 1, 1), par=agent, maintenant=factories.INSTANT
    )
    premiere = passer_la_conservation(NUIT, maintenant=MAINTENANT)
    lignes = Journal.objects.count()
    seconde = passer_la_conservation(NUIT, maintenant=MAINTENANT)
    assert premiere.dossiers == seconde.dossiers == {"retire": 3}
    assert Journal.objects.count() == lignes
    assert passer_la_conservation(NUIT + timedelta(days=1), maintenant=MAINTENANT).dossiers == {}
    conservation.lever_maintien(Maintien.objects.get(), par=agent, maintenant=MAINTENANT)
    assert passer_la_conservation(NUIT + timedelta(days=2), maintenant=MAINTENANT).dossiers == {"retire": 1}
    assert not Maintien.objects.exists()


TUE = """
import os, signal, django
django.setup()
from datetime import UTC, date, datetime
from dossiers.services import conservation
vrai, restants = conservation.changer_etat, [3]
def meurt(dossier, action, **suite):
    restants[0] -= 1
    if restants[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return vrai(dossier, action, **suite)
conservation.changer_etat, conservation.LOT = meurt, 2
conservation.passer_la_conservation(date(2028, 6, 2), maintenant=datetime(2028, 6, 2, 1, tzinfo=UTC))
"""


@pytest.mark.django_db(transaction=True)
def test_une_nuit_tuee_se_reprend_et_compte_juste(environnement_de_test: dict[str, str]) -> None:
    """kill -9 in the second chunk: what is committed is counted, the rest waits for the next run."""
    for _ in range(5):
        clore(factories.creer_dossier())
    tuee = subprocess.run(
        [sys.executable, "-c", TUE],
        cwd=settings.BASE_DIR,
        env={**environnement_de_test, "DJANGO_SETTINGS_MODULE": "guichet.settings"},
        check=False,
        capture_output=True,
    )
    assert tuee.returncode == -signal.SIGKILL, tuee.stderr
    assert Dossier.objects.filter(etat="anonymise").count() == 2 == TraceStatistique.objects.count()
    assert NuitConservation.objects.get().dossiers == {"retire": 2}
    assert NuitConservation.objects.get().finie_le is None
    nuit = passer_la_conservation(NUIT, maintenant=MAINTENANT)
    assert (nuit.dossiers, nuit.familles) == ({"retire": 5}, 5)
    assert Famille.objects.exclude(anonymisee_le=None).count() == 5


def test_un_enfant_present_garde_son_nom() -> None:
    admission = factories.creer_admission(factories.creer_section(), fin=date(2027, 8, 31))
    passer_la_conservation(date(2030, 8, 30), maintenant=MAINTENANT)
    assert Enfant.objects.exclude(nom="").count() == 1
    passer_la_conservation(date(2030, 8, 31), maintenant=MAINTENANT)
    assert not Enfant.objects.exclude(nom="").exists()
    assert not Responsable.objects.exists()
    admission.refresh_from_db()
    assert (admission.debut, admission.fin) == (date(2026, 9, 1), date(2027, 8, 31))


def test_le_journal_des_lectures_se_vide_et_garde_les_actes() -> None:
    dossier = factories.creer_dossier()
    for action in ("lecture", "depot"):
        journaliser(action, par=None, maintenant=factories.INSTANT, dossier=dossier)
    nuit = passer_la_conservation(date(2027, 11, 24), maintenant=MAINTENANT)
    assert nuit.balayes == {"Lignes du journal des lectures": 1}
    assert list(Journal.objects.filter(dossier=dossier).values_list("action", flat=True)) == ["depot"]
    assert Tache.objects.count() == 0
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        Journal.objects.all().delete()
