"""The quick migration state: only the touched model is drawn again, and the database is the models'."""

from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState

from guichet.migrations_rapides import EtatRapide, est_seule


@pytest.fixture
def dessines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models drawn, in order."""
    noms: list[str] = []
    dessiner = ModelState.render

    def noter(self: ModelState, registre: Any) -> Any:
        noms.append(self.name_lower)
        return dessiner(self, registre)

    monkeypatch.setattr(ModelState, "render", noter)
    return noms


def _etat() -> EtatRapide:
    """A « dossier » with two rows that point to it."""
    etat = EtatRapide()
    cle = [("id", models.BigAutoField(primary_key=True))]
    etat.add_model(ModelState("essai", "Dossier", cle))
    for nom in ("Voeu", "Piece"):
        lien = models.ForeignKey("essai.dossier", models.CASCADE, related_name=nom.lower())
        etat.add_model(ModelState("essai", nom, [*cle, ("dossier", lien)]))
    return etat


def test_une_colonne_ne_redessine_que_son_modele(dessines: list[str]) -> None:
    etat = _etat()
    assert etat.apps.get_model("essai", "piece")
    del dessines[:]
    etat.seul = True
    etat.add_field("essai", "dossier", "note", models.TextField(default=""), preserve_default=True)
    assert dessines == ["dossier"]
    assert etat.apps.get_model("essai", "dossier")._meta.get_field("note")


def test_du_code_python_lit_toutes_les_relations() -> None:
    etat = _etat()
    assert etat.apps
    etat.seul = True
    etat.add_field("essai", "dossier", "note", models.TextField(default=""), preserve_default=True)
    copie = etat.clone()
    # What RunPython does before it calls its function.
    copie.clear_delayed_apps_cache()
    dossier = copie.apps.get_model("essai", "dossier")
    assert {f.name for f in dossier._meta.related_objects} == {"voeu", "piece"}
    assert copie.apps.get_model("essai", "voeu")._meta.get_field("dossier").related_model is dossier


@pytest.mark.parametrize(
    ("operation", "seule"),
    [
        (migrations.AddField("dossier", "note", models.TextField()), True),
        (migrations.AlterField("dossier", "note", models.CharField(max_length=3)), True),
        (migrations.AlterField("dossier", "id", models.BigAutoField(primary_key=True)), False),
        (migrations.AlterField("dossier", "numero", models.CharField(max_length=3, unique=True)), False),
        (migrations.AlterField("voeu", "dossier", models.ForeignKey("essai.dossier", models.CASCADE)), False),
        (migrations.RenameModel("Dossier", "Demande"), False),
        (migrations.DeleteModel("Voeu"), False),
    ],
)
def test_ce_qui_suit_les_relations_garde_l_etat_entier(
    operation: migrations.operations.base.Operation, seule: bool
) -> None:
    assert est_seule(operation) is seule


@pytest.mark.django_db
def test_la_base_est_celle_des_modeles() -> None:
    """Every column, constraint, index and trigger of every model is there, made by our own « migrate »."""
    assert get_commands()["migrate"] == "guichet"
    manques = []
    with connection.cursor() as curseur:
        curseur.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
        noms = {nom for (nom,) in curseur.fetchall()}
        for modele in apps.get_models():
            meta = modele._meta
            if not meta.managed or meta.proxy:
                continue
            attendues = {f.column for f in meta.local_concrete_fields}
            presentes = {
                c.name for c in connection.introspection.get_table_description(curseur, meta.db_table)
            }
            manques += [f"{meta.label} : {c}" for c in attendues ^ presentes]
            voulus = [*(c.name for c in meta.constraints), *(i.name for i in meta.indexes)]
            manques += [f"{meta.label} : {nom}" for nom in voulus if nom not in noms]
    assert manques == []
    etats = {(t.get_pgid(m), t.get_installation_status(m)[0]) for m, t in pgtrigger.registered()}
    assert [pgid for pgid, etat in etats if etat != pgtrigger.core.INSTALLED] == []
