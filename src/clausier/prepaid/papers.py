"""Papers about points: the statement that a client receives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.foundation import books, documents, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook
from clausier.prepaid import queries
from clausier.prepaid.models import PackDraw
from clausier.prepaid.queries import PackLeft, Statement, StatementLine

ONE_DAY = timedelta(days=1)
STATEMENT = Path(__file__).parent / "letters" / "statement.typ"


def statement(found: Statement, *, language: str, at: datetime) -> bytes:
    """The statement as a PDF, in `language`, dated `at`."""
    with override(language):
        return documents.typeset(STATEMENT, _facts(found, language, at), at=at)


def _facts(found: Statement, language: str, at: datetime) -> dict[str, Any]:
    account, contract = found.account, found.account.contract
    draws = queries.draws_of([line.entry for line in found.lines])
    packs, owed = queries.packs_left(account, datetime.combine(found.to_on + ONE_DAY, time(), PARIS))
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
        "lines": [_line(line, draws.get(line.entry.pk, []), language) for line in found.lines],
        "packs_title": _("Lots à la fin de la période"),
        "packs_columns": [
            _("Acheté le"),
            _("Reste"),
            _("Achetés"),
            _("Sert jusqu’au"),
            _("Devis ou commande"),
        ],
        "packs": [_pack(one, language) for one in packs],
        "owed": _("Au-delà des lots, à reprendre sur le prochain achat : %(points)s")
        % {"points": wording.number(owed, language, places=2, signed=True)}
        if owed
        else "",
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


def _pack(one: PackLeft, language: str) -> list[str]:
    pack = one.pack
    return [
        wording.day(pack.bought_on, language, year=True, weekday=False),
        wording.number(one.left, language, places=2),
        wording.number(pack.points, language, places=2),
        wording.day(pack.expires_on, language, year=True, weekday=False)
        if pack.expires_on
        else _("sans péremption"),
        pack.reference,
    ]


def drawn(points: Decimal, draws: Sequence[PackDraw], language: str) -> str:
    """From which packs points were taken, and what was owed beyond them; "" for what brought points.

    « lot du 14 mars 2026 : − 50,00 ».
    """
    if points > 0:
        return ""
    said = [
        _("lot du %(day)s : %(points)s")
        % {
            "day": wording.day(draw.pack.bought_on, language, year=True, weekday=False),
            "points": wording.number(draw.points, language, places=2, signed=True),
        }
        if draw.pack
        else _("au-delà des lots : %(points)s")
        % {"points": wording.number(draw.points, language, places=2, signed=True)}
        for draw in draws
    ]
    return " · ".join(said)


def _line(line: StatementLine, draws: Sequence[PackDraw], language: str) -> dict[str, str]:
    entry = line.entry
    why = _("pourquoi : décision %(ruling)s") % {"ruling": entry.ruling_id} if entry.ruling_id else ""
    details = (entry.subject_label, drawn(entry.points, draws, language), why)
    return {
        "on": wording.day(entry.at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "says": entry.said,
        "detail": " · ".join(detail for detail in details if detail),
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
