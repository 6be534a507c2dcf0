"""Where an amendment stands, and the moves between, as a table."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class AmendmentState(models.TextChoices):
    """How far an amendment has come; what is agreed by both is never written again."""

    DRAFT = "draft", _("brouillon")
    SENT = "sent", _("envoyé")
    AGREED = "agreed", _("signé")
    APPLIED = "applied", _("appliqué")
    WITHDRAWN = "withdrawn", _("retiré")


AMENDMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"sent", "withdrawn"}),
    "sent": frozenset({"agreed", "withdrawn"}),
    # Applied is a fact of its own (`AmendmentApplication`): the row that both agreed on stays as it is.
    "agreed": frozenset({"applied"}),
    "applied": frozenset(),
    "withdrawn": frozenset(),
}
