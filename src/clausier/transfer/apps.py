from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "clausier.transfer"
    verbose_name = "Transfer"
