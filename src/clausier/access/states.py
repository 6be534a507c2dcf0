"""Where an agreement stands, and the moves between, as a table."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementState(models.TextChoices):
    """What became of a question put to the client."""

    ASKED = "asked", _("demandé")
    GIVEN = "given", _("donné")
    REFUSED = "refused", _("refusé")
    WITHDRAWN = "withdrawn", _("retiré")


AGREEMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    "asked": frozenset({"given", "refused", "withdrawn"}),
    "given": frozenset({"withdrawn"}),
    "refused": frozenset(),
    "withdrawn": frozenset(),
}
