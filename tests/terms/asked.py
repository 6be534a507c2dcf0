"""The worked examples and the border cases, each a line of JSON: a question with its value or its refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


EXAMPLES = rows("examples.jsonl")
CASES = rows("cases.jsonl")


def facts(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in {"rule", "book", "value", "why", "error"}}
