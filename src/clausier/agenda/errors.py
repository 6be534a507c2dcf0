"""Why an act on dates, duties and reminders is refused."""

from clausier.foundation.errors import Refusal


class UnknownDuty(Refusal):
    """The terms of this client have no such duty."""

    code = "unknown_duty"


class UnknownFeed(Refusal):
    """No such calendar address here, or it was withdrawn."""

    code = "unknown_feed"
    status = 404


class UnknownReminder(Refusal):
    """No such reminder."""

    code = "unknown_reminder"
    status = 404
