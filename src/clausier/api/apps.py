from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "clausier.api"
    verbose_name = "API"
