"""The acts on the catalogue, quotes and orders: the one door for screens, API and timers."""

from clausier.sales.services.answering import accept_quote, choose_lines, decline_quote
from clausier.sales.services.catalogue import (
    ItemFacts,
    add_item,
    change_item,
    offer_again,
    retire_item,
    set_price,
)
from clausier.sales.services.drafting import (
    DerogationGiven,
    LineGiven,
    QuoteFacts,
    create_quote,
    discard_quote,
    facts_of,
    given_of,
    line_of,
    revise_quote,
    write_quote,
)
from clausier.sales.services.issuing import (
    issue_quote,
    note_opened,
    record_reception,
    remind_of_quote,
    renew_quote,
)
from clausier.sales.services.ordering import (
    agree_for_client,
    agree_for_provider,
    confirm_order,
    decline_change,
    propose_change,
)

__all__ = [
    "DerogationGiven",
    "ItemFacts",
    "LineGiven",
    "QuoteFacts",
    "accept_quote",
    "add_item",
    "agree_for_client",
    "agree_for_provider",
    "change_item",
    "choose_lines",
    "confirm_order",
    "create_quote",
    "decline_change",
    "decline_quote",
    "discard_quote",
    "facts_of",
    "given_of",
    "issue_quote",
    "line_of",
    "note_opened",
    "offer_again",
    "propose_change",
    "record_reception",
    "remind_of_quote",
    "renew_quote",
    "retire_item",
    "revise_quote",
    "set_price",
    "write_quote",
]
