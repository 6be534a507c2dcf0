"""Bytes to text, whatever the sender claims about them."""

from __future__ import annotations

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from charset_normalizer import from_bytes

# What senders write, and what they mean; the narrow western sets are used for the wide one they are part of.
MEANT: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-874": "cp874",
}
GUESSED_FROM: Final = 20_000  # bytes: enough to tell a charset, little enough to stay quick
SHORTEST_GUESS: Final = 60  # bytes: below, a guess is worse than the charset of our neighbours
WESTERN: Final = frozenset("àâäáãåæçéèêëîïíìñôöóòõœùûüúÿßÀÂÄÁÇÉÈÊËÎÏÍÔÖÓŒÙÛÜÚ€’‘“”«»…–—°\u00a0·•²³¿¡")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")


def text_of(raw: bytes, charset: str | None = None) -> str:
    """`raw` as text: in the charset it claims if that holds, else UTF-8, else the likeliest, else anyhow."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return clean(raw.decode("utf-16", "replace"))
    claimed = _known(charset)
    western = claimed == "cp1252"
    # A western claim never fails to decode: what is valid UTF-8 beyond ASCII is UTF-8 all the same.
    order = ["utf-8", claimed] if western or claimed is None else [claimed, "utf-8"]
    for name in filter(None, order):
        try:
            return clean(raw.decode(name))
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    western_text = raw.decode("cp1252", "replace")
    if claimed in {None, "utf-8"} and len(raw) >= SHORTEST_GUESS and not _reads_western(western_text):
        best = from_bytes(raw[:GUESSED_FROM]).best()
        if best is not None:
            return clean(raw.decode(best.encoding, "replace"))
    return clean(western_text)


def _reads_western(text: str) -> bool:
    """Whether the signs beyond ASCII are those of French and its neighbours: what most of our mail is in."""
    beyond = [sign for sign in text if sign > "\x7f"]
    return sum(sign in WESTERN for sign in beyond) >= 0.7 * len(beyond)


def _known(charset: str | None) -> str | None:
    """The codec of that name; None when it names none that makes text of bytes."""
    name = (charset or "").strip().strip("\"'").lower()
    name = MEANT.get(name, MEANT.get(name.replace("_", "-"), name))
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return found.name if getattr(found, "_is_text_encoding", True) else None


def clean(text: str) -> str:
    """Text that UTF-8 and PostgreSQL hold: no NUL, no control signs, no half letters, plain line ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", plain).encode("utf-8", "replace").decode()


def header(value: object) -> str:
    """A header's value as people read it, on one line: encoded words, raw eight-bit signs, folded lines."""
    if value is None:
        return ""
    written = str(value)
    if not _ENCODED_WORD.search(written):
        return _one_line(_raw(written))
    try:
        pieces = decode_header(_unfolded(written))
    except (HeaderParseError, ValueError, IndexError):
        return _one_line(_raw(written))
    return _one_line("".join(_piece(piece, charset) for piece, charset in _joined(pieces)))


def _unfolded(written: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", written)


def _joined(pieces: list[tuple[bytes | str, str | None]]) -> list[tuple[bytes | str, str | None]]:
    """Neighbours of one charset as one: some programs cut a letter's bytes between two encoded words."""
    joined: list[tuple[bytes | str, str | None]] = []
    for piece, charset in pieces:
        if joined and charset and isinstance(piece, bytes):
            former, before = joined[-1]
            if before and before.lower() == charset.lower() and isinstance(former, bytes):
                joined[-1] = (former + piece, before)
                continue
        joined.append((piece, charset))
    return joined


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return _raw(piece)
    # Without a charset these are the signs between encoded words, as the parser kept them.
    return text_of(piece, charset) if charset else _raw(piece.decode("ascii", "surrogateescape"))


def _raw(written: str) -> str:
    """Text in which the parser kept undecodable bytes as lone surrogates."""
    try:
        return text_of(written.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return clean(written)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
