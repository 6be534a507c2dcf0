"""The acts of the desk: the one door for screens, API, mail and timers."""

from clausier.desk.services.appointments import cancel_appointment, set_appointment
from clausier.desk.services.conversation import add_note, log_call, receive_reply, reply
from clausier.desk.services.departures import leave_staff
from clausier.desk.services.letters import (
    move_message,
    open_from_mail,
    record_machine_mail,
    record_mail,
)
from clausier.desk.services.phone import announce_call, call_back, set_call_link, take_call
from clausier.desk.services.qualification import (
    UNCHANGED,
    answer_prediagnosis,
    decide_coverage,
    qualify,
)
from clausier.desk.services.supplier_cases import (
    change_case,
    end_case,
    join_ticket,
    keep_waiting,
    log_supplier_call,
    note_on_case,
    open_supplier_case,
    receive_from_supplier,
    remind_of_chase,
    reopen_case,
    tell_of_suppliers,
    write_to_supplier,
)
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
    "announce_call",
    "answer_prediagnosis",
    "assign",
    "call_back",
    "cancel_appointment",
    "change_case",
    "climb",
    "close_ticket",
    "decide_coverage",
    "discard_work",
    "end_case",
    "join_ticket",
    "keep_waiting",
    "leave_staff",
    "log_call",
    "log_supplier_call",
    "log_work",
    "move_message",
    "note_on_case",
    "number_tickets_from",
    "open_from_mail",
    "open_supplier_case",
    "open_ticket",
    "pause_work",
    "qualify",
    "receive_from_supplier",
    "receive_reply",
    "record_machine_mail",
    "record_mail",
    "remind_of_chase",
    "reopen_case",
    "reopen_ticket",
    "reply",
    "resume_work",
    "set_appointment",
    "set_call_link",
    "start_work",
    "stop_work",
    "take_call",
    "tell_of_suppliers",
    "validate_work",
    "write_to_supplier",
]
