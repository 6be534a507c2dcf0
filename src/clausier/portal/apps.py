from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "clausier.portal"
    verbose_name = "Portal"
