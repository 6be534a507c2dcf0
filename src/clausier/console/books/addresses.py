"""Where the console explains an outcome and lets a clause be read: in the very edition that ruled."""

from __future__ import annotations

from clausier.pages.addresses import Addresses


def addresses(provider_slug: str) -> Addresses:
    """The console's own addresses for what both faces show."""
    return Addresses(provider_slug, why="why", why_pdf="why-pdf", edition="book-edition")


def edition_url(provider_slug: str, digest: str) -> str:
    """The page of an installed edition."""
    return addresses(provider_slug).edition_url(digest)


def clause_url(provider_slug: str, digest: str, number: str) -> str:
    """The place of a clause on the page of its edition."""
    return addresses(provider_slug).clause_url(digest, number)
