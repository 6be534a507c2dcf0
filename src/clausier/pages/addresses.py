"""Where the pages of a face stand: the names of its addresses that both faces need, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one face for one provider; each field but the first is the name of a route."""

    provider_slug: str
    why: str
    why_pdf: str
    edition: str

    def why_url(self, ruling_id: int) -> str:
        """Where a kept outcome explains itself."""
        return reverse(self.why, args=[self.provider_slug, ruling_id])

    def why_pdf_url(self, ruling_id: int) -> str:
        """The same on paper."""
        return reverse(self.why_pdf, args=[self.provider_slug, ruling_id])

    def edition_url(self, digest: str) -> str:
        """The page of an installed edition."""
        return reverse(self.edition, args=[self.provider_slug, digest])

    def clause_url(self, digest: str, number: str) -> str:
        """The place of a clause on the page of its edition."""
        return f"{self.edition_url(digest)}#{number}"
