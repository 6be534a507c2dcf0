"""The acts of a reversibility, from the client's letter to the destruction certificate (imri XIV)."""

from clausier.lifecycle.services.reversal.certifying import issue_certificate
from clausier.lifecycle.services.reversal.delivery import (
    complete_record,
    decline_record,
    issue_record,
    lift_reservation,
    make_reservation,
    note_signed,
    withdraw_record,
)
from clausier.lifecycle.services.reversal.files import (
    Effort,
    open_reversal,
    revise_estimate,
    withdraw_reversal,
)
from clausier.lifecycle.services.reversal.items import (
    ItemFacts,
    drop_item,
    list_item,
    note_paid,
    return_item,
)
from clausier.lifecycle.services.reversal.plan import (
    StepFacts,
    complete_own_step,
    complete_step,
    drop_step,
    reopen_step,
    write_step,
)
from clausier.lifecycle.services.reversal.wiping import (
    DeviceFacts,
    WipingFacts,
    cancel_wiping,
    drop_device,
    list_device,
    record_wiping,
)

__all__ = [
    "DeviceFacts",
    "Effort",
    "ItemFacts",
    "StepFacts",
    "WipingFacts",
    "cancel_wiping",
    "complete_own_step",
    "complete_record",
    "complete_step",
    "decline_record",
    "drop_device",
    "drop_item",
    "drop_step",
    "issue_certificate",
    "issue_record",
    "lift_reservation",
    "list_device",
    "list_item",
    "make_reservation",
    "note_paid",
    "note_signed",
    "open_reversal",
    "record_wiping",
    "reopen_step",
    "return_item",
    "revise_estimate",
    "withdraw_record",
    "withdraw_reversal",
    "write_step",
]
