"""The acts that end contracts, or stop them for a while: the one door for screens, API, timers."""

from clausier.lifecycle.services.dispute_files import (
    add_note,
    add_paper,
    add_person,
    give_file,
    read_file,
    read_paper,
)
from clausier.lifecycle.services.dispute_openings import (
    announce_dispute,
    open_dispute,
    preview_complaint,
    record_complaint_journey,
    record_dispute,
)
from clausier.lifecycle.services.dispute_steps import (
    end_dispute,
    extend_conciliation,
    name_expert,
    refer_dispute,
)
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
    "add_note",
    "add_paper",
    "add_person",
    "announce_dispute",
    "announce_notice",
    "declare_force_majeure",
    "end_after_formal_notice",
    "end_by_agreement",
    "end_dispute",
    "end_for_force_majeure",
    "extend_conciliation",
    "give_file",
    "give_notice",
    "hold_promises",
    "lift_suspension",
    "name_expert",
    "open_dispute",
    "preview_acknowledgement",
    "preview_complaint",
    "preview_force_majeure",
    "preview_formal_notice",
    "preview_lifting",
    "preview_notice",
    "preview_suspension",
    "preview_termination",
    "read_file",
    "read_paper",
    "record_complaint_journey",
    "record_dispute",
    "record_formal_notice",
    "record_journey",
    "record_notice",
    "refer_dispute",
    "resume_promises",
    "send_copy",
    "send_formal_notice",
    "settle_formal_notice",
    "suspend_service",
    "terminate",
    "undo_end",
    "withdraw_notice",
]
