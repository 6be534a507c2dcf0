"""Refusals: named, with a code, facts, and a sentence a person can act on.

Services raise them; each face turns them into a page, a message or JSON in one place.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An act that may not happen, and why.

    `code` is stable for machines; `field` names the input at fault, if one is; `clause` the clause that
    forbids, as ("imri/2013", "VI.3"); `way_out` says what lifts the refusal.
    """

    code = "refused"
    status = 422

    def __init__(
        self,
        says: str,
        *,
        field: str | None = None,
        clause: tuple[str, str] | None = None,
        way_out: str = "",
        **facts: Any,
    ) -> None:
        super().__init__(says)
        self.says = says
        self.field = field
        self.clause = clause
        self.way_out = way_out
        self.facts = facts


class NotAllowed(Refusal):
    """The actor's role does not carry the permission."""

    code = "not_allowed"
    status = 403


class InvalidInput(Refusal):
    """A value that cannot be right; `field` names it."""

    code = "invalid_input"


class OutOfDate(Refusal):
    """The thing changed since it was read: the move's former state is no longer there."""

    code = "out_of_date"
    status = 409
