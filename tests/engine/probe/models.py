from django.db import models


class Mark(models.Model):
    """Something happened: a job began, or did its work."""

    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"
