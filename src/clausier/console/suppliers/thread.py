"""The thread of a case: what was written and said, and between it what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from clausier.console.suppliers import telling
from clausier.console.tickets.thread import Entry, Letter, written_later
from clausier.desk.models import EventKind, TicketEvent


def entries(
    events: Iterable[TicketEvent], *, mails: Mapping[int, str], letters: Mapping[int, Letter]
) -> list[Entry]:
    """The thread, oldest first."""
    return [_said(event, mails, letters) if event.kind in telling.SAID else _fact(event) for event in events]


def _said(event: TicketEvent, mails: Mapping[int, str], letters: Mapping[int, Letter]) -> Entry:
    return Entry(
        id=f"e{event.pk}",
        kind="said",
        at=event.at,
        author=event.author_name,
        how=_how(event),
        text=event.text,
        ours=event.kind != EventKind.SUPPLIER_ANSWER,
        internal=event.kind == EventKind.SUPPLIER_NOTE,
        written_at=written_later(event),
        files=tuple(event.attachments.all()),
        mail_url=mails.get(event.pk, ""),
        letter=letters.get(event.pk),
    )


def _how(event: TicketEvent) -> str:
    """By which way the words came."""
    supplier = event.data.get("supplier", "")
    match event.kind:
        case EventKind.SUPPLIER_LETTER if event.data.get("chase"):
            return _("relance %(supplier)s (n° %(n)d)") % {"supplier": supplier, "n": event.data["chase"]}
        case EventKind.SUPPLIER_LETTER:
            return _("à %(supplier)s") % {"supplier": supplier}
        case EventKind.SUPPLIER_ANSWER if event.data.get("automatic"):
            return _("message automatique, l’attente continue")
        case EventKind.SUPPLIER_ANSWER:
            return _("écrit par %(supplier)s") % {"supplier": supplier}
        case EventKind.SUPPLIER_CALL if event.data.get("direction") == "in":
            return _("%(supplier)s a appelé") % {"supplier": supplier}
        case EventKind.SUPPLIER_CALL:
            return _("a appelé %(supplier)s") % {"supplier": supplier}
    channel = event.data.get("channel")
    if channel in CHANNELS:
        return CHANNELS[channel]() % {"supplier": supplier}
    return _("note du dossier")


CHANNELS: dict[str, Callable[[], str]] = {
    "portal": lambda: _("au portail, chez %(supplier)s"),
    "phone": lambda: _("au téléphone, à %(supplier)s"),
}


def _fact(event: TicketEvent) -> Entry:
    icon, how = telling.told(event)
    return Entry(
        id=f"e{event.pk}",
        kind="fact",
        at=event.at,
        author=event.author_name,
        how=how,
        text=event.text,
        icon=icon,
        internal=True,
        written_at=written_later(event),
    )
