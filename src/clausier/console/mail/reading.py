"""What the pages of mail show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.desk import cases
from clausier.post import queries
from clausier.post.models import IncomingMail, OutgoingMail
from clausier.post.states import MailOutcome, OutboxState, Standing

ROWS = 50
BIGGEST = 2**63 - 1
MARKS_IN = {
    MailOutcome.TICKET: "on-time",
    MailOutcome.REPLY: "met",
    MailOutcome.AUTOMATIC: "lifted",
    MailOutcome.BOUNCE: "late",
    MailOutcome.LIST: "lifted",
    MailOutcome.OWN: "lifted",
    MailOutcome.UNREADABLE: "at-risk",
}
MARKS_OUT = {
    OutboxState.WAITING: "at-risk",
    OutboxState.SENT: "met",
    OutboxState.GIVEN_UP: "late",
    OutboxState.RETURNED: "late",
    OutboxState.HELD: "suspended",
}


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts of mail, and how many messages wait to be qualified."""
    slug = request.provider.slug
    allowed = [
        ("mail", _("À qualifier"), "post.read"),
        ("mail-messages", _("Reçus"), "post.read"),
        ("mail-outbox", _("Envois"), "post.read"),
        ("mailboxes", _("Boîtes"), "post.write"),
        ("wordings", _("Modèles"), "post.write"),
    ]
    waiting = queries.to_qualify(request.actor).count()
    return {
        "section": "mail",
        "waiting_count": waiting,
        "tabs": [
            {
                "label": label,
                "url": reverse(name, args=[slug]),
                "on": name == current,
                "count": waiting if name == "mail" else 0,
            }
            for name, label, permission in allowed
            if request.actor.may(permission)
        ],
    }


def crumbs(request: StaffRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of mail."""
    return [(_("Courrier"), reverse("mail", args=[request.provider.slug])), *more]


def row_in(mail: IncomingMail, slug: str) -> dict[str, Any]:
    """A message in a list."""
    return {
        "mail": mail,
        "url": reverse("mail-message", args=[slug, mail.pk]),
        "who": mail.sender_name or mail.sender_address or _("expéditeur illisible"),
        "subject": mail.subject or _("sans objet"),
        "mark": _mark(mail),
        "label": state_of(mail),
        "why": why_of(mail),
        "files": len([one for one in mail.facts.get("files", ()) if not one.get("inline")]),
        "ticket": ticket_of(mail, slug),
    }


def _mark(mail: IncomingMail) -> str:
    if mail.standing == Standing.QUEUED:
        return "at-risk"
    return MARKS_IN[MailOutcome(mail.outcome)] if mail.outcome else "suspended"


def state_of(mail: IncomingMail) -> str:
    """What became of a message, in a word or two."""
    if mail.standing == Standing.QUEUED:
        return str(Standing.QUEUED.label)
    if mail.matched_by == "set-aside":
        return _("écarté")
    return str(MailOutcome(mail.outcome).label) if mail.outcome else str(Standing(mail.standing).label)


def why_of(mail: IncomingMail) -> str:
    """The reason, in the reader's language."""
    if not mail.why:
        return ""
    return str(mail.why[1] if get_language() == "en" and len(mail.why) > 1 else mail.why[0])


def ticket_of(mail: IncomingMail | OutgoingMail, slug: str) -> dict[str, str] | None:
    """The ticket that a message is about, or the case at a supplier's."""
    conversation = mail.conversation
    if conversation is not None and conversation.about_kind == cases.KIND:
        number, _slash, ordinal = conversation.about_label.partition("/")
        url = reverse("case", args=[slug, int(number), int(ordinal)])
        return {"number": conversation.about_label, "url": url}
    if (
        conversation is None
        or conversation.about_kind != "ticket"
        or not conversation.about_label.isdecimal()
    ):
        return None
    number = conversation.about_label
    return {"number": number, "url": reverse("ticket", args=[slug, int(number)])}


def row_out(mail: OutgoingMail, slug: str) -> dict[str, Any]:
    """A letter in a list."""
    return {
        "mail": mail,
        "url": reverse("mail-letter", args=[slug, mail.pk]),
        "mark": MARKS_OUT[OutboxState(mail.state)],
        "ticket": ticket_of(mail, slug),
    }


def page_of(rows: Any, before: str) -> tuple[list[Any], int | None]:
    """A page of rows in the order of their ids, latest first, and where the next one begins."""
    if before.isdecimal():
        rows = rows.filter(pk__lt=min(int(before), BIGGEST))
    found = list(rows[: ROWS + 1])
    return found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None


def fault_in_words(fault: str) -> str:
    """Why a message reads badly, for people; what the libraries say of rarer faults stays as it is."""
    known = {"no header of a message": _("ni expéditeur, ni objet"), "empty": _("il est vide")}
    return known.get(fault, fault)
