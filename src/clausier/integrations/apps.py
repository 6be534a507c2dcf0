from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "clausier.integrations"
    verbose_name = "Integrations"
