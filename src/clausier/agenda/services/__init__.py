"""The acts on dates: duties looked at, reminders settled, sent and confirmed, calendar addresses."""

from clausier.agenda.services.duties import check_duty
from clausier.agenda.services.feeds import NewFeed, make_feed, note_read, revoke_feed
from clausier.agenda.services.reminders import (
    confirm_reminder,
    remind,
    settle_client_reminders,
    settle_reminders,
)

__all__ = [
    "NewFeed",
    "check_duty",
    "confirm_reminder",
    "make_feed",
    "note_read",
    "remind",
    "revoke_feed",
    "settle_client_reminders",
    "settle_reminders",
]
