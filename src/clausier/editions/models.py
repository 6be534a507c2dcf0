"""A provider's own editions, the drafts they are written in, and the values of law entered beside them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.foundation.models import InstalledBook, Person, Provider


class DraftState(models.TextChoices):
    """What has become of a draft."""

    OPEN = "open", _("en cours")
    PUBLISHED = "published", _("publié")
    DISCARDED = "discarded", _("abandonné")


class BookDraft(models.Model):
    """A book being written, whole: {path: text} as its folder would have it.

    `base` is the edition it starts from and is compared with. `touched` says who changed what last, by what
    was changed: {"points.rates": {"by": id, "name": …, "at": …}}.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    effective_on = models.DateField()
    touched = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=DraftState.choices, default=DraftState.OPEN)
    started_by = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "state"])]

    def __str__(self) -> str:
        return f"{self.base.name} → {self.effective_on.isoformat()}"

    @property
    def is_open(self) -> bool:
        return self.state == DraftState.OPEN


class Edition(models.Model):
    """That a provider published an edition of its own: which, in place of which, from which day on."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    book = models.OneToOneField(InstalledBook, on_delete=models.PROTECT, related_name="edition")
    former = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    draft = models.OneToOneField(BookDraft, on_delete=models.PROTECT, related_name="edition")
    effective_on = models.DateField()
    published_by = models.CharField(max_length=120)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "-effective_on"])]

    def __str__(self) -> str:
        return self.book.name


class LawSeries(models.TextChoices):
    """The published series that the package may lack the latest values of."""

    LEGAL_RATE = "late-payment.legal-rate", _("taux de l’intérêt légal, professionnels")
    ECB = "late-payment.ecb-refinancing", _("taux de refinancement de la BCE")
    SYNTEC = "syntec.revised", _("indice Syntec, série révisée")


BY_MONTH = frozenset({LawSeries.SYNTEC})


class LawValue(models.Model):
    """A value of law that someone entered: of which period, where it was published. It counts once confirmed.

    Never changed: a correction is another entry for the same period. `since_on` is the first day of the
    half-year, or of the month for an index.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=40, choices=LawSeries.choices)
    since_on = models.DateField()
    value = models.DecimalField(max_digits=10, decimal_places=4)
    reference = models.CharField(max_length=160)
    published_on = models.DateField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "series", "since_on"])]

    def __str__(self) -> str:
        return f"{LawSeries(self.series).label} {self.period}"

    @property
    def period(self) -> str:
        """The period as it is written: « 2026-S2 », « 2026-09 »."""
        return period_of(self.series, self.since_on)

    @property
    def figure(self) -> Any:
        """The value without the zeros that the column pads it with."""
        shown = self.value.normalize()
        return shown.quantize(1) if shown == shown.to_integral() else shown


def period_of(series: str, since: date) -> str:
    """A month, or a half-year."""
    if series in BY_MONTH:
        return f"{since:%Y-%m}"
    return f"{since.year}-S{1 if since.month == 1 else 2}"


class LawConfirmation(models.Model):
    """That someone else vouches for a value of law: from then on the rules read it."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    value = models.OneToOneField(LawValue, on_delete=models.PROTECT, related_name="confirmation")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by_name = models.CharField(max_length=120)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("entered_by")), name="law_value_takes_two_people"
            ),
        ]

    def __str__(self) -> str:
        return str(self.value)
