"""A replay as plain data, for machines: the same names as in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from clausier.overview.replay import AMOUNTS, CLOCKS, Change, Clock, Line, Replay
from clausier.pages.replay.reading import rows_of
from clausier.terms.instants import instant


def replay_as_json(found: Replay, most: int) -> dict[str, Any]:
    """What was found, with so many facts that change; instants, days and decimals keep their types."""
    return {
        **totals_as_json(found),
        "changes": changes_as_json(found, found.changes[:most]),
        "changes_in_all": len(found.changes),
        "unruled": [{"kind": one.kind, "says": list(one.says), "facts": one.count} for one in found.unruled],
        "fallen": [{"contract": one.contract.number, "term": list(one.label)} for one in found.fallen],
        "left_alone": found.left_alone,
    }


def totals_as_json(found: Replay) -> dict[str, Any]:
    """What was asked, and the sums by contract and in all."""
    asked = found.question
    return {
        "book": asked.text.name,
        "from_on": asked.first,
        "to_on": asked.last,
        "total": line_as_json(found.total),
        "lines": [line_as_json(line) for line in found.lines if line.facts],
    }


def line_as_json(line: Line) -> dict[str, Any]:
    """The figures of a contract, or the sum of all."""
    clocks: dict[str, Any] = {
        kind: {
            side: {
                "owed": tally.owed,
                "met": tally.kept,
                "missed": tally.missed,
                "running": tally.states["running"] + tally.states["suspended"],
                "not_owed": tally.states["not-owed"],
            }
            for side, tally in (("before", line.before[kind]), ("after", line.after[kind]))
        }
        for kind in CLOCKS
    }
    amounts: dict[str, Any] = {
        kind: {"before": pair.before, "after": pair.after, "delta": pair.delta}
        for kind in AMOUNTS
        for pair in (line.amounts[kind],)
    }
    whose = {
        "client": line.client.number if line.client else None,
        "contract": line.contract.number if line.contract else None,
    }
    return {**whose, **clocks, **amounts, "facts": line.facts, "changed": line.others, "moved": line.moved}


def changes_as_json(found: Replay, changes: list[Change]) -> list[dict[str, Any]]:
    """Facts that change, each with both sides."""
    return [
        {
            "kind": row.change.kind,
            "client": row.client.number,
            "contract": row.contract.number if row.contract else None,
            "ticket": row.ticket.number if row.ticket else None,
            "subject": row.change.subject,
            "at": row.at,
            "before": side_as_json(row.change.before),
            "after": side_as_json(row.change.after),
        }
        for row in rows_of(found, changes)
    ]


def side_as_json(side: Any) -> dict[str, Any]:
    """One side: how a clock stands, an amount, or a day."""
    match side:
        case Clock():
            due_at = instant(side.due) if side.due is not None else None
            return {"state": side.state, "due_at": due_at, "late_seconds": side.late}
        case Decimal():
            return {"amount": side}
        case None:
            return {}
    return {"on": side}
