"""Papers about points: the statement that a client receives."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.foundation import books, documents, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook
from clausier.prepaid.queries import Statement, StatementLine

STATEMENT = Path(__file__).parent / "letters" / "statement.typ"


def statement(found: Statement, *, language: str, at: datetime) -> bytes:
    """The statement as a PDF, in `language`, dated `at`."""
    with override(language):
        return documents.typeset(STATEMENT, _facts(found, language, at), at=at)


def _facts(found: Statement, language: str, at: datetime) -> dict[str, Any]:
    account, contract = found.account, found.account.contract
    return {
        "language": language[:2],
        "title": _("Relevé de points"),
        "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "reference": _("Relevé %(contract)s") % {"contract": contract.number},
        "provider": {"name": contract.provider.name, "identity": documents.identity(contract.provider)},
        "client": account.client.name,
        "facts": [
            [_("Contrat"), contract.number],
            [_("Période"), _period(found, language)],
            [_("Solde au début"), wording.number(found.opening, language, places=2)],
            [_("Solde à la fin"), wording.number(found.closing, language, places=2)],
        ],
        "columns": [_("Date"), _("Mouvement"), _("Travaillé"), _("Décompté"), _("Points"), _("Solde")],
        "lines": [_line(line, language) for line in found.lines],
        "nothing": _("Aucun mouvement sur cette période."),
        "notice": _(
            "Un décompte validé ne se modifie plus : une erreur se reprend par une contre-écriture "
            "qui le nomme."
        ),
        "clause": _record_clause(contract.book),
    }


def _record_clause(installed: InstalledBook) -> str:
    """The clause that has all work recorded in the tool, when the book has one (ims 7.2)."""
    duties = books.read(installed).duties
    clause = next((duty.clause for duty in duties if duty.extra.get("key") == "record-all-work"), "")
    return f"{installed.name} {clause}" if clause else ""


def _line(line: StatementLine, language: str) -> dict[str, str]:
    entry = line.entry
    return {
        "on": wording.day(entry.at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "says": entry.said,
        "detail": entry.subject_label,
        "worked": _minutes(entry.worked_minutes),
        "accounted": _minutes(entry.accounted_minutes),
        "points": wording.number(entry.points, language, places=2, signed=True),
        "balance": wording.number(line.balance, language, places=2),
    }


def _minutes(count: int | None) -> str:
    return "" if count is None else f"{count}{wording.NBSP}min"


def _period(found: Statement, language: str) -> str:
    days = (wording.day(on, language, year=True, weekday=False) for on in (found.from_on, found.to_on))
    return _("du %(first)s au %(last)s") % dict(zip(("first", "last"), days, strict=True))
