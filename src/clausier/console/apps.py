from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "clausier.console"
    verbose_name = "Console"
