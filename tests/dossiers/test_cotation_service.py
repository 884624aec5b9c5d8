"""From rows to points, and the publication of a version."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Cotation, Dossier, EtatGrille, GrilleCriteres, PieceJustificative
from dossiers.queries.grilles import document_de, grille_en_vigueur, grille_pure
from dossiers.queries.situations import situations
from dossiers.regles.faits import FAITS
from dossiers.regles.grille import Grille
from dossiers.regles.grille_json import lire_grille
from dossiers.services import publication
from dossiers.services.cotation import (
    coter_dossier,
    poser_ligne_manuelle,
    recoter_tout,
    retirer_ligne_manuelle,
)
from dossiers.services.grilles import charger_grille, copier_grille, modifier_grille, supprimer_brouillon
from dossiers.services.publication import (
    deprogrammer_grille,
    executer_publication,
    programmer_grille,
    publier_grille,
    publier_les_prevues,
    publier_maintenant,
)
from dossiers.taches import recoter_la_nuit
from guichet.erreurs import ErreurMetier
from structures.models import EtatTache
from tests import factories
from tests.factories import INSTANT, JOUR

GRILLES = Path(__file__).resolve().parents[2] / "fixtures" / "grilles"


def document(nom: str = "demonstration") -> dict[str, Any]:
    lu: dict[str, Any] = json.loads((GRILLES / f"{nom}.json").read_text(encoding="utf-8"))
    return lu


def en_vigueur(nom: str = "demonstration") -> GrilleCriteres:
    version = charger_grille(document(nom), par=None, maintenant=INSTANT)
    publier_maintenant(version, par=None, maintenant=INSTANT)
    version.refresh_from_db()
    return version


def vue(code: str, **porteur: Any) -> None:
    PieceJustificative.objects.create(code=code, etat="vue", vue_le=JOUR, **porteur)


def dossier_type(**champs: Any) -> Dossier:
    """A lone working parent of the city, income known, residence proved."""
    famille = factories.creer_famille(
        situation="isole", quotient_familial=650, responsable={"activite": "salarie"}
    )
    vue("domicile", famille=famille)
    return factories.creer_dossier(famille=famille, **champs)


def courante(dossier: Dossier) -> Cotation:
    return Cotation.objects.get(dossier=dossier, courante=True, grille__etat=EtatGrille.EN_VIGUEUR)


@pytest.mark.django_db
@pytest.mark.parametrize("nom", [c.stem for c in sorted(GRILLES.glob("*.json"))])
def test_a_published_grid_goes_through_the_database_unchanged(nom: str) -> None:
    version = charger_grille(document(nom), par=None, maintenant=INSTANT)
    attendu = {"debut": JOUR.isoformat()} | document(nom)
    relu = document_de(version)
    assert relu == attendu
    assert grille_pure(version) == grille_pure(version)


@pytest.mark.django_db
def test_a_dossier_is_scored_from_its_rows() -> None:
    en_vigueur("reims-2021")
    dossier = dossier_type()
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert (cotation.declare, cotation.verifie) == (230, 100)
    assert [(x["critere"], x["points"], x["verifie"]) for x in cotation.lignes] == [
        ("residence", 100, True),
        ("isole_actif", 80, False),
        ("quotient", 50, False),
    ]
    assert cotation.cle_rang == f"1499900{dossier.complet_le:%Y%m%d}{dossier.numero}"


@pytest.mark.django_db
def test_a_piece_seen_or_out_of_date_changes_the_verified_points() -> None:
    en_vigueur("reims-2021")
    dossier = dossier_type()
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    vue("ressources", famille=dossier.famille)
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert courante(dossier).verifie == 150
    PieceJustificative.objects.filter(code="domicile").update(valide_jusqu_au=date(2026, 11, 22))
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert courante(dossier).verifie == 50
    assert Cotation.objects.filter(dossier=dossier).count() == 3


@pytest.mark.django_db
def test_an_unchanged_dossier_keeps_its_score() -> None:
    en_vigueur()
    dossier = dossier_type()
    premiere = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert coter_dossier(dossier, par=None, maintenant=INSTANT) == premiere
    assert Cotation.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_scored_before_a_grid_nor_off_the_list() -> None:
    dossier = dossier_type()
    assert coter_dossier(dossier, par=None, maintenant=INSTANT) is None
    assert grille_en_vigueur() is None
    en_vigueur()
    clos = dossier_type(etat="clos")
    assert coter_dossier(clos, par=None, maintenant=INSTANT) is None


@pytest.mark.django_db
def test_a_sibling_present_is_known_from_the_admissions_and_counts_more_in_its_structure() -> None:
    en_vigueur()
    section = factories.creer_section()
    autre = factories.creer_structure()
    dossier = dossier_type(voeux=[autre, section.structure])
    aine = factories.creer_enfant(dossier.famille)
    factories.creer_admission(section, enfant=aine)
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert (cotation.declare, cotation.verifie) == (230, 120)
    ici = cotation.par_voeu[str(section.structure_id)]
    assert (ici["declare"], ici["verifie"]) == (240, 130)
    assert ici["cle"].startswith("1499870")
    assert str(autre.pk) not in cotation.par_voeu
    lignes = [x for x in cotation.lignes if x.get("voeu") == section.structure_id]
    assert sum(x["points"] for x in lignes) == 10


@pytest.mark.django_db
def test_a_sibling_gone_before_the_entry_gives_nothing() -> None:
    en_vigueur()
    dossier = dossier_type()
    aine = factories.creer_enfant(dossier.famille)
    factories.creer_admission(factories.creer_section(), enfant=aine, fin=date(2027, 8, 31))
    cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
    assert cotation is not None
    assert "fratrie" not in {x["critere"] for x in cotation.lignes}


@pytest.mark.django_db
def test_a_manual_line_is_bounded_signed_and_taken_back() -> None:
    version = en_vigueur()
    agent = factories.creer_agent("coordination")
    dossier = dossier_type()
    for points, motif, champ in ((45, "avis_pmi", "points"), (40, "ami", "motif")):
        with pytest.raises(ErreurMetier) as faute:
            poser_ligne_manuelle(
                dossier, critere="suivi", points=points, motif=motif, par=agent, maintenant=INSTANT
            )
        assert faute.value.champ == champ
    with pytest.raises(ErreurMetier) as faute:
        poser_ligne_manuelle(
            dossier, critere="residence", points=40, motif="avis_pmi", par=agent, maintenant=INSTANT
        )
    assert faute.value.champ == "critere"
    poser_ligne_manuelle(dossier, critere="suivi", points=40, motif="avis_pmi", par=agent, maintenant=INSTANT)
    ligne = next(x for x in courante(dossier).lignes if x["critere"] == "suivi")
    assert ligne["raison"] == f"Avis de la PMI, par {agent}"
    assert (ligne["points"], ligne["verifie"], ligne["protege"]) == (40, True, True)
    retirer_ligne_manuelle(dossier, critere="suivi", par=agent, maintenant=INSTANT)
    assert "suivi" not in {x["critere"] for x in courante(dossier).lignes}
    assert version.nom.startswith("Grille commune")


@pytest.mark.django_db
def test_publishing_scores_every_pending_dossier_then_switches() -> None:
    ancienne = en_vigueur("villiers-le-bel")
    dossiers = [dossier_type() for _ in range(3)]
    for dossier in dossiers:
        coter_dossier(dossier, par=None, maintenant=INSTANT)
    agent = factories.creer_agent("coordination")
    nouvelle = charger_grille(document("reims-2021"), par=agent, maintenant=INSTANT)
    tache = publier_grille(nouvelle, par=agent, maintenant=INSTANT)
    nouvelle.refresh_from_db()
    assert nouvelle.etat == EtatGrille.EN_PUBLICATION
    assert courante(dossiers[0]).grille == ancienne
    executer_publication(str(tache.pk), grille_id=nouvelle.pk, par=agent, maintenant=INSTANT)
    nouvelle.refresh_from_db()
    ancienne.refresh_from_db()
    tache.refresh_from_db()
    assert (nouvelle.etat, ancienne.etat) == (EtatGrille.EN_VIGUEUR, EtatGrille.REMPLACEE)
    assert (nouvelle.publiee_par, nouvelle.publiee_le) == (agent, INSTANT)
    assert (tache.etat, tache.fait, tache.total) == (EtatTache.FAITE, 3, 3)
    assert tache.message == "« Reims, 2021 » est en vigueur : 3 dossiers recalculés."
    assert [courante(dossier).declare for dossier in dossiers] == [230] * 3
    assert Cotation.objects.filter(grille=ancienne, courante=True).count() == 3


@pytest.mark.django_db
def test_a_dossier_changed_or_entered_during_the_publication_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    en_vigueur("villiers-le-bel")
    change = dossier_type()
    nouvelle = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)
    entres: list[Dossier] = []
    basculer = publication._basculer

    def pendant(*args: Any, **kwargs: Any) -> bool:
        if not entres:
            change.famille.quotient_familial = 800
            change.famille.save()
            coter_dossier(change, par=None, maintenant=INSTANT)
            entres.append(dossier_type())
        return basculer(*args, **kwargs)

    monkeypatch.setattr(publication, "_basculer", pendant)
    assert publier_maintenant(nouvelle, par=None, maintenant=INSTANT) == 2
    assert courante(change).declare == 220
    assert courante(entres[0]).declare == 230


@pytest.mark.django_db
def test_a_publication_that_fails_gives_the_draft_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ancienne = en_vigueur("villiers-le-bel")
    nouvelle = charger_grille(document("reims-2021"), par=None, maintenant=INSTANT)

    def panne(*args: Any, **kwargs: Any) -> int:
        raise ErreurMetier("panne", "Le calcul a échoué.")

    monkeypatch.setattr(publication, "recoter_tout", panne)
    with pytest.raises(ErreurMetier):
        publier_maintenant(nouvelle, par=None, maintenant=INSTANT)
    nouvelle.refresh_from_db()
    ancienne.refresh_from_db()
    assert (nouvelle.etat, ancienne.etat) == (EtatGrille.BROUILLON, EtatGrille.EN_VIGUEUR)


@pytest.mark.django_db
def test_only_a_draft_that_has_begun_is_published_one_at_a_time() -> None:
    courante_ = en_vigueur()
    with pytest.raises(ErreurMetier, match="Seul un brouillon"):
        publier_grille(courante_, par=None, maintenant=INSTANT)
    demain = charger_grille(document("reims-2021") | {"debut": "2026-11-24"}, par=None, maintenant=INSTANT)
    with pytest.raises(ErreurMetier, match="commence le 24/11/2026 : programmez-la"):
        publier_grille(demain, par=None, maintenant=INSTANT)
    autre = charger_grille(document("pessac-2022"), par=None, maintenant=INSTANT)
    publier_grille(autre, par=None, maintenant=INSTANT)
    troisieme = charger_grille(document("villiers-le-bel"), par=None, maintenant=INSTANT)
    with pytest.raises(ErreurMetier, match="en cours de publication"):
        publier_grille(troisieme, par=None, maintenant=INSTANT)


@pytest.mark.django_db
def test_a_version_published_for_a_day_to_come_is_in_force_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    ancienne, agent = en_vigueur("villiers-le-bel"), factories.creer_agent("coordination")
    dossier = dossier_type()
    coter_dossier(dossier, par=None, maintenant=INSTANT)
    prevue = charger_grille(document("reims-2021") | {"debut": "2026-11-24"}, par=None, maintenant=INSTANT)
    programmer_grille(prevue, par=agent, maintenant=INSTANT)
    with pytest.raises(ErreurMetier, match="Seul un brouillon"):
        programmer_grille(prevue, par=agent, maintenant=INSTANT)
    veille, le_jour = datetime(2026, 11, 23, 22, 5, tzinfo=UTC), datetime(2026, 11, 23, 23, 5, tzinfo=UTC)
    assert publier_les_prevues(maintenant=veille) == []
    assert courante(dossier).grille == ancienne

    [tache] = publier_les_prevues(maintenant=le_jour)
    assert publier_les_prevues(maintenant=le_jour) == []
    with monkeypatch.context() as panne:
        panne.setattr(publication, "_basculer", _en_panne)
        with pytest.raises(RuntimeError):
            executer_publication(str(tache.pk), grille_id=prevue.pk, par=agent, maintenant=le_jour)
    prevue.refresh_from_db()
    assert prevue.etat == EtatGrille.PROGRAMMEE
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_jobs SET status = 'failed'")

    [tache] = publier_les_prevues(maintenant=le_jour)
    executer_publication(str(tache.pk), grille_id=prevue.pk, par=agent, maintenant=le_jour)
    prevue.refresh_from_db()
    ancienne.refresh_from_db()
    assert (prevue.etat, ancienne.etat) == (EtatGrille.EN_VIGUEUR, EtatGrille.REMPLACEE)
    assert (prevue.publiee_par, prevue.publiee_le) == (agent, le_jour)
    assert (courante(dossier).grille, courante(dossier).declare) == (prevue, 230)
    assert publier_les_prevues(maintenant=le_jour + timedelta(days=1)) == []


def _en_panne(*args: Any, **kwargs: Any) -> bool:
    raise RuntimeError("panne")


@pytest.mark.django_db
def test_a_version_to_come_may_become_a_draft_again() -> None:
    prevue = charger_grille(document("reims-2021") | {"debut": "2026-11-24"}, par=None, maintenant=INSTANT)
    with pytest.raises(ErreurMetier, match="n’attend plus son jour"):
        deprogrammer_grille(prevue, par=None, maintenant=INSTANT)
    programmer_grille(prevue, par=None, maintenant=INSTANT)
    deprogrammer_grille(prevue, par=None, maintenant=INSTANT)
    prevue.refresh_from_db()
    assert (prevue.etat, prevue.publiee_le) == (EtatGrille.BROUILLON, None)
    assert publier_les_prevues(maintenant=INSTANT + timedelta(days=30)) == []
    commencee = charger_grille(document("pessac-2022"), par=None, maintenant=INSTANT)
    with pytest.raises(ErreurMetier, match="a déjà commencé"):
        programmer_grille(commencee, par=None, maintenant=INSTANT)


@pytest.mark.django_db
def test_scoring_takes_the_same_queries_for_three_dossiers_and_for_thirty() -> None:
    version = en_vigueur()

    def cout(nombre: int) -> int:
        for _ in range(nombre):
            dossier_type(voeux=[factories.creer_structure()])
        with CaptureQueriesContext(connection) as requetes:
            recoter_tout(version, maintenant=INSTANT, refaire=True)
        return len(requetes)

    assert cout(3) == cout(30)


@pytest.mark.django_db
def test_the_night_scores_again_what_time_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    version = en_vigueur()
    dossier = dossier_type()
    recoter_la_nuit(0)
    assert courante(dossier).grille == version
    recoter_la_nuit(0)
    assert Cotation.objects.count() == 1


def toute_grille() -> Grille:
    """A grid that asks every fact there is."""
    exemples = {"bool": True, "entier": 1, "decimal": 1, "date": "2026-01-01"}
    criteres = [
        {
            "code": fait.code,
            "libelle": fait.libelle,
            "points": 1,
            "si": {"fait": fait.code, "est": fait.choix[0][0] if fait.choix else exemples[fait.type]},
        }
        for fait in FAITS.values()
    ]
    return lire_grille({"format": 1, "nom": "Tout", "criteres": criteres})


@pytest.mark.django_db
def test_one_parent_s_piece_never_proves_the_other_s_job() -> None:
    en_vigueur("reims-2021")
    famille = factories.creer_famille(situation="couple", responsable={"activite": "salarie"})
    factories.creer_responsable(famille, activite="salarie")
    dossier = factories.creer_dossier(famille=famille)
    for piece, verifie in (("activite_1", 30), ("activite_2", 50)):
        vue(piece, famille=famille)
        cotation = coter_dossier(dossier, par=None, maintenant=INSTANT)
        assert cotation is not None
        assert (cotation.declare, cotation.verifie) == (150, verifie)


@pytest.mark.django_db
def test_facts_read_from_the_rows() -> None:
    quartier = factories.creer_quartier(prioritaire=True)
    structure = factories.creer_structure(quartier=quartier)
    famille = factories.creer_famille(
        situation="couple",
        enfants_a_charge=3,
        ressources_mensuelles="1234.50",
        faits={"vulnerabilite": True, "disparu": True},
        responsable={"activite": "stage", "heures_hebdo": "28.5", "commune": "ST-ETIENNE", "code_postal": ""},
    )
    factories.creer_responsable(famille, activite="sans_activite", commune="Lyon")
    enfant = factories.creer_enfant(famille, date_naissance=None, date_prevue_naissance=date(2027, 3, 14))
    dossier = factories.creer_dossier(
        famille=famille,
        enfant=enfant,
        quartier=quartier,
        voeux=[structure],
        besoin={"demi_journees": [0, 1, 4], "heures_semaine": "12.5", "alternatives": [[0, 1]]},
        nb_passages=2,
    )
    [ligne] = situations([dossier.pk], grille=toute_grille(), jour=JOUR)
    faits = ligne.situation.declares
    attendus = {
        "situation_familiale": "couple",
        "activite_1": "stage",
        "activite_2": "sans_activite",
        "heures_travail_1": 28.5,
        "nb_parents_actifs": 1,
        "enfants_a_charge": 3,
        "famille_nombreuse": True,
        "ressources_mensuelles": 1234.5,
        "vulnerabilite": True,
        "enfant_a_naitre": True,
        "age_entree_mois": 5,
        "age_mois": -4,
        "nb_demi_journees": 3,
        "nb_jours": 2,
        "heures_semaine": 12.5,
        "accepte_alternatives": True,
        "nb_passages": 2,
        "mode_accueil": "aucune",
        "quartier_prioritaire": True,
        "fratrie_accueillie": False,
    }
    assert {code: faits.get(code) for code in attendus} == attendus
    assert "disparu" not in faits
    voeu = ligne.situation.voeux[0].declares
    assert (voeu["rang_voeu"], voeu["quartier_structure"]) == (1, True)


@pytest.mark.django_db
def test_drafts_are_copied_corrected_and_thrown_away() -> None:
    agent = factories.creer_agent("coordination")
    source = en_vigueur()
    copie = copier_grille(source, nom="Projet 2027", debut=date(2027, 1, 1), par=agent)
    assert document_de(copie)["criteres"] == document_de(source)["criteres"]
    with pytest.raises(ErreurMetier, match="déjà ce nom"):
        copier_grille(source, nom="Projet 2027", debut=date(2027, 1, 1), par=agent)

    def sans_premier(brut: dict[str, Any]) -> dict[str, Any]:
        return brut | {"criteres": brut["criteres"][1:]}

    lue = copie.version
    modifiee = modifier_grille(copie, sans_premier, par=agent, version_lue=lue)
    assert modifiee.criteres.count() == source.criteres.count() - 1
    with pytest.raises(ErreurMetier, match="entre-temps"):
        modifier_grille(copie, sans_premier, par=agent, version_lue=lue)
    with pytest.raises(ErreurMetier, match="ne se modifie plus"):
        modifier_grille(source, sans_premier, par=agent)
    with pytest.raises(ErreurMetier, match="la liste est vide"):
        modifier_grille(copie, lambda brut: brut | {"criteres": []}, par=agent)
    with pytest.raises(ErreurMetier, match="Seul un brouillon"):
        supprimer_brouillon(source, par=agent)
    supprimer_brouillon(copie, par=agent)
    assert not GrilleCriteres.objects.filter(pk=copie.pk).exists()


@pytest.mark.django_db
def test_the_command_loads_publishes_and_writes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = GRILLES / "reims-2021.json"
    call_command("grille", "charger", str(source), "--publier")
    assert "« Reims, 2021 » est en vigueur : 0 dossiers" in capsys.readouterr().out
    sortie = tmp_path / "sortie.json"
    call_command("grille", "exporter", str(sortie))
    assert json.loads(sortie.read_text(encoding="utf-8")) == json.loads(source.read_text(encoding="utf-8"))
    for arguments in (
        ("charger", str(source)),
        ("charger", str(tmp_path / "absente.json")),
        ("exporter", str(sortie), "--grille", "inconnue"),
        ("exporter", str(tmp_path / "nulle-part" / "x.json")),
    ):
        capsys.readouterr()
        with pytest.raises(SystemExit) as fin:
            call_command("grille", *arguments)
        pris = capsys.readouterr()
        assert (fin.value.code, pris.out, pris.err.count("\n")) == (2, "", 1)
