"""Addresses of « Pourquoi ? » for outcomes that are not kept: the question itself, asked again."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from clausier.contracts.models import Contract
from clausier.terms.outcome import Outcome, plain


def ask_url(slug: str, contract: Contract | None, outcome: Outcome) -> str:
    """Where the outcome's question is asked again, under the same contract."""
    asked = {"rule": outcome.rule} | ({"contract": contract.number} if contract else {})
    given = {name: _written(value) for name, value in outcome.inputs.items() if value is not None}
    return f"{reverse('why-ask', args=[slug])}?{urlencode(asked | given)}"


def _written(value: Any) -> str:
    """A word as it is, a list or an object as JSON."""
    simple = plain(value)
    return json.dumps(simple, ensure_ascii=False) if isinstance(simple, dict | list) else str(simple)
