"""Pages of a PDF as pictures, for screens that show no PDF in a page: a phone's."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import Any, Final

WIDTH: Final = 1100  # pixels: sharp on a phone held upright, legible on a desk
LONGEST_SIDE: Final = 2400  # pixels of a photographed paper that are kept in the sealed one
A4_INCHES: Final = 8.27
_one_at_a_time = Lock()  # PDFium is not made for several threads


class NoSheets(Exception):
    """The file is no PDF that can be shown: broken, or closed by a password."""


def count(paper: bytes) -> int:
    """How many pages the PDF has. Raises NoSheets."""
    with _one_at_a_time:
        opened = _open(paper)
        try:
            return len(opened)
        finally:
            opened.close()


def picture(paper: bytes, number: int) -> bytes:
    """Page `number`, from 1 on, as PNG. Raises NoSheets, IndexError for a page there is not."""
    with _one_at_a_time:
        opened = _open(paper)
        try:
            if not 1 <= number <= len(opened):
                raise IndexError(number)
            page = opened[number - 1]
            drawn = page.render(scale=WIDTH / page.get_width()).to_pil()
        finally:
            opened.close()
    written = BytesIO()
    drawn.save(written, "PNG")
    return written.getvalue()


def as_paper(content: bytes, content_type: str) -> bytes:
    """A scan as a PDF that can be read: itself, or the picture on a page of A4's width. Raises NoSheets."""
    if content_type == "application/pdf":
        count(content)
        return content
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise NoSheets from broken
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    upright.save(written, "PDF", resolution=upright.width / A4_INCHES, quality=85)
    return written.getvalue()


def _open(paper: bytes) -> Any:
    # Loaded at the first page that someone looks at, never at start.
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(paper)
    except pypdfium2.PdfiumError as broken:
        raise NoSheets from broken
