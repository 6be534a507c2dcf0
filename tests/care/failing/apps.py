from django.apps import AppConfig


class FailingConfig(AppConfig):
    """An app whose second migration fails on any data: installed in one test only."""

    name = "tests.care.failing"
