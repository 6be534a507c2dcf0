"""What Outlook wraps up (TNEF) and what calendars send: opened, shown, and sorted."""

from __future__ import annotations

import struct

from clausier.post.reading.kinds import Kind, sort
from clausier.post.reading.message import read
from tests.post.mails import raw

INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Exemple//FR
METHOD:{method}
BEGIN:VEVENT
UID:visite-42@example.org
DTSTAMP:20261120T090000Z
DTSTART;TZID=Europe/Paris:20261123T140000
DTEND;TZID=Europe/Paris:20261123T150000
SUMMARY:Visite de la baie
LOCATION:Salle des machines
ORGANIZER;CN=Maëlle Cobaye:mailto:maelle@example.org
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def tnef(text: str, *files: tuple[str, bytes]) -> bytes:
    """`winmail.dat` as Outlook writes it: a signature, a key, then attributes with their checksums."""

    def attribute(level: int, code: int, data: bytes) -> bytes:
        head = struct.pack("<BII", level, code, len(data))
        return head + data + struct.pack("<H", sum(data) & 0xFFFF)

    made = struct.pack("<IH", 0x223E9F78, 1)
    made += attribute(1, 0x0002800C, text.encode("cp1252") + b"\0")
    for name, content in files:
        made += attribute(2, 0x00069002, bytes(14))
        made += attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        made += attribute(2, 0x0006800F, content)
    return made


def wrapped(content: bytes) -> bytes:
    return raw(
        sender="maelle@example.org",
        text="",
        files=(("winmail.dat", "application/ms-tnef", content),),
    )


def test_what_outlook_wrapped_is_unwrapped_text_and_files():
    letter = read(wrapped(tnef("Le routeur clignote rouge.", ("relevé.txt", b"42 dBm"))))
    assert "Le routeur clignote rouge." in letter.text
    assert [(one.name, one.content) for one in letter.files] == [("relevé.txt", b"42 dBm")]


def test_a_wrapping_that_does_not_open_is_kept_as_the_file_it_is():
    letter = read(wrapped(b"\x78\x9f\x3e\x22" + b"damaged"))
    assert [one.name for one in letter.files] == ["winmail.dat"]


def _with_calendar(method: str) -> bytes:
    kind = f"text/calendar; method={method}"
    message = raw(sender="maelle@example.org", subject="Invitation : visite", text="Voir l’invitation.")
    boundary = "frontiere"
    head, _blank, _body = message.partition(b"\n\n")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith((b"content-", b"mime-"))]
    head = b"\n".join(lines)
    parts = [
        f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="{boundary}"\n',
        f"--{boundary}\nContent-Type: text/plain; charset=utf-8\n\nVoir l’invitation.\n",
        f"--{boundary}\nContent-Type: {kind}; charset=utf-8\n\n{INVITATION.format(method=method)}\n",
        f"--{boundary}--\n",
    ]
    return head + b"\n" + "\n".join(parts).encode()


def test_an_invitation_is_shown_among_the_words_of_the_message():
    letter = read(_with_calendar("REQUEST"))
    assert "Visite de la baie" in letter.text
    assert "Salle des machines" in letter.text
    assert sort(letter, own=frozenset(), mark="x").kind == Kind.PERSON


def test_an_invitation_written_in_another_zone_is_told_by_our_clock():
    written = _with_calendar("REQUEST").replace(
        b"DTSTART;TZID=Europe/Paris:20261123T140000", b"DTSTART:20261123T130000Z"
    )
    assert "Du 23/11/2026 14:00 au 23/11/2026 15:00" in read(written).text


def test_the_answer_to_an_invitation_is_a_machine_s():
    letter = read(_with_calendar("REPLY"))
    assert letter.calendar_method == "REPLY"
    assert sort(letter, own=frozenset(), mark="x").kind == Kind.AUTOMATIC
