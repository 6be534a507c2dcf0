"""Names of attachments, safe to keep, to show and to save on any system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

LONGEST: Final = 120
# Names that Windows keeps for itself, and signs that turn a name round to hide what it ends in.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile('[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')

EXTENSIONS: Final = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
}


def safe(name: str, content_type: str, position: int) -> str:
    """`name` without path, tricks or strange signs; one is made where there is none left."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")[-1]
    base = " ".join(_UNSAFE.sub("", base).split()).strip(". ")
    if not base:
        base = f"piece-{position}{EXTENSIONS.get(content_type, '')}"
    if _DEVICES.match(base):
        base = f"_{base}"
    if len(base) > LONGEST:
        suffix = PurePosixPath(base).suffix[:12]
        base = base[: LONGEST - len(suffix)].rstrip(". ") + suffix
    return base
