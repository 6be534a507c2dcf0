"""Stored files as a browser may open them."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from clausier.foundation import files
from clausier.foundation.models import StoredFile

SHOWN_INLINE: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})


def as_received(kept: StoredFile) -> HttpResponse:
    """A filed paper; only kinds that a browser cannot be harmed by open in the page."""
    inline = kept.content_type in SHOWN_INLINE
    response = HttpResponse(
        files.read(kept), content_type=kept.content_type if inline else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(not inline, kept.name) or "attachment"
    return response
