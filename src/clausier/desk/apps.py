from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "clausier.desk"
    verbose_name = "Desk"
