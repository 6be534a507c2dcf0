from django.apps import AppConfig


class ProbeConfig(AppConfig):
    """Something for the engine to run: it is installed in the engine's tests only."""

    name = "tests.engine.probe"
    default_auto_field = "django.db.models.BigAutoField"
