"""The days that a contract's own terms give: until when it runs, and by when notice would be given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation.clock import PARIS
from clausier.overview.replay.bearing import Bearing
from clausier.overview.replay.ledger import Ledger
from clausier.overview.replay.result import DAYS, Change
from clausier.terms.errors import TermsError
from clausier.terms.instants import seconds_of


def replay(asked: Iterable[Contract], bearing: Bearing, ledger: Ledger, on: date) -> None:
    """The term that runs on the day `on`, under the terms that held then and under the book."""
    at = seconds_of(datetime.combine(on, time(), PARIS))
    for contract in asked:
        if contract.starts_on > on or (contract.ends_on is not None and contract.ends_on < on):
            continue
        try:
            before = _term(contract, on, None)
            after = _term(contract, on, bearing)
        except TermsError as refused:
            ledger.unruled("notice_by", refused)
            continue
        for kind in DAYS:
            was, would = before.get(kind), after.get(kind)
            if was or would:
                change = Change(kind, contract.pk, contract.client_id, None, contract.pk, at, was, would)
                ledger.day(change, was, would)


def _term(contract: Contract, on: date, bearing: Bearing | None) -> dict[str, Any]:
    """The days by name; empty where the terms give this kind of contract no duration."""
    terms = (
        contracts.effective_book(contract, on=on)
        if bearing is None
        else contracts.under_text(contract, bearing.book)
    )
    outcome = contracts.term_outcome(contract, on, terms)
    return dict(outcome.value) if outcome else {}
