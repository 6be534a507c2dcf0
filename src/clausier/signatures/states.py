"""Where a signature request stands, and the moves between, as a table."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestState(models.TextChoices):
    """What became of a paper that someone was asked to sign."""

    ASKED = "asked", _("envoyé")
    OPENED = "opened", _("ouvert")
    SIGNED = "signed", _("signé")
    DECLINED = "declined", _("refusé")
    WITHDRAWN = "withdrawn", _("retiré")
    EXPIRED = "expired", _("expiré")


REQUEST_MOVES: Final[dict[str, frozenset[str]]] = {
    "asked": frozenset({"opened", "signed", "declined", "withdrawn", "expired"}),
    "opened": frozenset({"signed", "declined", "withdrawn", "expired"}),
    "signed": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
    # A signed paper that came in time may be entered late.
    "expired": frozenset({"signed", "withdrawn"}),
}
WAITING: Final = frozenset({RequestState.ASKED, RequestState.OPENED})
