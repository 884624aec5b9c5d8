"""Versions of the grid: loaded, corrected, published now or for a day to come."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from dossiers.models import Cotation, Dossier, EtatGrille, GrilleCriteres
from dossiers.queries.grilles import document_de, grille_pure
from dossiers.services import publication
from dossiers.services.cotation import (
    coter_dossier,
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
from guichet.erreurs import ErreurMetier
from structures.models import EtatTache
from tests import factories
from tests.dossiers.cotation_type import GRILLES, courante, document, dossier_type, en_vigueur
from tests.factories import INSTANT, JOUR


@pytest.mark.django_db
@pytest.mark.parametrize("nom", [c.stem for c in sorted(GRILLES.glob("*.json"))])
def test_a_published_grid_goes_through_the_database_unchanged(nom: str) -> None:
    version = charger_grille(document(nom), par=None, maintenant=INSTANT)
    attendu = {"debut": JOUR.isoformat()} | document(nom)
    relu = document_de(version)
    assert relu == attendu
    assert grille_pure(version) == grille_pure(version)


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
    assert tache.message == "« Reims, 2021 » est en vigueur : 3\u00a0dossiers recalculés."
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
