"""Where a clause can be read: in the very edition that ruled, by its digest."""

from __future__ import annotations

from django.urls import reverse


def edition_url(provider_slug: str, digest: str) -> str:
    """The page of an installed edition."""
    return reverse("book-edition", args=[provider_slug, digest])


def clause_url(provider_slug: str, digest: str, number: str) -> str:
    """The place of a clause on the page of its edition."""
    return f"{edition_url(provider_slug, digest)}#{number}"
