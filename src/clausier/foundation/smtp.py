"""The one way out for mail: SMTP, signed with DKIM where a key is set."""

from __future__ import annotations

from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any

import dkim
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"reply-to",
)


class SigningBackend(EmailBackend):
    """Django's, with a DKIM signature on letters whose sender is of the domain that we sign for."""

    def _send(self, email_message: EmailMessage) -> bool:
        """Hand over one message. Raises smtplib's errors unless told to be silent."""
        recipients = email_message.recipients()
        if not recipients or self.connection is None:
            return False
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        sender = sanitize_address(email_message.from_email, encoding)
        message: Any = email_message.message()
        self.connection.sendmail(
            sender,
            [sanitize_address(one, encoding) for one in recipients],
            signed(message.as_bytes(linesep="\r\n"), str(message["From"])),
        )
        return True


def signed(content: bytes, sender: str) -> bytes:
    """`content` under its DKIM signature; as it is where we sign nothing, or for another domain."""
    domain = settings.DKIM_DOMAIN
    if not domain or not parseaddr(sender)[1].lower().endswith(f"@{domain.lower()}"):
        return content
    signature: bytes = dkim.sign(
        content,
        settings.DKIM_SELECTOR.encode(),
        domain.encode("idna"),
        _key(str(settings.DKIM_KEY_FILE)),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in SIGNED if b"\n" + name + b":" in b"\n" + content.lower()],
    )
    return signature + content


@lru_cache(maxsize=4)
def _key(path: str) -> bytes:
    return Path(path).read_bytes()
