"""Why an act on mail may not happen."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownMail(Refusal):
    """No such message, mailbox or conversation for this provider."""

    code = "unknown_mail"
    status = 404


class NotConnected(Refusal):
    """The mail server refuses us, or is not where it is said to be."""

    code = "not_connected"


class AlreadyQualified(Refusal):
    """Someone has said meanwhile whose the message is."""

    code = "already_qualified"
    status = 409


class NothingToSend(Refusal):
    """The message left already, or is still being tried."""

    code = "nothing_to_send"
    status = 409


class UnknownVariable(Refusal):
    """A wording uses a variable that its letter does not have."""

    code = "unknown_variable"
