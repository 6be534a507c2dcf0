from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "clausier.pages"
    verbose_name = "Pages"
