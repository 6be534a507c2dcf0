"""The acts of the desk: the one door for screens, API, mail and timers."""

from clausier.desk.services.agreements import (
    answer_agreement,
    ask_agreement,
    record_agreement,
    withdraw_agreement,
)
from clausier.desk.services.appointments import (
    cancel_appointment,
    set_appointment,
)
from clausier.desk.services.articles import (
    article_of_answer,
)
from clausier.desk.services.checklists import (
    add_task,
    apply_checklist,
    change_task,
    remove_task,
    tick_task,
    write_checklist,
)
from clausier.desk.services.contestations import (
    contest_work,
    reject_contestation,
    uphold_contestation,
    withdraw_contestation,
)
from clausier.desk.services.conversation import (
    add_note,
    log_call,
    receive_reply,
    reply,
)
from clausier.desk.services.corrections import (
    correct_work,
)
from clausier.desk.services.custody import (
    acknowledge_custody,
    change_custody,
    lend_machine,
    read_code,
    receive_machine,
    return_loan,
    return_machine,
    set_ready,
    take_photos,
)
from clausier.desk.services.departures import (
    leave_staff,
)
from clausier.desk.services.following import (
    follow,
    unfollow,
)
from clausier.desk.services.letters import (
    move_message,
    open_from_mail,
    record_machine_mail,
    record_mail,
)
from clausier.desk.services.linking import (
    link_tickets,
    unlink_tickets,
)
from clausier.desk.services.merging import (
    merge_tickets,
    undo_merge,
)
from clausier.desk.services.notices import (
    tell_by_phone,
)
from clausier.desk.services.phone import (
    announce_call,
    call_back,
    set_call_link,
    take_call,
)
from clausier.desk.services.qualification import (
    UNCHANGED,
    answer_prediagnosis,
    decide_coverage,
    qualify,
)
from clausier.desk.services.remote import (
    end_remote,
    start_remote,
)
from clausier.desk.services.satisfaction import (
    ask_client,
    ask_opinion,
    give_mark,
    settle_surveys,
    take_up_mark,
)
from clausier.desk.services.splitting import (
    split_ticket,
)
from clausier.desk.services.steps import (
    StepAgreement,
    climb,
)
from clausier.desk.services.stopping import (
    stop_intervention,
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
from clausier.desk.services.tagging import (
    change_tag,
    make_tag,
    tag_ticket,
)
from clausier.desk.services.tickets import (
    assign,
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
    "StepAgreement",
    "acknowledge_custody",
    "add_note",
    "add_task",
    "announce_call",
    "answer_agreement",
    "answer_prediagnosis",
    "apply_checklist",
    "article_of_answer",
    "ask_agreement",
    "ask_client",
    "ask_opinion",
    "assign",
    "call_back",
    "cancel_appointment",
    "change_case",
    "change_custody",
    "change_tag",
    "change_task",
    "climb",
    "close_ticket",
    "contest_work",
    "correct_work",
    "decide_coverage",
    "discard_work",
    "end_case",
    "end_remote",
    "follow",
    "give_mark",
    "join_ticket",
    "keep_waiting",
    "leave_staff",
    "lend_machine",
    "link_tickets",
    "log_call",
    "log_supplier_call",
    "log_work",
    "make_tag",
    "merge_tickets",
    "move_message",
    "note_on_case",
    "number_tickets_from",
    "open_from_mail",
    "open_supplier_case",
    "open_ticket",
    "pause_work",
    "qualify",
    "read_code",
    "receive_from_supplier",
    "receive_machine",
    "receive_reply",
    "record_agreement",
    "record_machine_mail",
    "record_mail",
    "reject_contestation",
    "remind_of_chase",
    "remove_task",
    "reopen_case",
    "reopen_ticket",
    "reply",
    "resume_work",
    "return_loan",
    "return_machine",
    "set_appointment",
    "set_call_link",
    "set_ready",
    "settle_surveys",
    "split_ticket",
    "start_remote",
    "start_work",
    "stop_intervention",
    "stop_work",
    "tag_ticket",
    "take_call",
    "take_photos",
    "take_up_mark",
    "tell_by_phone",
    "tell_of_suppliers",
    "tick_task",
    "undo_merge",
    "unfollow",
    "unlink_tickets",
    "uphold_contestation",
    "validate_work",
    "withdraw_agreement",
    "withdraw_contestation",
    "write_checklist",
    "write_to_supplier",
]
