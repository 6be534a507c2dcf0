from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "clausier.access"
    verbose_name = "Access"
