from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "clausier.agenda"
    verbose_name = "Dates and obligations"
