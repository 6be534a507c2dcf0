"""The whole replay: whose facts, every replayer in turn, sums and changes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.overview.replay import deadlines, terms_dates, work
from clausier.overview.replay.bearing import Bearing
from clausier.overview.replay.ledger import Ledger
from clausier.overview.replay.question import Question, family
from clausier.overview.replay.reading import Scope
from clausier.overview.replay.result import Fallen, Line, Replay, Unruled
from clausier.terms.outcome import Words

Replayer = Callable[["Case"], None]


class Case:
    """One question being answered: whose facts, what the book bears on them, and what is found."""

    def __init__(self, actor: Actor, question: Question, now: datetime) -> None:
        self.question = question
        self.now = now
        kin, found = family(actor, question.text), list(_asked(actor, question))
        self.contracts = [one for one in found if question.all_books or one.book_id in kin]
        self.left_alone = len(found) - len(self.contracts)
        self.scope = Scope(
            actor.provider,
            question,
            [one.pk for one in self.contracts],
            with_others=question.contract is None and (question.all_books or actor.provider.book_id in kin),
        )
        self.bearing = Bearing(actor.provider, question.text.book, self.contracts)
        self.ledger = Ledger()


def _asked(actor: Actor, question: Question) -> QuerySet[Contract]:
    """The contracts that ran on some day of the period, of the client or the contract asked about."""
    found = contracts.contracts_visible_to(actor).filter(starts_on__lte=question.last)
    found = found.filter(Q(ends_on=None) | Q(ends_on__gte=question.first))
    if question.contract is not None:
        found = found.filter(pk=question.contract.pk)
    elif question.client is not None:
        found = found.filter(client=question.client)
    return contracts.with_parts(found)


def _deadlines(case: Case) -> None:
    deadlines.replay(case.scope, case.bearing, case.ledger, case.now)


def _points(case: Case) -> None:
    work.replay_points(case.scope, case.bearing, case.ledger)


def _hours(case: Case) -> None:
    work.replay_hours(case.scope, case.bearing, case.ledger)


def _dates(case: Case) -> None:
    terms_dates.replay(case.contracts, case.bearing, case.ledger, case.question.last)


REPLAYERS: Final[Sequence[Replayer]] = (_deadlines, _points, _hours, _dates)
"""Each answers one kind of fact. Fees join here once they are billed."""


def replay(actor: Actor, question: Question, now: datetime) -> Replay:
    """What the book would have made of the facts, contract by contract.

    It reads in a transaction that can write nothing. Raises InvalidInput naming the input at fault.
    """
    with read_only(), _without_collecting():
        case = Case(actor, question, now)
        for replayer in REPLAYERS:
            replayer(case)
        return _summed(case)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """What a replay gathers is much and has no cycles: to look through it for garbage doubles its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def read_only() -> Iterator[None]:
    """Read in a transaction that the database lets nothing be written in."""
    is_within = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        yield
        if is_within:
            # So the transaction around it may write again; there is nothing to lose.
            transaction.set_rollback(True)


def _summed(case: Case) -> Replay:
    ledger, known = case.ledger, {one.pk: one for one in case.contracts}
    for contract in case.contracts:
        ledger.line(contract.pk, contract.client_id)
    clients = Client.objects.in_bulk({client for contract, client in ledger.lines if contract is None})
    total = Line(None, None)
    for (contract_id, client), line in ledger.lines.items():
        line.contract = known.get(contract_id) if contract_id else None
        line.client = line.contract.client if line.contract else clients[client]
        total.add(line)
    return Replay(
        question=case.question,
        lines=sorted(ledger.lines.values(), key=_place),
        total=total,
        changes=ledger.changes(),
        unruled=[Unruled(kind, says, count) for kind, says, count in ledger.told()],
        fallen=list(_fallen(case)),
        left_alone=case.left_alone,
    )


def _place(line: Line) -> tuple[str, bool, str]:
    assert line.client
    return line.client.sort_key, line.contract is None, line.contract.number if line.contract else ""


def _fallen(case: Case) -> Iterator[Fallen]:
    for contract in case.contracts:
        for row in contracts.derogations(contract):
            if contracts.is_void(row, contract, case.bearing.book):
                model = contracts.model_of(contract.kind, books.read(contract.book), row.term)
                yield Fallen(contract, model.label if model else Words(row.term, row.term))
