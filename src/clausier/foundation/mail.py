"""Letters of the program to one address: deferred in the act's own transaction, sealed while they wait.

A letter may carry a way in (an invitation, a code), and the queue of jobs is a table that is read, copied
and kept: what waits there is encrypted.
"""

from __future__ import annotations

import json
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from clausier.foundation import secrets

PLACE = "procrastinate_jobs.args"
SEND = "foundation.send_letter"


def defer(*, to: str, subject: str, body: str) -> None:
    """Have a letter sent once the transaction around it is written; in plain text."""
    letter = {
        "to": to,
        "subject": subject,
        "body": body,
        # Fixed now: a letter that is sent twice, its worker having died between, shows once.
        "message_id": make_msgid(domain=_domain()),
    }
    app.configure_task(SEND).defer(letter=secrets.seal(json.dumps(letter), PLACE))


def send(sealed: str) -> None:
    """Hand a sealed letter to the mail server. Raises OSError (or a subclass) when it does not take it."""
    letter = json.loads(secrets.unseal(sealed, PLACE))
    EmailMessage(
        letter["subject"],
        letter["body"],
        settings.DEFAULT_FROM_EMAIL,
        [letter["to"]],
        headers={"Message-ID": letter["message_id"], "Auto-Submitted": "auto-generated"},
    ).send()


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
