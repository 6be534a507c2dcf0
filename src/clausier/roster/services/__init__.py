"""The acts of the roster: the one door for screens, API and timers."""

from clausier.roster.services.absences import cancel_absence, enter_absence, hand_over
from clausier.roster.services.assignment import accept_proposal, settle, share_out, write_needs
from clausier.roster.services.callouts import (
    answer,
    call_out,
    escalate,
    follow,
    note_reach,
    open_summons,
    summons_token,
)
from clausier.roster.services.rotas import (
    change_rota,
    create_rota,
    end_rota,
    make_feed,
    revoke_feed,
    stand_down,
    stand_in,
)
from clausier.roster.services.senders import set_means, set_sender, try_sender

__all__ = [
    "accept_proposal",
    "answer",
    "call_out",
    "cancel_absence",
    "change_rota",
    "create_rota",
    "end_rota",
    "enter_absence",
    "escalate",
    "follow",
    "hand_over",
    "make_feed",
    "note_reach",
    "open_summons",
    "revoke_feed",
    "set_means",
    "set_sender",
    "settle",
    "share_out",
    "stand_down",
    "stand_in",
    "summons_token",
    "try_sender",
    "write_needs",
]
