"""Where the portal explains an outcome and lets a clause be read."""

from __future__ import annotations

from clausier.pages.addresses import Addresses


def addresses(provider_slug: str) -> Addresses:
    """The portal's own addresses for what both faces show."""
    return Addresses(provider_slug, why="portal-why", why_pdf="portal-why-pdf", edition="portal-book")
