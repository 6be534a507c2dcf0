from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "clausier.signatures"
    verbose_name = "Signatures"
