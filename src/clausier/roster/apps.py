from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "clausier.roster"
    verbose_name = "Roster"
