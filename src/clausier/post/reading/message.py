"""A raw message read whole: who, to whom, what it says, what came with it.

The parser's `compat32` policy is quick and forgives; what it leaves undone (charsets, names, addresses) is
done here. `read` raises `Unreadable` only; whatever it can still tell is in it.
"""

from __future__ import annotations

import binascii
import hashlib
import quopri
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final, TypeVar

import icalendar
import puremagic
import tnefparse

from clausier.post.reading import charsets, folding, html, names

T = TypeVar("T")

DEEPEST: Final = 12  # messages and multiparts within one another
MOST_PARTS: Final = 400
MOST_FILES: Final = 60
LARGEST_FILE: Final = 30 * 1024 * 1024  # bytes of one attachment
LARGEST_TEXT: Final = 400_000  # signs
LONGEST_ID: Final = 250
MOST_REFERENCES: Final = 60
PICTURES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
"""How most of what comes begins: the library tells the same, after a look through all that it knows."""
_ID_HEADER = re.compile(rb"(?im)^message-id:([^\n]*(?:\n[ \t][^\n]*)*)")
_PLAIN_ID = re.compile(rb"[ \t]*<([!-;=@-~]{1,250})>[ \t]*")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_ADDRESS = re.compile(r"[^\s<>()\"',;:\\]+@[^\s<>()\"',;:\\]+\.?[^\s<>()\"',;:\\]*")
_TNEF: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


class Unreadable(Exception):
    """The bytes are no message that can be read; `says` is the reason, for people."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address; the address in lower case, the name may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """What came with a message. `kind` is what the bytes are, whatever the sender claims."""

    name: str
    kind: str
    content: bytes
    inline: bool = False
    cid: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Letter:
    """A message as read. `reply_text` is what is new in it; `notes` say what was left out, and why."""

    subject: str = ""
    sender: Address = Address("", "")
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    text: str = ""
    reply_text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    headers: dict[str, list[str]] = field(default_factory=dict)
    root_type: str = ""
    report_type: str = ""
    report: dict[str, str] = field(default_factory=dict)
    returned_ids: tuple[str, ...] = ()
    returned_to: tuple[str, ...] = ()
    calendar_method: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, "" without one; names in lower case."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def recipients(self) -> tuple[Address, ...]:
        return self.to + self.cc


def read(raw: bytes) -> Letter:
    """The message in `raw`. Raises Unreadable."""
    return in_one(reading(raw))


def in_one(steps: Generator[None, None, T]) -> T:
    """What all the steps, one after the other, come to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def reading(raw: bytes) -> Generator[None, None, Letter]:
    """As `read`, in steps of some tenths of a millisecond."""
    if not raw.strip(b"\0\r\n\t "):
        raise Unreadable("empty")
    try:
        message = message_from_bytes(_unescaped(raw))
        yield
        letter = _headed(message)
        if not (letter.sender.address or letter.subject or letter.message_id):
            raise Unreadable("no header of a message")
        yield
        _Reader(letter).take(message)
    except Unreadable:
        raise
    except Exception as problem:  # whatever mail brings, its message is kept and shown
        raise Unreadable(f"{type(problem).__name__}: {problem}"[:200]) from problem
    yield
    letter.reply_text = folding.reply_of(letter.text, sender_name=letter.sender.name)
    return letter


def _unescaped(raw: bytes) -> bytes:
    """Without the line that mbox files put first."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        return raw.partition(b"\n")[2]
    return raw


def glimpse(raw: bytes) -> Letter:
    """What the first lines of an unreadable message tell: address and subject, if that."""
    head = charsets.text_of(raw[:20_000])
    found = re.search(r"^from:[^\n]*?([^\s<>\"',;]+@[^\s<>\"',;]+)", head, re.IGNORECASE | re.MULTILINE)
    subject = re.search(r"^subject:([^\n]*)", head, re.IGNORECASE | re.MULTILINE)
    return Letter(
        subject=charsets.header(subject[1]) if subject else "",
        sender=Address("", found[1].lower() if found else ""),
        text=head[:2000],
    )


# Headers


def _headed(message: Message) -> Letter:
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(str(name).lower(), []).append(charsets.header(value))
    first = _addresses(message, "from") or _addresses(message, "sender")
    ids = _ids(headers, "message-id")
    return Letter(
        subject=" ".join(headers.get("subject", [])[:1])[:500],
        sender=first[0] if first else Address("", ""),
        reply_to=_addresses(message, "reply-to"),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        delivered_to=tuple(
            one.address
            for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
            for one in _addresses(message, name)
        ),
        message_id=ids[0] if ids else "",
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references")[-MOST_REFERENCES:],
        sent_at=_date(headers.get("date", [""])[0]),
        headers=headers,
        root_type=message.get_content_type(),
        report_type=str(message.get_param("report-type") or "").lower(),
        calendar_method="",
    )


def message_id_of(raw: bytes) -> str:
    """The Message-ID of the message in `raw`; "" when it has none that can be read."""
    head, mark, _body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    values = _ID_HEADER.findall(head)
    plain = _PLAIN_ID.fullmatch(values[0]) if len(values) == 1 else None
    if plain:  # nearly all; the parser takes a multiple of the time
        return plain[1].decode()
    try:
        found = _values(message_from_bytes(_unescaped(head + mark)), "message-id")
        ids = _ids({"message-id": [charsets.header(value) for value in found]}, "message-id")
    except Exception:  # whatever mail brings: such a message is known by its content alone
        return ""
    return ids[0] if ids else ""


def identity_of(raw: bytes, message_id: str) -> str:
    """What makes a message itself, whatever its road: its Message-ID, and what lies below the headers.

    Two messages that share a Message-ID and differ are two messages.
    """
    head, mark, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    told = re.findall(rb"(?im)^(?:from|date|subject):[^\n]*", head)
    content = body.rstrip() if mark else raw
    return hashlib.sha256(b"\0".join([message_id.encode("utf-8", "replace"), *told, content])).hexdigest()


def _addresses(message: Message, name: str) -> tuple[Address, ...]:
    values = _values(message, name)
    found: list[Address] = []
    for value in values:
        readable = value if "=?" not in value else value.replace("\n", " ")
        for shown, address in getaddresses([readable]):
            clean = charsets.header(address).strip().strip("<>'\"").lower()
            if "@" not in clean:
                near = _ADDRESS.search(charsets.header(value))
                clean = near[0].lower() if near else ""
            if clean and all(one.address != clean for one in found):
                found.append(Address(charsets.header(shown).strip("'\" ")[:120], clean[:254]))
    if not found:
        for value in values:
            near = _ADDRESS.search(charsets.header(value))
            if near:
                found.append(Address("", near[0].lower()[:254]))
    return tuple(found[:100])


def _values(message: Message, name: str) -> list[str]:
    """The values of a header as they came: the parser's own getter loses eight-bit signs."""
    return [str(value) for key, value in message.raw_items() if str(key).lower() == name]


def _first(message: Message, name: str) -> str:
    return charsets.header(next(iter(_values(message, name)), ""))


def _ids(headers: dict[str, list[str]], name: str) -> tuple[str, ...]:
    found: list[str] = []
    for value in headers.get(name, []):
        ids = _MESSAGE_ID.findall(value) or (
            [value.strip()] if name == "message-id" and value.strip() else []
        )
        found += [one[:LONGEST_ID] for one in ids if one[:LONGEST_ID] not in found]
    return tuple(found)


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# Parts


class _Reader:
    """Walks the parts of one message into its letter."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.parts = 0
        self.plain: list[str] = []
        self.rich: list[str] = []
        self.extra: list[str] = []

    def take(self, message: Message) -> None:
        self._part(message, 0)
        plain = "\n\n".join(filter(None, self.plain)).strip()
        self.letter.html = "\n".join(self.rich)[: html.LONGEST]
        # Some programs leave the plain part empty, or say there that theirs is a page. A page says no more
        # than it has signs: where its plain part is long enough beside it, its text is not needed.
        rich = html.as_text(self.letter.html) if len(plain) * 8 < len(self.letter.html) else ""
        body = rich if rich and (not plain or len(plain) * 8 < len(rich)) else plain
        self.letter.text = "\n\n".join(filter(None, [body, *self.extra]))[:LARGEST_TEXT].strip()

    def _part(self, part: Message, depth: int) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            self._left_out("the rest: too many parts" if depth <= DEEPEST else "a part too deep inside")
            return
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            self._delivery_status(part)
        elif kind in {"message/rfc822", "message/global"}:
            self._enclosed(part, depth)
        elif part.is_multipart():
            self._several(part, kind, depth)
        else:
            self._leaf(part, kind)

    def _several(self, part: Message, kind: str, depth: int) -> None:
        payload: Any = part.get_payload()
        for inner in payload if isinstance(payload, list) else []:
            if isinstance(inner, Message):
                self._part(inner, depth + 1)

    def _leaf(self, part: Message, kind: str) -> None:
        content = _bytes(part)
        name = _file_name(part)
        attached = (part.get_content_disposition() or "") == "attachment"
        if kind == "text/rfc822-headers":
            self._returned(message_from_bytes(content))
            return
        if kind in _TNEF or name.lower() == "winmail.dat":
            if self._tnef(content):
                return
        elif kind == "text/calendar" and not attached:
            self._calendar(content, part)
        if kind in {"text/plain", "text/html"} and not attached and not name:
            text = charsets.text_of(content, _charset(part))
            if kind == "text/html":
                self.rich.append(text)
            else:
                self.plain.append(_unflowed(text) if _flowed(part) else text)
            return
        if kind == "text/calendar" and attached:
            self._calendar(content, part)
        self._file(name, kind, content, part)

    def _file(self, name: str, kind: str, content: bytes, part: Message | None = None) -> None:
        if not content and not name:
            return
        files = self.letter.files
        shown = names.safe(name, kind, len(files) + 1)
        if len(files) >= MOST_FILES:
            self._left_out(f"{shown}: more than {MOST_FILES} files")
            return
        if len(content) > LARGEST_FILE:
            self._left_out(f"{shown}: {len(content) // 1_000_000} MB")
            return
        cid = _first(part, "content-id").strip("<> ") if part is not None else ""
        inline = part is not None and (
            part.get_content_disposition() == "inline" or (bool(cid) and not part.get_content_disposition())
        )
        real = sniffed(content, kind, shown)
        if not name:
            shown = names.safe("", real, len(files) + 1)
        files.append(File(shown, real, content, inline and real.startswith("image/"), cid[:200]))

    def _left_out(self, what: str) -> None:
        if what not in self.letter.notes:
            self.letter.notes.append(what)

    # What is within

    def _enclosed(self, part: Message, depth: int) -> None:
        """A forwarded message: kept as a file, its words under ours, its files among ours."""
        payload: Any = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if not isinstance(inner, Message):
            content = _bytes(part)
            inner = message_from_bytes(content) if content else None
        if inner is None:
            return
        if self.letter.root_type == "multipart/report":
            self._returned(inner)
            return
        subject = _first(inner, "subject")
        self._file(f"{subject[:80] or 'message'}.eml", "message/rfc822", inner.as_bytes())
        sender = next(iter(_addresses(inner, "from")), Address("", ""))
        within = Letter(sender=sender, root_type=inner.get_content_type())
        reader = _Reader(within)
        reader.parts = self.parts
        reader._part(inner, depth + 1)
        self.parts = reader.parts
        plain = "\n\n".join(filter(None, reader.plain)).strip()
        said = plain or html.as_text("\n".join(reader.rich))
        who = f"{sender.name} <{sender.address}>" if sender.name else sender.address
        heading = f"---------- Message transféré ----------\nDe\u00a0: {who}\nDate\u00a0: "
        heading += f"{_first(inner, 'date')}\nObjet\u00a0: {subject}"
        self.extra += [f"{heading}\n\n{said}".strip(), *reader.extra]
        self.letter.files += within.files[: MOST_FILES - len(self.letter.files)]
        self.letter.notes += within.notes

    def _returned(self, message: Message) -> None:
        """The message that a report is about, whole or its headers."""
        headers = {"message-id": [charsets.header(value) for value in _values(message, "message-id")]}
        self.letter.returned_ids += _ids(headers, "message-id")
        self.letter.returned_to += tuple(one.address for one in _addresses(message, "to"))

    def _delivery_status(self, part: Message) -> None:
        payload: Any = part.get_payload()
        for block in payload if isinstance(payload, list) else []:
            for name in ("Final-Recipient", "Original-Recipient", "Action", "Status", "Diagnostic-Code"):
                value = _first(block, name.lower())
                if value and name.lower() not in self.letter.report:
                    self.letter.report[name.lower()] = value[:500]

    def _calendar(self, content: bytes, part: Message) -> None:
        """An invitation, in words above the rest."""
        try:
            calendar: Any = icalendar.Calendar.from_ical(charsets.text_of(content, _charset(part)))
            self.letter.calendar_method = str(calendar.get("METHOD", "")).upper()
            for event in list(calendar.walk("VEVENT"))[:3]:
                self.extra.append(_invitation(event, self.letter.calendar_method))
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as problem:
            self._left_out(f"calendar: {problem}"[:120])

    def _tnef(self, content: bytes) -> bool:
        """What Outlook wrapped up; False when it does not open, and is kept as the file it is."""
        try:
            opened = tnefparse.TNEF(content)
            rich = opened.htmlbody
            plain = opened.body
            files = [(_wrapped_name(one), bytes(one.data)) for one in opened.attachments]
        except Exception:
            return False
        if not (rich or plain or files):
            return False
        if rich:
            self.rich.append(rich if isinstance(rich, str) else charsets.text_of(bytes(rich)))
        elif plain:
            self.plain.append(
                (plain if isinstance(plain, str) else charsets.text_of(bytes(plain))).strip("\0")
            )
        for name, data in files:
            self._file(name, "", data)
        return True


def _wrapped_name(file: Any) -> str:
    """The name of a file that Outlook wrapped; the short one comes in whatever alphabet its writer used."""
    try:
        name = file.long_filename() or file.name or ""
    except UnicodeDecodeError:
        name = file._name
    return (name if isinstance(name, str) else charsets.text_of(bytes(name))).strip("\0")


def _invitation(event: Any, method: str) -> str:
    def at(name: str) -> str:
        value = event.get(name)
        return (
            f"{value.dt:%d/%m/%Y %H:%M}"
            if value is not None and hasattr(value.dt, "hour")
            else (f"{value.dt:%d/%m/%Y}" if value is not None else "")
        )

    heading = {"CANCEL": "Rendez-vous annulé", "REPLY": "Réponse à une invitation"}.get(method, "Invitation")
    rows = [
        f"{heading}\u00a0: {charsets.clean(str(event.get('SUMMARY', '')))}",
        f"Du {at('DTSTART')} au {at('DTEND')}" if event.get("DTEND") else f"Le {at('DTSTART')}",
        f"Lieu\u00a0: {charsets.clean(str(event.get('LOCATION')))}" if event.get("LOCATION") else "",
        f"Organisateur\u00a0: {str(event.get('ORGANIZER')).lower().removeprefix('mailto:')}"
        if event.get("ORGANIZER")
        else "",
    ]
    return "\n".join(filter(None, rows))


def _bytes(part: Message) -> bytes:
    """The content decoded; what its encoding cannot make sense of stays as it came."""
    try:
        found: Any = part.get_payload(decode=True)
    except (ValueError, binascii.Error, AttributeError):
        found = None
    if isinstance(found, bytes):
        return found
    raw: Any = part.get_payload()
    if isinstance(raw, str):
        content = (
            raw.encode("ascii", "surrogateescape")
            if raw.isascii()
            else raw.encode("utf-8", "surrogateescape")
        )
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        return quopri.decodestring(content) if encoding == "quoted-printable" else content
    return b""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, UnicodeError):
        return None


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, UnicodeError):
        name = ""
    return charsets.header(name)


def _flowed(part: Message) -> bool:
    return str(part.get_param("format") or "").lower() == "flowed"


def _unflowed(text: str) -> str:
    """Lines that the sender's program wrapped, joined again (RFC 3676)."""
    joined: list[str] = []
    for line in text.split("\n"):
        line = line[1:] if line.startswith(" ") else line
        former = joined[-1] if joined else ""
        flows = former.endswith(" ") and former != "-- " and not former.startswith(">")
        if flows and not line.startswith(">"):
            joined[-1] = former + line
        else:
            joined.append(line)
    return "\n".join(joined)


def sniffed(content: bytes, claimed: str, name: str) -> str:
    """What the bytes are; the sender's word is taken only where they do not tell otherwise."""
    if claimed.startswith(("text/", "message/")) and b"\0" not in content[:2000]:
        return claimed
    for start, kind in PICTURES.items():
        if content.startswith(start):
            return kind
    try:
        best = puremagic.magic_string(content[:4096], filename=name)
    except (puremagic.PureError, ValueError):
        best = []
    for found in best:
        if found.mime_type and found.confidence >= 0.4:
            return str(found.mime_type)
    return claimed if re.fullmatch(r"[\w.+-]+/[\w.+-]+", claimed) else "application/octet-stream"
