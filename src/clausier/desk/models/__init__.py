"""The desk: tickets, what happened on them, what was promised, who comes when, what was worked."""

from clausier.desk.models.appointments import Appointment
from clausier.desk.models.checklists import Checklist, TicketTask
from clausier.desk.models.events import Attachment, EventKind, MovedEvent, TicketEvent
from clausier.desk.models.following import Watcher
from clausier.desk.models.joining import INVERSE, LinkKind, Merge, TicketLink
from clausier.desk.models.phone import Callback, CallState, PhoneCall
from clausier.desk.models.presence import Presence
from clausier.desk.models.promises import Promise, PromiseKind
from clausier.desk.models.tags import Tag, TagColour, TicketTag
from clausier.desk.models.tickets import Impact, Nature, Origin, Step, Ticket, Urgency, Verdict
from clausier.desk.models.work import WorkDomain, WorkEntry, WorkMode, WorkSession, WorkSpan

__all__ = [
    "INVERSE",
    "Appointment",
    "Attachment",
    "CallState",
    "Callback",
    "Checklist",
    "EventKind",
    "Impact",
    "LinkKind",
    "Merge",
    "MovedEvent",
    "Nature",
    "Origin",
    "PhoneCall",
    "Presence",
    "Promise",
    "PromiseKind",
    "Step",
    "Tag",
    "TagColour",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TicketTag",
    "TicketTask",
    "Urgency",
    "Verdict",
    "Watcher",
    "WorkDomain",
    "WorkEntry",
    "WorkMode",
    "WorkSession",
    "WorkSpan",
]
