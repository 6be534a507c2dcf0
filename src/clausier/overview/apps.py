from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "clausier.overview"
    verbose_name = "Overview"
