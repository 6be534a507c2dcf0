"""The dates of ends under way: letters to present, formal notices that run out, rights to end that open."""

from __future__ import annotations

from collections.abc import Iterator

from clausier.agenda.obligations import Asked, Obligation, kept, passed
from clausier.lifecycle import queries as lifecycle

KINDS = {
    "notice": "letter",
    "formal-notice": "formal-notice",
    "force-majeure": "force-majeure",
    "suspension": "suspension",
}
"""What `lifecycle` calls them, and their kinds here. Last days are told by the contracts' own source."""


def endings(asked: Asked) -> Iterator[Obligation]:
    """What an end under way asks of either party."""
    if not asked.actor.may("endings.read"):
        return
    for one in lifecycle.dated_promises(asked.actor, asked.since, asked.until):
        kind = KINDS.get(one.kind)
        if kind is None:
            continue
        contract = one.contract
        is_right = kind == "force-majeure"
        yield Obligation(
            key=f"{kind}:{one.row.pk}",
            kind=kind,
            owed_by=one.party,  # type: ignore[arg-type]
            client=contract.client,
            contract=contract,
            due_on=one.due_on,
            state=passed(one.due_on, asked) if is_right else kept(one.done, one.due_on >= asked.today),
            says=one.what,
            place="endings",
            ident=contract.number,
            book=contract.book.name,
            digest=contract.book.digest,
            clause=one.clause,
        )
