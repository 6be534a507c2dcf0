"""The desk: tickets, what happened on them, what was promised, who comes when, what was worked."""

from clausier.desk.models.appointments import Appointment
from clausier.desk.models.events import Attachment, EventKind, MovedEvent, TicketEvent
from clausier.desk.models.phone import Callback, CallState, PhoneCall
from clausier.desk.models.promises import Promise, PromiseKind
from clausier.desk.models.satisfaction import Mark, Survey, SurveyOptOut, SurveySettings
from clausier.desk.models.tickets import Impact, Nature, Origin, Step, Ticket, Urgency, Verdict
from clausier.desk.models.work import WorkDomain, WorkEntry, WorkMode, WorkSession, WorkSpan

__all__ = [
    "Appointment",
    "Attachment",
    "CallState",
    "Callback",
    "EventKind",
    "Impact",
    "Mark",
    "MovedEvent",
    "Nature",
    "Origin",
    "PhoneCall",
    "Promise",
    "PromiseKind",
    "Step",
    "Survey",
    "SurveyOptOut",
    "SurveySettings",
    "Ticket",
    "TicketEvent",
    "Urgency",
    "Verdict",
    "WorkDomain",
    "WorkEntry",
    "WorkMode",
    "WorkSession",
    "WorkSpan",
]
