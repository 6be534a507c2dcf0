from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "clausier.directory"
    verbose_name = "Directory"
