"""The acts of the desk: the one door for screens, API, mail and timers."""

from clausier.desk.services.appointments import cancel_appointment, set_appointment
from clausier.desk.services.articles import article_of_answer
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
from clausier.desk.services.satisfaction import (
    ask_client,
    ask_opinion,
    give_mark,
    settle_surveys,
    take_up_mark,
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
    "article_of_answer",
    "ask_client",
    "ask_opinion",
    "assign",
    "call_back",
    "cancel_appointment",
    "climb",
    "close_ticket",
    "decide_coverage",
    "discard_work",
    "give_mark",
    "leave_staff",
    "log_call",
    "log_work",
    "move_message",
    "number_tickets_from",
    "open_from_mail",
    "open_ticket",
    "pause_work",
    "qualify",
    "receive_reply",
    "record_machine_mail",
    "record_mail",
    "reopen_ticket",
    "reply",
    "resume_work",
    "set_appointment",
    "set_call_link",
    "settle_surveys",
    "start_work",
    "stop_work",
    "take_call",
    "take_up_mark",
    "validate_work",
]
