from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "clausier.contracts"
    verbose_name = "Contracts"
