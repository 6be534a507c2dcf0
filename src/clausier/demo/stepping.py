"""What the demo's clients say of a step that costs them something."""

from __future__ import annotations

from clausier.access.services import Answer
from clausier.desk.models import Ticket, Verdict
from clausier.desk.services import StepAgreement


def agreed(ticket: Ticket) -> StepAgreement | None:
    """The caller's yes, over the phone; None where the step is included and nobody is asked."""
    # Its coverage may have been decided since it was read.
    ticket.refresh_from_db(fields=["verdict"])
    if ticket.verdict == Verdict.COVERED:
        return None
    name = ticket.caller.full_name if ticket.caller else ticket.client.name
    return StepAgreement("given", Answer(True, "phone", contact=ticket.caller, name=name))
