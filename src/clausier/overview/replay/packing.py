"""What a replay found as bytes, and back: figures and ids; contracts and clients are read anew."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.foundation.actors import Actor
from clausier.overview.replay.question import Question
from clausier.overview.replay.result import (
    Change,
    Clock,
    Fallen,
    Line,
    Pair,
    Replay,
    Side,
    Tally,
    Unruled,
)
from clausier.terms.outcome import Words

LEVEL = 3  # of compression: a tenth of the size, in a moment


def packed(found: Replay) -> bytes:
    """A replay as compressed JSON."""
    content = {
        "lines": [_line(line) for line in found.lines],
        "changes": [[*one[:6], _side(one.before), _side(one.after), one.ruling] for one in found.changes],
        "unruled": [[one.kind, list(one.says), one.count] for one in found.unruled],
        "fallen": [[one.contract.pk, list(one.label)] for one in found.fallen],
        "left_alone": found.left_alone,
    }
    return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), LEVEL)


def unpacked(content: bytes, question: Question, actor: Actor) -> Replay:
    """The replay that was packed, as far as its contracts and clients still stand where `actor` sees them."""
    told = json.loads(gzip.decompress(content))
    known = _contracts(actor, {one["contract"] for one in told["lines"]} - {None})
    clients = Client.objects.in_bulk({one["client"] for one in told["lines"]})
    lines = [line for one in told["lines"] if (line := _line_of(one, known, clients))]
    total = Line(None, None)
    for line in lines:
        total.add(line)
    return Replay(
        question=question,
        lines=lines,
        total=total,
        changes=[
            Change._make([*one[:6], _side_of(one[6]), _side_of(one[7]), one[8]])
            for one in told["changes"]
            if one[2] in clients and (one[1] is None or one[1] in known)
        ],
        unruled=[Unruled(kind, Words(*says), count) for kind, says, count in told["unruled"]],
        fallen=[Fallen(known[pk], Words(*label)) for pk, label in told["fallen"] if pk in known],
        left_alone=told["left_alone"],
    )


def _contracts(actor: Actor, wanted: set[int]) -> dict[int, Contract]:
    found = contracts.contracts_visible_to(actor).filter(pk__in=wanted)
    return {one.pk: one for one in found}


def _line(line: Line) -> dict[str, Any]:
    assert line.client
    return {
        "contract": line.contract.pk if line.contract else None,
        "client": line.client.pk,
        "before": {kind: tally.states for kind, tally in line.before.items()},
        "after": {kind: tally.states for kind, tally in line.after.items()},
        "amounts": {kind: [str(pair.before), str(pair.after)] for kind, pair in line.amounts.items()},
        "counts": [line.others, line.moved, line.facts],
    }


def _line_of(told: dict[str, Any], known: dict[int, Contract], clients: dict[int, Client]) -> Line | None:
    if told["client"] not in clients or (told["contract"] is not None and told["contract"] not in known):
        return None  # removed since, as something entered by mistake
    others, moved, facts = told["counts"]
    return Line(
        contract=known[told["contract"]] if told["contract"] is not None else None,
        client=clients[told["client"]],
        before={kind: Tally(Counter(states)) for kind, states in told["before"].items()},
        after={kind: Tally(Counter(states)) for kind, states in told["after"].items()},
        amounts={kind: Pair(Decimal(one), Decimal(two)) for kind, (one, two) in told["amounts"].items()},
        others=others,
        moved=moved,
        facts=facts,
    )


def _side(side: Side) -> list[Any] | None:
    match side:
        case Clock():
            return ["clock", *side]
        case Decimal():
            return ["amount", str(side)]
        case date():
            return ["day", side.isoformat()]
    return None


def _side_of(told: list[Any] | None) -> Side:
    match told:
        case ["clock", state, due, late]:
            return Clock(state, due, late)
        case ["amount", amount]:
            return Decimal(amount)
        case ["day", day]:
            return date.fromisoformat(day)
    return None
