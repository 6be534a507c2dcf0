"""Why an act on the catalogue, a quote or an order is refused."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownItem(Refusal):
    """No such item in the catalogue, or it is no longer offered."""

    code = "unknown_item"
    status = 404


class UnknownQuote(Refusal):
    """No such quote here."""

    code = "unknown_quote"
    status = 404


class UnknownOrder(Refusal):
    """No such order, or change of one, here."""

    code = "unknown_order"
    status = 404


class QuoteFrozen(Refusal):
    """An issued quote never changes: a change makes the next version."""

    code = "quote_frozen"
    status = 409


class QuoteIncomplete(Refusal):
    """Something that a quote must say before it is issued is missing; `field` names it."""

    code = "quote_incomplete"


class QuoteExpired(Refusal):
    """The last day of the quote is over (ims 5.1); facts: `expired_on`, the last day on which it held."""

    code = "quote_expired"


class NotAnswerable(Refusal):
    """The quote does not wait for that: it is a draft, or was answered or replaced; facts: `state`."""

    code = "not_answerable"
    status = 409


class ReceptionProven(Refusal):
    """The client opened the quote: its reception is proven and is not entered by hand any more."""

    code = "reception_proven"
    status = 409


class NotChosen(Refusal):
    """The client has to choose exactly one of some alternatives; facts: `group`."""

    code = "not_chosen"


class CancellationForLateness(Refusal):
    """Dates of delivery are indicative: lateness does not cancel an order (ims 7.5)."""

    code = "cancellation_for_lateness"


class AlreadyAgreed(Refusal):
    """This side agreed already, or the change is settled."""

    code = "already_agreed"
    status = 409
