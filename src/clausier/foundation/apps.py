from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "clausier.foundation"
    verbose_name = "Foundation"
