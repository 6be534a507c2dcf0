"""The desk: tickets, what happened on them, what was promised, who comes when, what was worked."""

from clausier.desk.models.appointments import (
    Appointment,
)
from clausier.desk.models.checklists import (
    Checklist,
    TicketTask,
)
from clausier.desk.models.conduct import (
    Notice,
    StoppedIntervention,
)
from clausier.desk.models.contestations import (
    Contestation,
    ContestationChannel,
    ContestedEntry,
)
from clausier.desk.models.corrections import (
    WorkCorrection,
)
from clausier.desk.models.custody import (
    Custody,
    CustodyPhoto,
    MachineLoan,
)
from clausier.desk.models.events import (
    BENDING,
    Attachment,
    EventKind,
    MovedEvent,
    TicketEvent,
)
from clausier.desk.models.following import (
    Watcher,
)
from clausier.desk.models.hourly import (
    HourlyItem,
)
from clausier.desk.models.joining import (
    INVERSE,
    LinkKind,
    Merge,
    TicketLink,
)
from clausier.desk.models.phone import (
    Callback,
    CallState,
    PhoneCall,
)
from clausier.desk.models.presence import (
    Presence,
)
from clausier.desk.models.promises import (
    Promise,
    PromiseKind,
)
from clausier.desk.models.satisfaction import (
    Mark,
    Survey,
    SurveyOptOut,
    SurveySettings,
)
from clausier.desk.models.suppliers import (
    CaseChannel,
    CaseOutcome,
    CaseTicket,
    SupplierCase,
)
from clausier.desk.models.tags import (
    Tag,
    TagColour,
    TicketTag,
)
from clausier.desk.models.tickets import (
    Impact,
    Nature,
    Origin,
    Step,
    Ticket,
    Urgency,
    Verdict,
)
from clausier.desk.models.work import (
    WorkDomain,
    WorkEntry,
    WorkMode,
    WorkSession,
    WorkSpan,
)

__all__ = [
    "BENDING",
    "INVERSE",
    "Appointment",
    "Attachment",
    "CallState",
    "Callback",
    "CaseChannel",
    "CaseOutcome",
    "CaseTicket",
    "Checklist",
    "Contestation",
    "ContestationChannel",
    "ContestedEntry",
    "Custody",
    "CustodyPhoto",
    "EventKind",
    "HourlyItem",
    "Impact",
    "LinkKind",
    "MachineLoan",
    "Mark",
    "Merge",
    "MovedEvent",
    "Nature",
    "Notice",
    "Origin",
    "PhoneCall",
    "Presence",
    "Promise",
    "PromiseKind",
    "Step",
    "StoppedIntervention",
    "SupplierCase",
    "Survey",
    "SurveyOptOut",
    "SurveySettings",
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
    "WorkCorrection",
    "WorkDomain",
    "WorkEntry",
    "WorkMode",
    "WorkSession",
    "WorkSpan",
]
