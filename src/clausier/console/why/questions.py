"""A rule asked from a page, under a contract's effective terms or the provider's own book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook
from clausier.pages.refusals import in_terms
from clausier.terms import rules
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Outcome

NOT_INPUTS = frozenset({"rule", "contract"})


@dataclass(frozen=True, slots=True)
class Asked:
    """An outcome, the edition that gave it, and the contract it was asked under."""

    outcome: Outcome
    book: InstalledBook
    contract: Contract | None


def outcome_of(actor: Actor, asked: Mapping[str, str]) -> Asked:
    """Ask the rule named in `asked`.

    Raises Http404 for a contract that the actor may not see, InvalidInput naming the input at fault.
    """
    number = asked.get("contract", "")
    contract = get_object_or_404(contracts.contracts_visible_to(actor), number=number) if number else None
    installed = contract.book if contract else actor.provider.book
    book = (
        contracts.effective_book(contract, agency=contract.client.agency)
        if contract
        else contracts.provider_book(actor.provider)
    )
    inputs = {name: _read(value) for name, value in asked.items() if name not in NOT_INPUTS}
    try:
        outcome = rules.ask(asked.get("rule", ""), book, inputs)
    except TermsError as refused:
        raise in_terms(refused) from None
    return Asked(outcome=outcome, book=installed, contract=contract)


def _read(value: str) -> Any:
    """What reads as JSON is taken as such, as on the command line; anything else is a word."""
    try:
        return json.loads(value, parse_float=Decimal)
    except (ValueError, RecursionError):
        return value
