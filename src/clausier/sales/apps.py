from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "clausier.sales"
    verbose_name = "Catalogue, quotes and orders"
