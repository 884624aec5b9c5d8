"""Create the tables in seconds: draw again only the model an operation touches.

After each operation Django redraws every model related to the one that changed, and here nearly all are:
two minutes of processor for an empty database, for SQL that takes one second. Creating tables, columns,
indexes, constraints and triggers only reads the model itself. Django's own « delayed » mark then has the
whole state drawn again for what may follow relations: Python code, keys, renamings.
"""

from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

_SEULES = (
    *(operations.CreateModel, operations.AddField, operations.AlterModelOptions, operations.RunSQL),
    *(operations.AddIndex, operations.RemoveIndex, operations.RunPython, AddTrigger, RemoveTrigger),
    *(operations.AddConstraint, operations.AlterConstraint, operations.RemoveConstraint),
)


class EtatRapide(ProjectState):
    """A state whose changes stay within one model while `seul` is set."""

    seul = False

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if not self.seul:
            super().reload_model(app_label, model_name, delay=delay)
        elif "apps" in self.__dict__:
            self._reload({(app_label, model_name.lower())})  # type: ignore[attr-defined]
            self.is_delayed = True

    def clone(self) -> "EtatRapide":
        return _rapide(super().clone())


class ExecuteurRapide(MigrationExecutor):
    """Django's executor, forwards, with one cheap state for the migrations that allow it."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        return _rapide(super()._create_project_state(with_applied_migrations))  # type: ignore[misc]

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        if isinstance(state, EtatRapide):
            state.seul = all(est_seule(operation) for operation in migration.operations)
            if not state.seul:
                state.clear_delayed_apps_cache()
                state.is_delayed = False
        return super().apply_migration(state, migration, fake, fake_initial)


def est_seule(operation: Operation) -> bool:
    """Does this operation read nothing but its own model? RunPython draws the whole state by itself."""
    if isinstance(operation, operations.AlterField):
        champ = operation.field
        return not (champ.is_relation or champ.primary_key or champ.unique)
    return isinstance(operation, _SEULES)


def _rapide(etat: ProjectState) -> EtatRapide:
    rapide = EtatRapide(etat.models, real_apps=etat.real_apps)
    rapide.is_delayed = etat.is_delayed
    if "apps" in etat.__dict__:
        rapide.apps = etat.apps
    return rapide
