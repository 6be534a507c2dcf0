"""The acts that end contracts, or stop them for a while: the one door for screens, API, timers."""

from clausier.lifecycle.services.evidence import Given
from clausier.lifecycle.services.formal_notices import (
    preview_formal_notice,
    record_formal_notice,
    send_formal_notice,
    settle_formal_notice,
)
from clausier.lifecycle.services.letters import Journey, Paper, record_journey, send_copy
from clausier.lifecycle.services.notices import (
    acknowledge_notice,
    announce_notice,
    give_notice,
    preview_acknowledgement,
    preview_notice,
    record_notice,
    withdraw_notice,
)
from clausier.lifecycle.services.stops import (
    declare_force_majeure,
    hold_promises,
    lift_suspension,
    preview_force_majeure,
    preview_lifting,
    preview_suspension,
    resume_promises,
    suspend_service,
)
from clausier.lifecycle.services.terminations import (
    end_after_formal_notice,
    end_by_agreement,
    end_for_force_majeure,
    preview_termination,
    terminate,
    undo_end,
)

__all__ = [
    "Given",
    "Journey",
    "Paper",
    "acknowledge_notice",
    "announce_notice",
    "declare_force_majeure",
    "end_after_formal_notice",
    "end_by_agreement",
    "end_for_force_majeure",
    "give_notice",
    "hold_promises",
    "lift_suspension",
    "preview_acknowledgement",
    "preview_force_majeure",
    "preview_formal_notice",
    "preview_lifting",
    "preview_notice",
    "preview_suspension",
    "preview_termination",
    "record_formal_notice",
    "record_journey",
    "record_notice",
    "resume_promises",
    "send_copy",
    "send_formal_notice",
    "settle_formal_notice",
    "suspend_service",
    "terminate",
    "undo_end",
    "withdraw_notice",
]
