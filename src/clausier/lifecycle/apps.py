from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "clausier.lifecycle"
    verbose_name = "Life of contracts"
