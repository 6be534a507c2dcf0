from django.apps import AppConfig


class PrepaidConfig(AppConfig):
    name = "clausier.prepaid"
    verbose_name = "Prepaid"
