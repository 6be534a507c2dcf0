"""Django's `migrate`, without rendering the whole house after each step.

Django renders anew, after every operation, each model that a changed one is related to, however far. Every
model here names its provider, so that is all of them: with a hundred tables a new installation spent three
quarters of a minute on it. What an operation itself asks is the model that it changes.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class SparingState(ProjectState):
    """A state that renders a new or lightly changed model alone; what changes relations goes Django's way."""

    def clone(self) -> SparingState:
        copied = super().clone()
        copied.__class__ = SparingState
        return copied  # type: ignore[return-value]

    def add_model(self, model_state: ModelState) -> None:
        """Nothing is related to a new model yet."""
        rendered = self.__dict__.pop("apps", None)
        super().add_model(model_state)
        if rendered is not None:
            self.__dict__["apps"] = rendered
            self._reload({(model_state.app_label, model_state.name_lower)})  # type: ignore[attr-defined]

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> Any:
        # Django's `delay`: a plain column, an index, a constraint, an option. What is related stays as it is.
        if delay:
            return {(app_label, model_name)}
        return super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]


class SparingExecutor(MigrationExecutor):
    """Applies migrations on a `SparingState`; what runs Python Django's way, with every model rendered."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> SparingState:
        state = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return SparingState(models=state.models, real_apps=state.real_apps)

    def apply_migration(self, state: ProjectState, migration: Migration, *how: Any, **options: Any) -> Any:
        if not any(isinstance(operation, RunPython) for operation in migration.operations):
            return super().apply_migration(state, migration, *how, **options)
        whole = ProjectState(models=state.models, real_apps=state.real_apps)
        after = super().apply_migration(whole, migration, *how, **options)
        return SparingState(models=after.models, real_apps=after.real_apps)


# The command takes the executor by its name in that module; it offers no other way to say which.
migrate.MigrationExecutor = SparingExecutor  # type: ignore[attr-defined]

Command = migrate.Command
