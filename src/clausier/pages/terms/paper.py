"""What applies to a contract on a day, on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.pages.terms.reading import TermRow, TermsPage

TEMPLATE = Path(__file__).parent / "terms.typ"


def paper_of(page: TermsPage, *, at: datetime) -> bytes:
    """The PDF of the page, dated `at`."""
    language = get_language() or "fr"
    contract = page.found.contract
    facts = {
        "language": language[:2],
        "title": _("Ce qui s’applique au contrat %(number)s") % {"number": contract.number},
        "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "reference": f"{contract.number} · {page.on.isoformat()}",
        "provider": {"name": contract.provider.name, "identity": documents.identity(contract.provider)},
        "client": contract.client.name,
        "facts": [
            [_("Au"), wording.long_day(page.on, language, year=True)],
            [_("Livre"), f"{page.found.edition.name} ({page.found.edition.digest[:12]})"],
            [_("Écarts"), str(page.changed)],
        ],
        "columns": [_("Condition"), _("S’applique"), _("Clause")],
        "groups": [
            {"title": str(group.chapter.title), "rows": [_row(row, language) for row in group.rows]}
            for group in page.groups
        ],
    }
    return documents.typeset(TEMPLATE, facts, at=at)


def _row(row: TermRow, language: str) -> dict[str, Any]:
    return {
        "label": row.label,
        "says": row.says,
        "instead": row.book_says,
        "detail": _from(row, language),
        "clause": row.clause,
        "coming": [
            _("dès le %(on)s : %(says)s (%(paper)s)")
            % {"on": _day(one.since_on, language), "says": one.says, "paper": one.paper}
            for one in row.coming
        ],
    }


def _from(row: TermRow, language: str) -> str:
    if not row.since_on:
        return str(row.source) if row.kind == "practice" else ""
    words = _("dérogation dès le %(on)s, %(paper)s") % {
        "on": _day(row.since_on, language),
        "paper": row.paper,
    }
    until = _("jusqu’au %(on)s exclu") % {"on": _day(row.until_on, language)} if row.until_on else ""
    return ", ".join(part for part in (words, until) if part)


def _day(on: Any, language: str) -> str:
    return wording.day(on, language, year=True, weekday=False)
