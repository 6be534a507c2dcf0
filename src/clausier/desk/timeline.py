"""Writing what happened on a ticket: the thread that people read and the facts that clocks replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from clausier.desk.models import Attachment, SupplierCase, Ticket, TicketEvent
from clausier.directory.models import Contact
from clausier.foundation import clock, numbering, rows
from clausier.foundation import files as file_store
from clausier.foundation.actors import Actor
from clausier.foundation.models import Ruling, StoredFile


class Upload(NamedTuple):
    """A file that comes with a message."""

    name: str
    content_type: str
    content: bytes


def record(
    ticket: Ticket,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    data: dict[str, Any] | None = None,
    ruling: Ruling | None = None,
    contact: Contact | None = None,
    internal: bool = False,
    author: str = "",
    case: SupplierCase | None = None,
    files: Sequence[Upload | tuple[str, str, bytes]] = (),
) -> TicketEvent:
    """Append an event; `at` is when it happened. What a contact says is theirs, whoever typed it.

    `author` names who is neither of the staff nor a contact known here.
    """
    event = event_of(
        ticket,
        kind,
        by=by,
        at=at,
        text=text,
        data=data,
        ruling=ruling,
        contact=contact,
        internal=internal,
        author=author,
        case=case,
    )
    if files:
        _add_with_files(event, files, by=by, at=at)
    else:
        rows.add([event])
    return event


def record_all(events: Iterable[TicketEvent]) -> None:
    """Append what `event_of` made, in that order, in one statement."""
    rows.add(list(events))


def event_of(
    ticket: Ticket,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    data: dict[str, Any] | None = None,
    ruling: Ruling | None = None,
    contact: Contact | None = None,
    internal: bool = False,
    author: str = "",
    case: SupplierCase | None = None,
) -> TicketEvent:
    """An event as `record` appends it, not stored yet."""
    return rows.made(
        TicketEvent,
        provider_id=ticket.provider_id,
        client_id=ticket.client_id,
        ticket=ticket,
        kind=kind,
        at=at,
        written_at=clock.now(),
        person=by.person,
        contact=contact,
        author_name=(contact.full_name if contact else author or by.name)[:120],
        text=text,
        data=data or {},
        is_internal=internal,
        ruling=ruling,
        case=case,
    )


def _add_with_files(
    event: TicketEvent, files: Sequence[Upload | tuple[str, str, bytes]], *, by: Actor, at: datetime
) -> None:
    """Store an event and the files that came with it, in one exchange."""
    stored = files_of(files, client_id=event.client_id, by=by, at=at)
    (event.pk,), ids = numbering.reserve_ids((TicketEvent, 1), (StoredFile, len(stored)))
    numbering.name(stored, ids)
    # The event comes last: its ticket's entry of search is then made once, with the names of the files.
    rows.add(stored, [attachment_of(event, file) for file in stored], [event], ids=False)


def files_of(
    files: Sequence[Upload | tuple[str, str, bytes]], *, client_id: int, by: Actor, at: datetime
) -> list[StoredFile]:
    """The rows of what comes with an event of a client's, whose bytes are kept; themselves not stored yet."""
    return [
        file_store.written(
            content,
            provider=by.provider,
            name=name,
            content_type=content_type,
            at=at,
            client_id=client_id,
        )
        for name, content_type, content in files
    ]


def attachment_of(event: TicketEvent, file: StoredFile) -> Attachment:
    """What ties a file to its event, not stored yet; both have their ids."""
    return rows.made(
        Attachment, provider_id=event.provider_id, client_id=event.client_id, event=event, file=file
    )
