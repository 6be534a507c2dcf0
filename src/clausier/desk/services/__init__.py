"""The acts of the desk: the one door for screens, API, mail and timers."""

from clausier.desk.services.appointments import cancel_appointment, set_appointment
from clausier.desk.services.checklists import (
    add_task,
    apply_checklist,
    change_task,
    remove_task,
    tick_task,
    write_checklist,
)
from clausier.desk.services.conversation import add_note, log_call, receive_reply, reply
from clausier.desk.services.departures import leave_staff
from clausier.desk.services.following import follow, unfollow
from clausier.desk.services.letters import (
    move_message,
    open_from_mail,
    record_machine_mail,
    record_mail,
)
from clausier.desk.services.linking import link_tickets, unlink_tickets
from clausier.desk.services.merging import merge_tickets, undo_merge
from clausier.desk.services.phone import announce_call, call_back, set_call_link, take_call
from clausier.desk.services.qualification import (
    UNCHANGED,
    answer_prediagnosis,
    decide_coverage,
    qualify,
)
from clausier.desk.services.splitting import split_ticket
from clausier.desk.services.tagging import change_tag, make_tag, tag_ticket
from clausier.desk.services.tickets import (
    assign,
    climb,
    close_ticket,
    number_tickets_from,
    open_ticket,
    reopen_ticket,
)
from clausier.desk.services.work import (
    discard_work,
    log_work,
    pause_work,
    resume_work,
    start_work,
    stop_work,
    validate_work,
)

__all__ = [
    "UNCHANGED",
    "add_note",
    "add_task",
    "announce_call",
    "answer_prediagnosis",
    "apply_checklist",
    "assign",
    "call_back",
    "cancel_appointment",
    "change_tag",
    "change_task",
    "climb",
    "close_ticket",
    "decide_coverage",
    "discard_work",
    "follow",
    "leave_staff",
    "link_tickets",
    "log_call",
    "log_work",
    "make_tag",
    "merge_tickets",
    "move_message",
    "number_tickets_from",
    "open_from_mail",
    "open_ticket",
    "pause_work",
    "qualify",
    "receive_reply",
    "record_machine_mail",
    "record_mail",
    "remove_task",
    "reopen_ticket",
    "reply",
    "resume_work",
    "set_appointment",
    "set_call_link",
    "split_ticket",
    "start_work",
    "stop_work",
    "tag_ticket",
    "take_call",
    "tick_task",
    "undo_merge",
    "unfollow",
    "unlink_tickets",
    "validate_work",
    "write_checklist",
]
