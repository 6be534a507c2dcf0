from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "clausier.editions"
    verbose_name = "Editions"
