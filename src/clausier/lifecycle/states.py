"""States of notices and formal notices, and the moves between them, as tables."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    """Where a notice stands. Whether it is in time is known once its letter was presented."""

    ANNOUNCED = "announced", _("en attente de présentation")
    IN_TIME = "in-time", _("dans les temps")
    LATE = "late", _("trop tard")
    WITHDRAWN = "withdrawn", _("retiré")


NOTICE_MOVES: Final[dict[str, frozenset[str]]] = {
    "announced": frozenset({"in-time", "late", "withdrawn"}),
    # Days of a letter that were entered wrongly are corrected, with a reason: it is judged again.
    "in-time": frozenset({"in-time", "late", "withdrawn"}),
    "late": frozenset({"in-time", "late", "withdrawn"}),
    "withdrawn": frozenset(),
}
STANDING: Final = (NoticeState.ANNOUNCED, NoticeState.IN_TIME, NoticeState.LATE)


class FormalNoticeState(models.TextChoices):
    """Where a formal notice stands: its delay runs from the presentation of the letter."""

    SENT = "sent", _("en attente de présentation")
    RUNNING = "running", _("délai en cours")
    COMPLIED = "complied", _("suivie d’effet")
    WITHOUT_EFFECT = "without-effect", _("restée sans effet")
    ENDED = "ended", _("suivie de la fin du contrat")


FORMAL_NOTICE_MOVES: Final[dict[str, frozenset[str]]] = {
    "sent": frozenset({"running", "complied"}),
    "running": frozenset({"running", "complied", "without-effect", "ended"}),
    "complied": frozenset(),
    "without-effect": frozenset({"complied", "ended"}),
    "ended": frozenset(),
}
OPEN: Final = (FormalNoticeState.SENT, FormalNoticeState.RUNNING, FormalNoticeState.WITHOUT_EFFECT)


class DisputeState(models.TextChoices):
    """Where a dispute stands. Whether reflection is over is a matter of the day, not of a state."""

    ANNOUNCED = "announced", _("réclamation à présenter")
    REFLECTION = "reflection", _("réflexion")
    CONCILIATION = "conciliation", _("conciliation")
    OPEN = "open", _("ouvert, sans procédure amiable")
    SETTLED = "settled", _("accord")
    FAILED = "failed", _("échec")
    WITHDRAWN = "withdrawn", _("abandonné")


DISPUTE_MOVES: Final[dict[str, frozenset[str]]] = {
    "announced": frozenset({"reflection", "open", "settled", "withdrawn"}),
    # Days of a letter that were entered wrongly are corrected, with a reason: they are computed again.
    "reflection": frozenset({"reflection", "conciliation", "settled", "withdrawn"}),
    "conciliation": frozenset({"settled", "failed", "withdrawn"}),
    "open": frozenset({"open", "settled", "failed", "withdrawn"}),
    "settled": frozenset(),
    "failed": frozenset(),
    "withdrawn": frozenset(),
}
DISPUTED: Final = (
    DisputeState.ANNOUNCED,
    DisputeState.REFLECTION,
    DisputeState.CONCILIATION,
    DisputeState.OPEN,
)
"""A dispute that goes on."""


class ReversalState(models.TextChoices):
    """Where a reversibility stands."""

    OPEN = "open", _("en cours")
    DELIVERED = "delivered", _("restituée")
    CERTIFIED = "certified", _("effacement certifié")
    WITHDRAWN = "withdrawn", _("abandonnée")


REVERSAL_MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"delivered", "withdrawn"}),
    "delivered": frozenset({"certified"}),
    # A wiping that is corrected takes the certificate back: another follows.
    "certified": frozenset({"delivered"}),
    "withdrawn": frozenset(),
}


class RecordState(models.TextChoices):
    """Where a delivery record stands: it counts once both have signed."""

    ISSUED = "issued", _("à signer")
    SIGNED = "signed", _("signé par le client")
    COMPLETE = "complete", _("signé des deux parties")
    WITHDRAWN = "withdrawn", _("sans suite")


RECORD_MOVES: Final[dict[str, frozenset[str]]] = {
    "issued": frozenset({"signed", "complete", "withdrawn"}),
    "signed": frozenset({"complete", "withdrawn"}),
    "complete": frozenset(),
    "withdrawn": frozenset(),
}
