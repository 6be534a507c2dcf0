"""Making one attempt: a letter of the outbox as MIME, handed to the mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from clausier.foundation import files
from clausier.post import matching, outbox
from clausier.post.models import MailKind, OutgoingMail
from clausier.post.reading.kinds import MARK


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt. `refused` are addresses that will never take it, with what was said."""

    accepted: bool
    says: str = ""
    final: bool = False
    held: bool = False
    refused: tuple[tuple[str, str], ...] = ()


class _Letter(EmailMessage):
    """A message that may be handed over for fewer than it shows as addressed."""

    handed_to: Sequence[str] = ()

    def recipients(self) -> list[str]:
        """Whom the server is asked to deliver to."""
        return list(self.handed_to) or super().recipients()


def message_of(mail: OutgoingMail) -> EmailMessage:
    """The letter, with what threads it and what keeps robots from answering it."""
    box = mail.mailbox
    shown = box.sender_name or box.provider.name
    if mail.author_name:
        shown = f"{mail.author_name} ({shown})"
    answer_to = matching.reply_address(box, mail.conversation) if mail.conversation else box.address
    headers = {
        "From": formataddr((shown, box.address)),
        "Message-ID": f"<{mail.message_id}>",
        "Date": format_datetime(mail.made_at),
        MARK: outbox.installation_mark(),
        "Reply-To": answer_to,
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = " ".join(f"<{one}>" for one in mail.references.split())
    if mail.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    if mail.kind == MailKind.ACKNOWLEDGEMENT:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    elif mail.kind == MailKind.LETTER:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    else:
        # A person wrote it; out-of-office answers to it are of no use to anybody.
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    made = _Letter(
        mail.subject,
        outbox.text_of(mail),
        from_email=answer_to,
        to=list(mail.to),
        cc=list(mail.cc),
        headers=headers,
    )
    made.handed_to = list(mail.handed_to)
    for one in mail.files.select_related("file"):
        made.attach(one.file.name, files.read(one.file), one.file.content_type)
    return made


def leaves() -> bool:
    """Whether there is a server to send by."""
    return "console" not in settings.EMAIL_BACKEND


def attempt(mail: OutgoingMail) -> Answer:
    """Hand the letter over once; never raises for what the server does."""
    if not leaves():
        return Answer(False, _("aucun serveur d’envoi n’est réglé (CLAUSIER_MAIL_HOST)"), held=True)
    try:
        get_connection(fail_silently=False).send_messages([message_of(mail)])
    except smtplib.SMTPRecipientsRefused as refused:
        told = [(address, code, _said(said)) for address, (code, said) in refused.recipients.items()]
        final = all(code >= 500 for _address, code, _words in told)
        return Answer(
            False,
            "; ".join(f"{address}: {code} {words}" for address, code, words in told)[:300],
            final=final,
            refused=tuple((address, words) for address, code, words in told if code >= 500),
        )
    except smtplib.SMTPResponseException as problem:
        says = f"{problem.smtp_code} {_said(problem.smtp_error)}"[:300]
        # A server that refuses our account or our address may be set right: it is tried again.
        return Answer(
            False, says, final=isinstance(problem, smtplib.SMTPDataError) and problem.smtp_code >= 500
        )
    except (OSError, smtplib.SMTPException, files.DamagedFile) as problem:
        return Answer(False, f"{type(problem).__name__}: {problem}"[:300])
    return Answer(True)


def _said(words: bytes | str) -> str:
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:200]
