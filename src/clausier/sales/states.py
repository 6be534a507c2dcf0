"""Where a quote and a change of an order stand, and the moves between: as tables."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuoteState(models.TextChoices):
    """Where one version of a quote stands. That an issued one has expired is computed."""

    DRAFT = "draft", _("brouillon")
    ISSUED = "issued", _("émis")
    SUPERSEDED = "superseded", _("remplacé")
    DECLINED = "declined", _("refusé")
    ACCEPTED = "accepted", _("accepté")
    ORDERED = "ordered", _("commandé")


EXPIRED: Final = "expired"
"""Not a state that is kept: an issued quote after its last day."""

MOVES: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"issued"}),
    "issued": frozenset({"superseded", "declined", "accepted"}),
    "declined": frozenset({"superseded"}),
    "accepted": frozenset({"ordered"}),
    "superseded": frozenset(),
    "ordered": frozenset(),
}


class ChangeState(models.TextChoices):
    """Where a change of an order stands: it needs both agreements (ims 5.2)."""

    WAITING = "waiting", _("en attente d’accord")
    AGREED = "agreed", _("convenu")
    DECLINED = "declined", _("refusé")
