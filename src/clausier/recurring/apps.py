from django.apps import AppConfig


class RecurringConfig(AppConfig):
    name = "clausier.recurring"
    verbose_name = "Recurring work"
