"""What every table and model owes the house; the database itself is asked."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

# Tables of the installation, not of one provider: who the providers are, and who the people are (one person
# may belong to several).
OF_THE_INSTALLATION = {
    "foundation_provider",
    "foundation_person",
    "foundation_invitation",
}


def our_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith("clausier.")
    ]


@pytest.mark.django_db
def test_every_domain_table_names_its_provider() -> None:
    ours = {model._meta.db_table for model in our_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns "
            "where table_schema = 'public' and column_name = 'provider_id'"
        )
        with_provider = {row[0] for row in cursor.fetchall()}
    assert ours - with_provider == OF_THE_INSTALLATION


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_says_what_it_is() -> None:
    # Django writes a docstring of its own, the list of fields, where there is none.
    silent = [
        model.__name__
        for model in our_models()
        if not model._meta.auto_created and (model.__doc__ or "").startswith(f"{model.__name__}(")
    ]
    assert silent == []


def test_a_foreign_key_never_takes_rows_along_in_silence() -> None:
    """An append-only row cannot be changed: deleting what it names must be refused, not passed on."""
    passed_on = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        if getattr(model, "append_only", False)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete in (models.SET_NULL, models.SET_DEFAULT, models.CASCADE)
    ]
    assert passed_on == []
