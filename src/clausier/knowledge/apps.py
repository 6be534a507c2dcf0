from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "clausier.knowledge"
    verbose_name = "Knowledge"
