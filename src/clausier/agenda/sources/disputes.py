"""The dates of disputes that go on: the end of reflection, the last day of conciliation."""

from __future__ import annotations

from collections.abc import Iterator

from clausier.agenda.obligations import Asked, Obligation, passed
from clausier.lifecycle import dispute_queries


def disputes(asked: Asked) -> Iterator[Obligation]:
    """What the procedure asks of both, for those who may open the file and for the client itself."""
    for one in dispute_queries.dates(asked.actor, asked.since, asked.until):
        dispute = one.dispute
        contract = dispute.contract
        yield Obligation(
            key=f"dispute:{dispute.pk}:{one.key}",
            kind="dispute",
            owed_by="both",
            client=dispute.client,
            contract=contract,
            due_on=one.due_on,
            state=passed(one.due_on, asked),
            says=one.what,
            place="disputes",
            ident=dispute.number,
            book=contract.book.name,
            digest=contract.book.digest,
            clause=dispute.clause,
        )
